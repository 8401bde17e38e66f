import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { failure } from '../../domain/result.ts'
import type { Failure, Json } from '../../domain/result.ts'
import { openSession } from '../runner-session/session.ts'
import type { OpenSession } from '../runner-session/session.ts'
import { containerName, containerOptions } from './container.ts'
import type { ContainerSpec } from './container.ts'
import { readStdout } from './demultiplex.ts'
import { engineErrorText, engineUnavailable, EngineTimeout, statusCodeOf, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { effectiveLimits, kernelProblem } from './facts.ts'
import { pinnedImageMissing } from './missing.ts'

/** The engine under load from many runs at once is slow, not dead. */
const CALL_LIMIT_MS = 30_000
const HELLO_LIMIT_MS = 30_000
const INSPECT_LIMIT_MS = 5_000
const REMOVE_LIMIT_MS = 10_000
const REMOVE_RETRY_MS = 300
const MAX_REMOVE_REFUSALS = 3
/** For an engine that has just shown that it doesn't answer. */
const REMOVE_AFTER_TIMEOUT_MS = 2_000
const MAX_STDERR_CHARACTERS = 4_000

/**
 * A container that has started, proved its confinement and waits for its one job. Making one, giving it the job and
 * disposing of it are separate steps, so that one may be made before there is a job for it.
 */
export interface Sandbox {
  /** The container's name in the engine. */
  name: string
  session: OpenSession
  imageId: string
  effective: Record<string, Json>
  /** False once it has ended or its connection is gone. */
  isOpen(): boolean
  /** Settles when the engine reports the container's end, or can't tell any more. Never rejects. */
  ended: Promise<void>
  /** Asks the engine to kill; never rejects, and doesn't wait for the end. */
  kill(): Promise<void>
  /** Drops the attached stream, which ends the session whatever the engine does. */
  disconnect(): void
  /** As `disconnect`, for an engine that no longer obeys: it is asked nothing more, but once to remove. */
  abandon(): void
  /** How the container ended; null when the engine doesn't answer, or knows no such container. */
  inspectEnd(): Promise<{ running: boolean; oom: boolean } | null>
  /** The last of what the harness itself had to say; for administrators. */
  harnessStderr(): string
  /** Kills and removes the container, in whatever state it is. False when the engine could not be made to. */
  dispose(): Promise<boolean>
}

export type SandboxStart =
  { kind: 'started'; sandbox: Sandbox } | { kind: 'cancelled' } | { kind: 'failed'; failure: Failure }

/** Creates, attaches, waits for the hello. Leaves nothing behind unless it answers `started`. */
export async function startSandbox(
  engine: Engine,
  spec: ContainerSpec,
  seccompSha256: string,
  cancelled: AbortSignal,
): Promise<SandboxStart> {
  const container = engine.docker.getContainer(containerName(spec.runId))
  const waiting = new AbortController()
  let socket: Socket | null = null
  let stderr = ''
  let isAbandoned = false
  const disconnect = (): void => {
    waiting.abort()
    socket?.destroy()
  }
  const dispose = async (): Promise<boolean> => {
    disconnect()
    return removeContainer(container, isAbandoned ? REMOVE_AFTER_TIMEOUT_MS : REMOVE_LIMIT_MS)
  }
  const giveUp = async (outcome: Exclude<SandboxStart, { kind: 'started' }>): Promise<SandboxStart> => {
    await dispose()
    return outcome
  }
  const call = <T>(run: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => withinMs(CALL_LIMIT_MS, run, cancelled)

  try {
    const { name, ...body } = containerOptions(spec)
    // Apart, or dockerode would repeat the whole body, profile and all, in the address.
    await call((abortSignal) => engine.docker.createContainer({ _query: { name }, _body: body, abortSignal } as object))
    if (cancelled.aborted) return await giveUp({ kind: 'cancelled' })
    socket = await call((abortSignal) => attachContainer(container, abortSignal))
    const stream = socket
    stream.on('error', () => {})
    // Registered before the start: on a container that has ended already it would wait for ever.
    let hasEnded = false
    const ended = waitForEnd(container, waiting.signal).then(() => {
      hasEnded = true
    })
    await call((abortSignal) => container.start({ abortSignal }))
    if (cancelled.aborted) return await giveUp({ kind: 'cancelled' })

    const chunks = readStdout(stream, (bytes) => {
      stderr = (stderr + Buffer.from(bytes).toString('utf8')).slice(-MAX_STDERR_CHARACTERS)
    })
    const inspecting = call((abortSignal) => container.inspect({ abortSignal }))
    inspecting.catch(() => {})
    const opened = await openWithin({ stdin: stream, stdout: chunks }, disconnect, cancelled)
    if (cancelled.aborted) return await giveUp({ kind: 'cancelled' })
    if (opened.session === null) {
      const failure = engineUnavailable('The runner image did not start as it should. Build or import it again.')
      failure.details = { cause: opened.problem, harness: stderr.slice(-1_000) }
      return await giveUp({ kind: 'failed', failure })
    }
    const { session } = opened
    const problem = kernelProblem(session.hello)
    if (problem !== null) {
      const text = `The engine did not confine the sandbox: ${problem}. No script was run.`
      return await giveUp({ kind: 'failed', failure: engineUnavailable(text) })
    }
    const inspected = await inspecting
    const sandbox: Sandbox = {
      name: containerName(spec.runId),
      session,
      isOpen: () => !hasEnded && !stream.destroyed,
      imageId: inspected.Image,
      effective: effectiveLimits(inspected, session.hello, seccompSha256),
      ended,
      kill: () => kill(container),
      disconnect,
      abandon() {
        isAbandoned = true
        disconnect()
      },
      inspectEnd: async () => (isAbandoned ? null : inspectEnd(container)),
      harnessStderr: () => stderr,
      dispose,
    }
    return { kind: 'started', sandbox }
  } catch (error) {
    disconnect()
    await removeContainer(container, error instanceof EngineTimeout ? REMOVE_AFTER_TIMEOUT_MS : REMOVE_LIMIT_MS)
    return cancelled.aborted ? { kind: 'cancelled' } : { kind: 'failed', failure: startFailure(error, spec.image) }
  }
}

/** The container's streams as one connection, both ways. To be called before the start, or the beginning is lost. */
export async function attachContainer(container: Docker.Container, abortSignal: AbortSignal): Promise<Socket> {
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true, abortSignal }
  const stream = (await container.attach(options)) as unknown as Duplex
  if (stream instanceof Socket) return stream
  // The engine answered without handing the connection over. What dockerode gives then can't be closed cleanly.
  stream.destroy()
  throw new Error('the engine did not hand over the connection to the container')
}

/** The hello must come in time; cancelling ends the wait at once. */
async function openWithin(
  channel: Parameters<typeof openSession>[0],
  disconnect: () => void,
  cancelled: AbortSignal,
): ReturnType<typeof openSession> {
  const timer = setTimeout(disconnect, HELLO_LIMIT_MS)
  cancelled.addEventListener('abort', disconnect, { once: true })
  if (cancelled.aborted) disconnect()
  try {
    return await openSession(channel)
  } finally {
    clearTimeout(timer)
    cancelled.removeEventListener('abort', disconnect)
  }
}

function waitForEnd(container: Docker.Container, abortSignal: AbortSignal): Promise<void> {
  return container.wait({ condition: 'next-exit', abortSignal }).then(
    () => {},
    () => {},
  )
}

async function kill(container: Docker.Container): Promise<void> {
  try {
    await withinMs(CALL_LIMIT_MS, (abortSignal) => container.kill({ signal: 'SIGKILL', abortSignal }))
  } catch {
    // Ended already (409), gone (404), or an engine that doesn't answer: the removal that follows decides.
  }
}

async function inspectEnd(container: Docker.Container): Promise<{ running: boolean; oom: boolean } | null> {
  try {
    const { State } = await withinMs(INSPECT_LIMIT_MS, (abortSignal) => container.inspect({ abortSignal }))
    return { running: State.Running === true, oom: State.OOMKilled === true }
  } catch {
    return null
  }
}

/** Kills and removes, within `limitMs` in all. True when it is gone, also when it never was. */
export async function removeContainer(container: Docker.Container, limitMs = REMOVE_LIMIT_MS): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs
  let refusals = 0
  for (;;) {
    const leftMs = deadlineMs - performance.now()
    if (leftMs <= 0) return false
    try {
      await withinMs(leftMs, (abortSignal) => container.remove({ force: true, v: true, abortSignal }))
      return true
    } catch (error) {
      const statusCode = statusCodeOf(error)
      if (statusCode === 404) return true
      // No answer at all: the engine is gone, and what it left is for the reaper once it is back.
      if (statusCode === null) return false
      // 409: another removal is under way; look again when it may be done. Others may pass: a file still in use, say.
      if (statusCode !== 409) refusals += 1
      if (refusals >= MAX_REMOVE_REFUSALS) return false
      await new Promise((resolve) => setTimeout(resolve, REMOVE_RETRY_MS))
    }
  }
}

function startFailure(error: unknown, image: string): Failure {
  const text = engineErrorText(error)
  if (statusCodeOf(error) === 404 && /no such image/i.test(text)) {
    const message = image.startsWith('sha256:')
      ? pinnedImageMissing(image, true)
      : `The runner image ${image} is missing. Build or import it, then try again.`
    return failure('SERVICE_UNAVAILABLE', 'image_missing', message, { cause: text })
  }
  if (statusCodeOf(error) !== null) return engineUnavailable('The engine refused to start a sandbox.', error)
  return engineUnavailable('The engine does not answer. Start it, then try again.', error)
}
