import { createHash, randomBytes } from 'node:crypto'
import { NO_DEMANDS } from '../../src-main/app/runner-port.ts'
import type { RunnerJob, RunnerOutcome, RunObserver } from '../../src-main/app/runner-port.ts'
import type { Result } from '../../src-main/domain/result.ts'
import type { RunPhase } from '../../src-main/domain/run.ts'

/** A UUIDv7 of this moment, as the app makes them. */
export function newId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A job with the defaults of RN-3, but for the grace. */
export function makeJob(scriptSource: string, changes: Partial<RunnerJob> = {}): RunnerJob {
  return {
    runId: newId(),
    workspaceId: newId(),
    scriptSource,
    entrypoint: 'run_tool',
    files: [],
    values: {},
    settings: {},
    action: null,
    limits: {
      timeout_ms: 60_000,
      memory_bytes: 1024 * 1024 * 1024,
      cpus: 1,
      pids: 256,
      work_bytes: 256 * 1024 * 1024,
      tmp_bytes: 256 * 1024 * 1024,
    },
    // Short: a test that meets it waits for it.
    killGraceMs: 2_000,
    demands: NO_DEMANDS,
    ...changes,
  }
}

export interface Observed {
  phases: RunPhase[]
  stdout: string
  stderr: string
  /** All that came, counted and hashed; the text above keeps the first 64 KiB only. */
  stdoutBytes: number
  stdoutSha256: string
  artifacts: Map<string, Uint8Array>
}

/** An observer that keeps what tests look at, with little memory however much comes. */
export function makeObserver(keepArtifacts = true): { observer: RunObserver; observed: () => Observed } {
  const phases: RunPhase[] = []
  const artifacts = new Map<string, Uint8Array>()
  const texts = { stdout: '', stderr: '' }
  const hash = createHash('sha256')
  let stdoutBytes = 0
  const observer: RunObserver = {
    phase: (phase) => void phases.push(phase),
    output(stream, chunk) {
      if (stream === 'stdout') {
        stdoutBytes += chunk.length
        hash.update(chunk)
      }
      if (texts[stream].length < 65_536) texts[stream] += Buffer.from(chunk).toString('utf8')
    },
    artifact(path, bytes) {
      const whole = Buffer.alloc(keepArtifacts ? bytes : 0)
      let writtenBytes = 0
      return {
        async write(chunk) {
          if (keepArtifacts) whole.set(chunk, writtenBytes)
          writtenBytes += chunk.length
        },
        async finish() {
          if (writtenBytes !== bytes) throw new Error(`${path}: ${writtenBytes} bytes of ${bytes}`)
          artifacts.set(path, whole)
        },
        async discard() {},
      }
    },
  }
  const stdoutSha256 = (): string => hash.copy().digest('hex')
  return {
    observer,
    observed: () => ({ phases, ...texts, stdoutBytes, stdoutSha256: stdoutSha256(), artifacts }),
  }
}

/** The value, or a test failure that shows what the runner said. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}`)
  return result.value
}

/** The script's result as JSON; an empty object when there is none. */
export function resultOf(outcome: RunnerOutcome): Record<string, unknown> {
  return outcome.result.state === 'present' ? JSON.parse(Buffer.from(outcome.result.bytes).toString('utf8')) : {}
}
