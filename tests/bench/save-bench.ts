import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { figures, summarise, timedMs, type Figure } from './figure.ts'
import { openBenchApp } from './runner-app.ts'
import { openSeparateProcess, type Command, type SeparateProcess } from './separate-process.ts'

const ROUNDS = Number(process.env['SCRIPTORIUM_BENCH_ROUNDS'] ?? 30)
/** Of each way in one round, so that none pays for the caches that another left cold. */
const IN_A_ROW = 5
/** A durable save must be at least this much faster than adding and committing the same file with Git. */
const WANTED_RATIO = 1 / 20
/** A window has been open for a while when somebody saves: the code is warm. Git starts anew each time, as it does. */
const WARM_UP_ROUNDS = 50
const SOURCE_BYTES = 4000

/** Pages that a save adds to the write-ahead log: event, order, version, content, tool, the audit's list, and their indexes. */
const WAL_BYTES = 26 * 4120

/**
 * A durable save of a 4 kB script in a window, through the door, against `git add` and `git commit` of the same bytes.
 * Git by itself leaves it to the system when what it wrote reaches the disk; told to sync as well, it gives what a save
 * gives. A save that comes alone, right after Git has had the machine, finds everything cold and is shown as well; so is
 * what the disk takes for as many bytes.
 */
export async function benchSave(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-save-'))
  const app = await openBenchApp(true)
  const outside = openSeparateProcess()
  const bare = openSync(path.join(folder, 'bare'), 'w')
  try {
    const gitCommit = await openGit(outside, path.join(folder, 'plain'), [])
    const syncedCommit = await openGit(outside, path.join(folder, 'synced'), [
      ...['-c', 'core.fsync=all', '-c', 'core.fsyncMethod=fsync'],
    ])
    const bareWrite = async (): Promise<void> => {
      writeSync(bare, Buffer.alloc(WAL_BYTES, 1))
      fsyncSync(bare)
    }
    await app.call('tools.create', { slug: 'bench-save', title: 'Save' })
    let parent: string | null = null
    let count = 0
    const save = async (): Promise<number> => {
      const source = scriptOf((count += 1))
      return timedMs(async () => {
        const input = { tool: 'bench-save', source_code: source, expected_parent_version_id: parent }
        parent = (await app.call('versions.save', input)).id
      })
    }
    const times = { save: [], alone: [], commit: [], synced: [], bare: [] } as Record<string, number[]>
    const several = async (name: string, work: () => Promise<number>): Promise<void> => {
      for (let index = 0; index < IN_A_ROW; index += 1) times[name]?.push(await work())
    }
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await save()
    for (let round = 0; round < ROUNDS; round += 1) {
      times['alone']?.push(await save())
      await several('save', save)
      await several('commit', () => gitCommit(scriptOf((count += 1))))
      await several('synced', () => syncedCommit(scriptOf((count += 1))))
      await several('bare', () => timedMs(bareWrite))
    }
    const sampleOf = (name: string) => summarise(times[name] ?? [])
    const [commit, synced, bytes] = ['commit', 'synced', 'bare'].map(sampleOf).map((sample) => sample.median)
    const git = { with: 'git add + git commit', median: commit ?? Number.NaN }
    return [
      ...figures('durable save of a 4 kB script', 'ms', sampleOf('save'), [
        { ...git, wantedRatio: WANTED_RATIO },
        { with: 'the same, synced to the disk', median: synced ?? Number.NaN, wantedRatio: null },
        { with: 'writing and syncing as many bytes', median: bytes ?? Number.NaN, wantedRatio: null },
      ]),
      ...figures('a save that comes alone, after Git', 'ms', sampleOf('alone'), [{ ...git, wantedRatio: null }]),
      ...figures('git add + git commit', 'ms', sampleOf('commit')),
      ...figures('git add + git commit, synced to the disk', 'ms', sampleOf('synced')),
      ...figures('writing and syncing as many bytes', 'ms', sampleOf('bare')),
    ]
  } finally {
    closeSync(bare)
    await outside.close()
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A repository; the answer adds and commits a text and says how long that took, in ms. */
async function openGit(
  outside: SeparateProcess,
  folder: string,
  options: string[],
): Promise<(text: string) => Promise<number>> {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false']
  const git = (...words: string[]): Command => ({
    program: 'git',
    words: ['-C', folder, ...identity, ...options, ...words],
  })
  mkdirSync(folder, { recursive: true })
  await outside.run([git('init', '--quiet')])
  return async (text) => {
    writeFileSync(path.join(folder, 'tool.py'), text)
    return (await outside.run([git('add', 'tool.py'), git('commit', '--quiet', '-m', 'save')])).ms
  }
}

function scriptOf(round: number): string {
  const head = `def run_tool(input_dir, output_dir):\n    return "round ${round}"\n`
  return (
    head +
    `# ${'x'.repeat(70)}\n`.repeat(Math.ceil((SOURCE_BYTES - head.length) / 73)).slice(0, SOURCE_BYTES - head.length)
  )
}
