import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

export interface RuffDiagnostic {
  code: string | null
  message: string
  start_location: { row: number; column: number }
}

interface Thread {
  worker: Worker
  port: MessagePort
  done: Int32Array
}

type Answer = { diagnostics: RuffDiagnostic[] | null } | { bug: string }

/** One for the process, as each holds a copy of ruff. It waits for questions and keeps no process alive. */
let thread: Thread | null = null

/**
 * ruff on a thread of its own, which the caller waits for: some code takes it hours, as its work grows with the square
 * of what stands together, and only a thread can be ended. Answers with null when the code is nested too deeply or takes
 * longer than `limitMs`; the thread is given up then, and the next question starts another.
 */
export function askRuff(
  workerPath: string,
  limitMs: number,
  settings: object,
  source: string,
): RuffDiagnostic[] | null {
  thread ??= start(workerPath)
  const { worker, port, done } = thread
  Atomics.store(done, 0, 0)
  port.postMessage({ settings, source })
  Atomics.wait(done, 0, 0, limitMs)
  const answer = receiveMessageOnPort(port)?.message as Answer | undefined
  if (answer !== undefined && 'bug' in answer) throw new Error(`ruff: ${answer.bug}`)
  const diagnostics = answer?.diagnostics ?? null
  if (diagnostics !== null) return diagnostics
  thread = null
  port.close()
  void worker.terminate()
  return null
}

function start(workerPath: string): Thread {
  const { port1, port2 } = new MessageChannel()
  const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(workerPath, { workerData: { port: port2, done }, transferList: [port2] })
  worker.unref()
  port1.unref()
  return { worker, port: port1, done }
}
