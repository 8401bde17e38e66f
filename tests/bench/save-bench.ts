import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { figures, summarise, timedMs, type Figure } from './figure.ts'
import { openBenchApp } from './runner-app.ts'

const ROUNDS = Number(process.env['SCRIPTORIUM_BENCH_ROUNDS'] ?? 30)
/** A durable save must be at least this much faster than adding and committing the same file with Git. */
const WANTED_RATIO = 1 / 20
/** A window has been open for a while when somebody saves: the code is warm. Git starts anew each time, as it does. */
const WARM_UP_ROUNDS = 50
const SOURCE_BYTES = 4000

/** Pages that a save adds to the write-ahead log: event, order, version, content, tool and their indexes. */
const WAL_BYTES = 22 * 4120

/**
 * A durable save of a 4 kB script, through the door, against `git add` and `git commit` of the same bytes. Git by itself
 * leaves it to the system when what it wrote reaches the disk; told to sync as well, it gives what a save gives. What
 * the disk alone takes is measured beside: no save can be quicker than that.
 */
export async function benchSave(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-save-'))
  const app = await openBenchApp(false)
  try {
    const file = path.join(folder, 'tool.py')
    const bare = openSync(path.join(folder, 'bare'), 'w')
    const gitCommit = gitIn(folder, [])
    const syncedFolder = path.join(folder, 'synced')
    const syncedCommit = gitIn(syncedFolder, ['-c', 'core.fsync=all', '-c', 'core.fsyncMethod=fsync'])
    await app.call('tools.create', { slug: 'bench-save', title: 'Save' })
    let parent: string | null = null
    const saves: number[] = []
    const commits: number[] = []
    const syncedCommits: number[] = []
    const bareWrites: number[] = []
    const save = async (source: string): Promise<void> => {
      const saved = await app.call('versions.save', {
        tool: 'bench-save',
        source_code: source,
        expected_parent_version_id: parent,
      })
      parent = saved.id
    }
    for (let round = 1; round <= WARM_UP_ROUNDS; round += 1) await save(scriptOf(-round))
    for (let round = 1; round <= ROUNDS; round += 1) {
      const source = scriptOf(round)
      saves.push(await timedMs(() => save(source)))
      writeFileSync(file, source)
      commits.push(await timedMs(async () => gitCommit(round)))
      writeFileSync(path.join(syncedFolder, 'tool.py'), source)
      syncedCommits.push(await timedMs(async () => syncedCommit(round)))
      bareWrites.push(
        await timedMs(async () => {
          writeSync(bare, Buffer.alloc(WAL_BYTES, round))
          fsyncSync(bare)
        }),
      )
    }
    closeSync(bare)
    const commit = summarise(commits)
    const syncedCommitSample = summarise(syncedCommits)
    const bareWrite = summarise(bareWrites)
    return [
      ...figures('durable save of a 4 kB script', 'ms', summarise(saves), [
        { with: 'git add + git commit', median: commit.median, wantedRatio: WANTED_RATIO },
        { with: 'the same, synced to the disk', median: syncedCommitSample.median, wantedRatio: null },
        { with: 'writing and syncing as many bytes', median: bareWrite.median, wantedRatio: null },
      ]),
      ...figures('git add + git commit', 'ms', commit),
      ...figures('git add + git commit, synced to the disk', 'ms', syncedCommitSample),
      ...figures('writing and syncing as many bytes', 'ms', bareWrite),
    ]
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function gitIn(folder: string, options: string[]): (round: number) => void {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false']
  const git = (...words: string[]): void => {
    execFileSync('git', ['-C', folder, ...identity, ...options, ...words], { stdio: 'ignore' })
  }
  mkdirSync(folder, { recursive: true })
  git('init', '--quiet')
  return (round) => {
    git('add', 'tool.py')
    git('commit', '--quiet', '-m', `save ${round}`)
  }
}

function scriptOf(round: number): string {
  const head = `def run_tool(input_dir, output_dir):\n    return "round ${round}"\n`
  return (
    head +
    `# ${'x'.repeat(70)}\n`.repeat(Math.ceil((SOURCE_BYTES - head.length) / 73)).slice(0, SOURCE_BYTES - head.length)
  )
}
