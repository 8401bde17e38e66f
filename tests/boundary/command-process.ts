import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'

export const root = join(import.meta.dirname, '..', '..')
const entry = join(root, 'src-main', 'cli.ts')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  ended: Promise<Ended>
  interrupt(): void
  stderr(): string
}

export interface Envelope {
  ok: boolean
  data: Record<string, unknown> & { items: Record<string, unknown>[] }
  error: { code: string; reason: string; message: string; details: unknown }
}

/** The command line as scripts meet it: real processes on a real data folder, in which they also start. */
export function openCommandLine() {
  const folder = mkdtempSync(join(tmpdir(), 'scriptorium-cli-'))
  const dataDir = join(folder, 'data')
  const children = new Set<ChildProcess>()

  function start(words: string[], input = ''): Running {
    const child = spawn(process.execPath, [entry, ...words], {
      cwd: folder,
      env: { ...process.env, SCRIPTORIUM_DATA_DIR: dataDir, NODE_NO_WARNINGS: '1' },
    })
    children.add(child)
    child.once('close', () => children.delete(child))
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
    return { ended, interrupt: () => void child.kill('SIGINT'), stderr: () => stderr }
  }

  const run = (...words: string[]) => start(words).ended

  /** Runs with `--json` and holds the promise that stdout is exactly one JSON value on one line. */
  async function json(...words: string[]): Promise<{ code: number | null; envelope: Envelope }> {
    const { code, stdout, stderr } = await run(...words, '--json')
    expect(stdout.endsWith('\n'), stderr).toBe(true)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    return { code, envelope: JSON.parse(stdout) as Envelope }
  }

  /** As above, for what has to succeed: answers with `data`, and a failure tells its envelope. */
  async function done(...words: string[]): Promise<Envelope['data']> {
    const { code, envelope } = await json(...words)
    expect([words, code, envelope]).toEqual([words, 0, { ok: true, data: expect.anything() }])
    return envelope.data
  }

  /** A test that was broken off leaves no process behind. */
  function remove(): void {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }

  return { folder, start, run, json, done, remove }
}
