import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

/** A durable save of a 4 kB script, through the door, against `git add` and `git commit` of the same bytes. */
export async function benchSave(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-save-'))
  const app = await openBenchApp(false)
  try {
    const git = (...words: string[]): void => {
      const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false']
      execFileSync('git', ['-C', folder, ...identity, ...words], { stdio: 'ignore' })
    }
    git('init', '--quiet')
    const file = path.join(folder, 'tool.py')
    await app.call('tools.create', { slug: 'bench-save', title: 'Save' })
    let parent: string | null = null
    const saves: number[] = []
    const commits: number[] = []
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
      commits.push(
        await timedMs(async () => {
          git('add', 'tool.py')
          git('commit', '--quiet', '-m', `save ${round}`)
        }),
      )
    }
    const commit = summarise(commits)
    return [
      ...figures('durable save of a 4 kB script', 'ms', summarise(saves), [
        { with: 'git add + git commit', median: commit.median, wantedRatio: WANTED_RATIO },
      ]),
      ...figures('git add + git commit', 'ms', commit),
    ]
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function scriptOf(round: number): string {
  const head = `def run_tool(input_dir, output_dir):\n    return "round ${round}"\n`
  return (
    head +
    `# ${'x'.repeat(70)}\n`.repeat(Math.ceil((SOURCE_BYTES - head.length) / 73)).slice(0, SOURCE_BYTES - head.length)
  )
}
