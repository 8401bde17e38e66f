import type { ArtifactSink, RunnerOutcome, RunObserver } from '../../app/runner-port.ts'
import { createArtifactCollector } from './collector.ts'
import type { ByteSlot, SessionCaps } from './collector.ts'
import type { Frame } from './frames.ts'
import { artifactHeaderSchema, exitSchema, notesSchema, parseMessage, resultHeaderSchema } from './messages.ts'
import type { RunnerExit } from './messages.ts'

export interface MachineReport extends Pick<RunnerOutcome, 'result' | 'refusedArtifacts' | 'refusedCount'> {
  started: boolean
  exit: RunnerExit | null
  exitedAtMs: number | null
}

/** What one job's frames have said so far; knows nothing of streams. */
export interface SessionMachine {
  /** To be called before go is written: no frame may come earlier. */
  jobSent(): void
  /** Answers with the protocol violation, or null. */
  accept(frame: Frame): string | null | Promise<string | null>
  /** To be called when no more frames come: an artifact that was cut off is forgotten. */
  close(): Promise<void>
  report(): MachineReport
}

/**
 * The order that frames must come in: S, X, r R*, (a A*)*, n, Z, each of S X r n at most once, and O and E anywhere
 * after S: the last output may still be on its way when the process has ended.
 */
export function createSessionMachine(
  caps: SessionCaps,
  observer: RunObserver,
  options: { onExit?: () => void },
): SessionMachine {
  const artifacts = createArtifactCollector(caps)
  let started = false
  let exit: RunnerExit | null = null
  let exitedAtMs: number | null = null
  let result: RunnerOutcome['result'] = { state: 'missing' }
  let resultSeen = false
  let notesSeen = false
  let pendingResult: (ByteSlot & { kept: Uint8Array | null }) | null = null
  /** Without a sink it was refused: its bytes are counted and dropped. */
  let openArtifact: (ByteSlot & { sink: ArtifactSink | null }) | null = null
  let isJobSent = false

  function accept(frame: Frame): string | null | Promise<string | null> {
    if (frame.type === 'H') return 'a second hello'
    const isBulk = frame.type === 'R' || frame.type === 'A' || frame.type === 'O' || frame.type === 'E'
    if (!isBulk && (pendingResult !== null || openArtifact !== null)) return `${frame.type} frame before all bytes came`
    switch (frame.type) {
      case 'S':
        if (started || exit !== null) return 'started twice'
        if (!isJobSent) return 'started before it got the job'
        started = true
        observer.phase('running')
        return null
      case 'O':
      case 'E':
        if (!started) return 'output before the start'
        observer.output(frame.type === 'O' ? 'stdout' : 'stderr', frame.payload)
        return null
      case 'X':
        return acceptExit(frame)
      case 'r':
        return acceptResultHeader(frame)
      case 'R':
        return acceptResultBytes(frame.payload)
      case 'a':
        return acceptArtifactHeader(frame)
      case 'A':
        return acceptArtifactBytes(frame.payload)
      case 'n':
        return acceptNotes(frame)
      default:
        return exit === null ? 'end before the exit' : null
    }
  }

  function acceptExit(frame: Frame): string | null {
    if (exit !== null) return 'exit twice'
    if (!isJobSent) return 'exit before it got the job'
    const parsed = parseMessage(frame, exitSchema)
    if (parsed.value === null) return parsed.problem
    if ((parsed.value.exit_code === null) === (parsed.value.signal === null)) return 'exit with neither code nor signal'
    exit = parsed.value
    exitedAtMs = performance.now()
    options.onExit?.()
    observer.phase('collecting')
    return null
  }

  function acceptResultHeader(frame: Frame): string | null {
    if (exit === null || resultSeen) return 'result out of place'
    const parsed = parseMessage(frame, resultHeaderSchema)
    if (parsed.value === null) return parsed.problem
    resultSeen = true
    const { state, bytes } = parsed.value
    if (state !== 'present') result = { state }
    else if (bytes > caps.resultBytes) result = { state: 'too_large' }
    if (state !== 'present') return null
    const kept = bytes > caps.resultBytes ? null : new Uint8Array(bytes)
    pendingResult = { expectedBytes: bytes, receivedBytes: 0, kept }
    finishResult()
    return null
  }

  function acceptResultBytes(payload: Uint8Array): string | null {
    if (pendingResult === null || !isRoomFor(pendingResult, payload)) return 'result bytes out of place'
    pendingResult.kept?.set(payload, pendingResult.receivedBytes)
    pendingResult.receivedBytes += payload.length
    finishResult()
    return null
  }

  function finishResult(): void {
    if (pendingResult === null || pendingResult.receivedBytes < pendingResult.expectedBytes) return
    if (pendingResult.kept !== null) result = { state: 'present', bytes: pendingResult.kept }
    pendingResult = null
  }

  function acceptArtifactHeader(frame: Frame): string | null | Promise<string | null> {
    if (exit === null || notesSeen) return 'artifact out of place'
    const parsed = parseMessage(frame, artifactHeaderSchema)
    if (parsed.value === null) return parsed.problem
    const { path: sentPath, bytes } = parsed.value
    const path = artifacts.admit(sentPath, bytes)
    const sink = path === null ? null : observer.artifact(path, bytes)
    openArtifact = { expectedBytes: bytes, receivedBytes: 0, sink }
    return finishArtifact()
  }

  function acceptArtifactBytes(payload: Uint8Array): string | null | Promise<string | null> {
    if (openArtifact === null || !isRoomFor(openArtifact, payload)) return 'artifact bytes out of place'
    openArtifact.receivedBytes += payload.length
    if (openArtifact.sink === null) return finishArtifact()
    // Waiting holds the stream back, so that no more than a chunk of an artifact is in memory.
    return openArtifact.sink.write(payload).then(finishArtifact)
  }

  function finishArtifact(): null | Promise<null> {
    if (openArtifact === null || openArtifact.receivedBytes < openArtifact.expectedBytes) return null
    const { sink } = openArtifact
    openArtifact = null
    return sink === null ? null : sink.finish().then(() => null)
  }

  function acceptNotes(frame: Frame): string | null {
    if (exit === null || notesSeen) return 'notes out of place'
    const parsed = parseMessage(frame, notesSchema)
    if (parsed.value === null) return parsed.problem
    notesSeen = true
    artifacts.note(parsed.value.refused, parsed.value.refused_count)
    return null
  }

  return {
    jobSent() {
      isJobSent = true
    },
    accept,
    async close() {
      const cutOff = openArtifact?.sink ?? null
      openArtifact = null
      await cutOff?.discard()
    },
    report: () => ({ started, exit, exitedAtMs, result, ...artifacts.refusals() }),
  }
}

/** No more bytes may come than were announced. */
function isRoomFor(slot: ByteSlot, payload: Uint8Array): boolean {
  return slot.receivedBytes + payload.length <= slot.expectedBytes
}
