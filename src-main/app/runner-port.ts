import type { Json, Result } from '../domain/result.ts'
import type { RunLimits, RunnerInfo, RunnerKind, RunPhase, RunReason } from '../domain/run.ts'

/**
 * The port behind which scripts run (RN-1). Two adapters implement it, `docker` and `embedded`, and both pass the suite
 * in `tests/contract/runner.ts`.
 *
 * A runner holds no state of the application: it gets a job, streams what happens and answers with measurements. It
 * opens no database transaction, reads no settings and knows no member.
 */
export interface Runner {
  readonly kind: RunnerKind
  /**
   * Whether a job with these demands, by default none, could run now. Bounded: answers within 3 s even if the engine
   * hangs. Never throws.
   */
  status(demands?: SandboxDemands): Promise<RunnerStatus>
  /**
   * Runs one job in a sandbox that nobody used before and nobody uses again, and leaves nothing behind.
   *
   * Fails with `SERVICE_UNAVAILABLE`, reason `engine_unavailable`, when the engine could not carry the job out, or
   * `interrupted`, when it ended in the middle of it, and with the reason of a status when a demand of the job can't be
   * met: then no sandbox was made. The sandbox may be removed shortly after the answer; `close` waits
   * for that. All that a script can do, including flooding, hanging and dying, is an outcome and no failure (ER-2). When `signal` aborts,
   * the sandbox is killed in whatever phase it is and the outcome has `ended: 'cancelled'`.
   */
  run(job: RunnerJob, observer: RunObserver, signal: AbortSignal): Promise<Result<RunnerOutcome>>
  /**
   * A hint that jobs of this workspace with these limits may come: the runner may make sandboxes ready for them, in the
   * background. Given again whenever limits or demands change.
   */
  prepare?(workspaceId: string, limits: RunLimits, demands?: SandboxDemands): void
  /** Removes what runs left in the engine whose id `isLive` denies. Answers with the ids removed. */
  reap(workspaceId: string, isLive: (runId: string) => boolean): Promise<Result<string[]>>
  /** Ends warm sandboxes and child processes. The runner is not used afterwards. */
  close(): Promise<void>
}

export type RunnerStatus =
  | {
      available: true
      version: string
      isolation: string
      /** The image that a run would use. */
      image_id: string | null
      warnings: string[]
      runtimes?: string[]
    }
  | {
      available: false
      /** Fit to show; says what to do next. */
      message: string
      reason:
        | 'engine_missing'
        | 'engine_unreachable'
        | 'image_missing'
        /** There is an image, and it isn't the one that was demanded. */
        | 'image_not_pinned'
        | 'runtime_missing'
        | 'permission_model_missing'
      /** What the engine could run containers in, where it answered. */
      runtimes?: string[]
    }

/** What a workspace asks of its sandboxes beside limits. The embedded runner is what it is, and heeds none of it. */
export interface SandboxDemands {
  /** The image to use and no other, by its id; null for the one that the runner finds by its name. */
  imageId: string | null
  /** A runtime of the engine's; null for its default. */
  runtime: string | null
}

export const NO_DEMANDS: SandboxDemands = { imageId: null, runtime: null }

export interface RunnerJob {
  runId: string
  workspaceId: string
  scriptSource: string
  entrypoint: string
  /** In the order of the manifest. Names have been checked (RN-3); the bytes are read once, in order. */
  files: { name: string; bytes: Uint8Array }[]
  /** Form values (SC-2: SKRIPTOTEKET_INPUTS). */
  values: { [name: string]: Json }
  settings: { [name: string]: Json }
  action: { action_id: string; input: { [name: string]: Json }; state: { [name: string]: Json } } | null
  limits: RunLimits
  /** RN-3: how long collecting may go on after the deadline, and how long a kill may take. */
  killGraceMs: number
  demands: SandboxDemands
}

export interface RunObserver {
  phase(phase: RunPhase): void
  /** Called with raw bytes as they come; must return quickly. The buffer is not reused. */
  output(stream: 'stdout' | 'stderr', chunk: Uint8Array): void
  /**
   * One artifact of `bytes` bytes, after the script ended; one at a time. The runner calls it only with paths that
   * `domain/artifact-path` accepts and enforces the caps of RC-7; the callee stores what the sink is given.
   */
  artifact(path: string, bytes: number): ArtifactSink
}

/** Takes one artifact's bytes in pieces. Ends with exactly one call of `finish` or `discard`. */
export interface ArtifactSink {
  /** Waited for before more is read: a slow disk slows the end of the run and doesn't fill the memory. */
  write(chunk: Uint8Array): Promise<void>
  /** All bytes that were announced have been written. */
  finish(): Promise<void>
  /** The rest will never come; what was written is to be forgotten. */
  discard(): Promise<void>
}

export interface RunnerOutcome {
  /** How the execution ended, as the host measured it (RC-3). */
  ended: 'exited' | 'killed_by_signal' | 'timed_out' | 'cancelled' | 'lost'
  exitCode: number | null
  signal: number | null
  oom: boolean
  durationMs: number
  /** The harness's hint why the script failed (from its exit code); only data, checked against the result. */
  failureHint: RunReason | null
  /** The bytes of result.json, or why there are none (RC-2). */
  result: { state: 'present'; bytes: Uint8Array } | { state: 'missing' | 'too_large' | 'not_regular' }
  /** Entries under output/ that were not kept, and why; at most 100, `refusedCount` counts all. */
  refusedArtifacts: { path: string; reason: string }[]
  refusedCount: number
  info: RunnerInfo
}
