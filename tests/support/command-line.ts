import { spawn } from 'node:child_process'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..', '..')
const entry = path.join(root, 'src-main', 'cli.ts')

export interface CommandAnswer {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs the command line as a person's script would: a process of its own, from the sources. */
export function commandLine(
  dataDir: string,
  words: string[],
  environment: Record<string, string> = {},
): Promise<CommandAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, '--data-dir', dataDir, ...words], {
      cwd: root,
      env: { ...process.env, SCRIPTORIUM_CHECK_OUTPUT: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
}

// What a script reads with --json: one envelope. Its data is checked by the tests that use it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Parsed = { ok: boolean; data?: any; error?: { code: string; reason: string; message: string } }

/** As a script with `--json` sees it: exactly one JSON value on standard output. */
export async function json(dataDir: string, ...words: string[]): Promise<Parsed & { exitCode: number | null }> {
  const answer = await commandLine(dataDir, [...words, '--json'])
  try {
    return { ...(JSON.parse(answer.stdout) as Parsed), exitCode: answer.exitCode }
  } catch {
    throw new Error(`not one JSON value from ${words.join(' ')}: ${answer.stdout}\n${answer.stderr}`)
  }
}
