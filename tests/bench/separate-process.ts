import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/**
 * Commands that the app is compared with, started from a small process of their own. Started from the app's process
 * each of them would slow both: a fork copies the page tables of all its memory, and afterwards the app's first write to
 * each page is a fault (seen: 450 of them in one save, half of its time).
 */
export interface SeparateProcess {
  /** One after the other; answers with the time of all and what the last one wrote. Fails if one doesn't exit with 0. */
  run(commands: Command[]): Promise<{ ms: number; stdout: string }>
  close(): Promise<void>
}

export interface Command {
  program: string
  words: string[]
  input?: Uint8Array
  stdoutFile?: string
  environment?: Record<string, string>
}

type Answer = { ok: true; ms: number; stdout: string } | { ok: false; message: string }

export function openSeparateProcess(): SeparateProcess {
  const child = fork(path.join(import.meta.dirname, 'separate-process-child.mjs'), { serialization: 'advanced' })
  const ended = once(child, 'exit')
  return {
    async run(commands) {
      const answered = Promise.race([once(child, 'message'), ended])
      child.send(commands)
      const [answer] = (await answered) as [Answer]
      if (typeof answer !== 'object' || answer === null) throw new Error('the process for commands ended by itself')
      if (!answer.ok) throw new Error(answer.message)
      return answer
    },
    async close() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
