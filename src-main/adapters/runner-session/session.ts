import type { Readable, Writable } from 'node:stream'
import type { RunnerJob, RunnerOutcome, RunObserver } from '../../app/runner-port.ts'
import { DEFAULT_SESSION_CAPS } from './collector.ts'
import type { SessionCaps } from './collector.ts'
import { BULK_FRAME_TYPES, createFrameDecoder, encodeFrame, encodeFrames } from './frames.ts'
import { PROTOCOL_VERSION, RUNNER_FRAME_TYPES } from './frames.ts'
import type { Frame } from './frames.ts'
import { createSessionMachine } from './machine.ts'
import type { SessionMachine } from './machine.ts'
import { helloSchema, parseMessage } from './messages.ts'
import type { RunnerExit, RunnerHello } from './messages.ts'

/**
 * One job over one pair of byte streams. The session trusts nothing that it reads and has no clock of its own beyond
 * measuring: whoever owns the sandbox ends it, by a deadline or on cancel, and the stream's end then ends the session.
 */

export interface SessionChannel {
  stdin: Writable
  stdout: AsyncIterable<Uint8Array> | Readable
}

export interface SessionOptions {
  caps?: Partial<SessionCaps>
  /** Called when the whole job has been handed over: from here on the script may run, and its deadline counts. */
  onGo?: () => void
  /** Called once when the script's process has ended and only collecting is left. */
  onExit?: () => void
}

/** What the session measured. The owner of the sandbox adds why it ended, OOM and the limits in force. */
export interface SessionReport extends Pick<RunnerOutcome, 'result' | 'refusedArtifacts' | 'refusedCount'> {
  hello: RunnerHello
  /** The script's process was started. */
  started: boolean
  /** As the harness reported it, or null when the stream ended before. */
  exit: RunnerExit | null
  /** By the host's monotonic clock, from handing the job over to the script's exit or the stream's end (RC-3). */
  durationMs: number
}

export type SessionEnd =
  | { kind: 'complete'; report: SessionReport }
  /** The stream ended before the end frame: the sandbox was killed or died. */
  | { kind: 'closed'; report: SessionReport }
  | { kind: 'violation'; problem: string; report: SessionReport }

/** A runner that has said hello and waits for its one job. */
export interface OpenSession {
  hello: RunnerHello
  /** Hands the job over and reads to the end. To be called once. Rejects only if the observer throws. */
  give(job: RunnerJob, observer: RunObserver, options?: SessionOptions): Promise<SessionEnd>
}

export type OpenedSession = { session: OpenSession; problem: null } | { session: null; problem: string }

/** Reads the hello. Splitting this from `give` lets a sandbox wait, ready, before there is a job for it. */
export async function openSession(channel: SessionChannel): Promise<OpenedSession> {
  // A dying sandbox breaks the pipe while we write; the reading side tells the story, so the write error is noise.
  channel.stdin.on('error', () => {})
  const reader = createFrameReader(channel.stdout)
  const batch = await reader.next()
  const first = batch.frames[0]
  if (first === undefined) return { session: null, problem: batch.problem ?? 'the runner ended before it said hello' }
  if (first.type !== 'H') return { session: null, problem: `the runner began with a ${first.type} frame` }
  const hello = parseMessage(first, helloSchema)
  if (hello.value === null) return { session: null, problem: hello.problem }
  if (batch.frames.length > 1) return { session: null, problem: 'the runner spoke before it got a job' }
  const { value } = hello
  const session: OpenSession = {
    hello: value,
    give: (job, observer, options) => give(channel, reader, value, job, observer, options ?? {}),
  }
  return { session, problem: null }
}

/** Drives one job from hello to end over `channel`. A problem before the job was handed over has no report. */
export async function runSession(
  channel: SessionChannel,
  job: RunnerJob,
  observer: RunObserver,
  options: SessionOptions = {},
): Promise<SessionEnd | { kind: 'no_hello'; problem: string }> {
  const opened = await openSession(channel)
  if (opened.session === null) return { kind: 'no_hello', problem: opened.problem }
  return opened.session.give(job, observer, options)
}

