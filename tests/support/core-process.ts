import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Failure } from '../../src-main/domain/result.ts'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Channel, Input, Output } from '../../src-preload/contract/contract.ts'

/** A core in another process, over the same data folder: what a second command line or window is. */
export interface CoreProcess {
  readonly child: ChildProcess
  readonly opened: Promise<{ opened: boolean; failure: Failure | null }>
  call<C extends Channel>(as: string | null, channel: C, input: Input<C>): Promise<Envelope<Output<C>>>
  must<C extends Channel>(as: string | null, channel: C, input: Input<C>): Promise<Output<C>>
  /** As `kill -9`; answers when the process is gone. */
  kill(): Promise<void>
  close(): Promise<void>
}

export interface CoreProcessOptions {
  dataDir: string
  asWindow?: boolean
  /** Words put before the program, such as a shell that sets a limit; the program follows them. */
  through?: string[]
  environment?: Record<string, string>
}

const OPENER = path.join(import.meta.dirname, 'core-opener.ts')

export function startCore({
  dataDir,
  asWindow = false,
  through = [],
  environment = {},
}: CoreProcessOptions): CoreProcess {
  const [program = '', ...words] = [...through, process.execPath, OPENER, dataDir, asWindow ? 'window' : 'beside']
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, SCRIPTORIUM_CHECK_OUTPUT: '1', ...environment },
  })
  const waiting: { resolve: (value: never) => void; reject: (error: Error) => void }[] = []
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve: resolve as never, reject })
    })
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as never))
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the process ended before it answered'))
      resolve()
    })
  })
  // One that was killed takes no more questions; that is what the caller wanted.
  child.stdin.on('error', () => {})
  const opened = next<{ opened: boolean; failure: Failure | null }>()
  opened.catch(() => {})

  const call: CoreProcess['call'] = (as, channel, input) => {
    child.stdin.write(`${JSON.stringify({ as, channel, input })}\n`)
    return next()
  }
  return {
    child,
    opened,
    call,
    async must(as, channel, input) {
      const answer = await call(as, channel, input)
      if (!answer.ok) throw new Error(`${channel}: ${JSON.stringify(answer.error)}`)
      return answer.data
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async close() {
      child.stdin.write('null\n')
      await ended
    },
  }
}
