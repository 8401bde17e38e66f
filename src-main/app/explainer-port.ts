import type { Result } from '../domain/result.ts'
import type { RecordedRun } from '../domain/run.ts'

/**
 * Says in plain words why a run was allowed, cautioned or blocked (AD-2). The one that ships with the app is
 * deterministic, so every device can check what another one's system key signed (TR-3). One that isn't, such as a local
 * language model, needs an event type of its own that carries its text, and an id that `apply` knows.
 */
export interface Explainer {
  readonly id: string
  readonly version: number
  /** Fails with the cause to show, when this run can't be explained. */
  explain(run: RecordedRun): Promise<Result<string>>
}