interface FrameBatch {
  frames: Frame[]
  problem: string | null
  ended: boolean
}

/** Decodes one chunk at a time. A stream that errors has simply ended: its owner knows why. */
function createFrameReader(stdout: AsyncIterable<Uint8Array>): { next(): Promise<FrameBatch> } {
  const chunks = stdout[Symbol.asyncIterator]()
  const decoder = createFrameDecoder(RUNNER_FRAME_TYPES, BULK_FRAME_TYPES)
  return {
    async next() {
      for (;;) {
        const chunk = await chunks.next().catch(() => ({ done: true as const, value: undefined }))
        if (chunk.done === true) return { frames: [], problem: null, ended: true }
        const decoded = decoder.push(chunk.value)
        if (decoded.frames.length > 0 || decoded.problem !== null) return { ...decoded, ended: false }
      }
    },
  }
}

async function give(
  channel: SessionChannel,
  reader: { next(): Promise<FrameBatch> },
  hello: RunnerHello,
  job: RunnerJob,
  observer: RunObserver,
  options: SessionOptions,
): Promise<SessionEnd> {
  const caps = { ...DEFAULT_SESSION_CAPS, ...options.caps }
  const machine = createSessionMachine(caps, observer, options)
  let goneAtMs = performance.now()
  // Not awaited: the sandbox may end while the job is still being written. That write then settles by itself.
  void sendJob(channel.stdin, job, caps, () => {
    goneAtMs = performance.now()
    machine.jobSent()
    options.onGo?.()
  })
  const end = await readToEnd(reader, machine).finally(() => machine.close())
  const { exitedAtMs, ...measured } = machine.report()
  const durationMs = Math.max(0, Math.round((exitedAtMs ?? performance.now()) - goneAtMs))
  return { ...end, report: { hello, durationMs, ...measured } }
}

async function readToEnd(
  reader: { next(): Promise<FrameBatch> },
  machine: SessionMachine,
): Promise<{ kind: 'complete' | 'closed' } | { kind: 'violation'; problem: string }> {
  for (;;) {
    const batch = await reader.next()
    for (const frame of batch.frames) {
      const step = machine.accept(frame)
      const problem = step instanceof Promise ? await step : step
      if (problem !== null) return { kind: 'violation', problem }
      if (frame.type === 'Z') return { kind: 'complete' }
    }
    if (batch.problem !== null) return { kind: 'violation', problem: batch.problem }
    if (batch.ended) return { kind: 'closed' }
  }
}

/** The header as JSON, then the input files in order, then go; each write waits until the stream has taken it. */
async function sendJob(stdin: Writable, job: RunnerJob, caps: SessionCaps, beforeGo: () => void): Promise<void> {
  const header = {
    protocol: PROTOCOL_VERSION,
    script: job.scriptSource,
    entrypoint: job.entrypoint,
    files: job.files.map((file) => ({ name: file.name, bytes: file.bytes.length })),
    values: job.values,
    memory: { settings: job.settings },
    action: job.action,
    // The harness ends the run when this stream closes, so that it doesn't outlive a crashed app.
    end_with_host: true,
    limits: {
      result_bytes: caps.resultBytes,
      artifact_files: caps.artifactFiles,
      artifact_bytes: caps.artifactBytes,
      artifacts_bytes: caps.artifactsBytes,
    },
  }
  for (const frame of encodeFrames('J', new TextEncoder().encode(JSON.stringify(header)))) {
    if (!(await write(stdin, frame))) return
  }
  for (const file of job.files) {
    for (const frame of encodeFrames('F', file.bytes)) if (!(await write(stdin, frame))) return
  }
  // Before the write, as the answer to it may be read before the write is known to be done.
  beforeGo()
  await write(stdin, encodeFrame('G'))
}

/** Settles in every case: a stream that is destroyed answers its pending writes with an error. */
function write(stdin: Writable, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (stdin.destroyed || stdin.writableEnded) resolve(false)
    else stdin.write(bytes, (error) => resolve(error === null || error === undefined))
  })
}
