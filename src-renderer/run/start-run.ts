import { v7 as uuidv7 } from 'uuid'
import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { Input } from '../../src-preload/contract/contract.ts'
import { call } from '../bridge/client.ts'
import { holdRun } from './run-store.ts'

export type RunTarget = { kind: 'tool'; tool: string } | { kind: 'sandbox'; version: string }
export type RunRequest = Pick<Input<'runs.tool'>, 'uploads' | 'values' | 'action' | 'runner' | 'case' | 'case_files'>

/**
 * Starts a run and answers with its id. The id is chosen here, so that its events are listened to before there can be
 * any; whoever shows the run takes hold of the same store before this lets go.
 */
export async function startRun(target: RunTarget, request: RunRequest): Promise<Envelope<string>> {
  const runId = uuidv7()
  const [, release] = holdRun(runId, { fresh: true })
  const envelope =
    target.kind === 'tool'
      ? await call('runs.tool', { ...request, tool: target.tool, run_id: runId })
      : await call('runs.sandbox', { ...request, version: target.version, run_id: runId })
  // The one who asked renders the run first, and takes hold of it in doing so.
  setTimeout(release, 1_000)
  return envelope.ok ? { ok: true, data: runId } : envelope
}
