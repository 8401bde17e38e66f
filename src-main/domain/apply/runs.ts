import type { TypedEvent } from '../event.ts'
import type { StateView } from '../state.ts'
import type { Maker } from './maker.ts'
import { applied, invalid, type Outcome } from './outcome.ts'

/**
 * A run is evidence whatever becomes of its version (TR-12): it is applied even where the version never took effect. It
 * is signed by who asked for it, or, when the process that ran it died, by the device's system key as interrupted.
 */
export function applyRunRecorded(
  state: StateView,
  event: Extract<TypedEvent, { type: 'run.recorded' }> & { maker: Maker },
): Outcome {
  const { run, based_on: basedOn, tool_id: toolId } = event.body
  const { maker } = event
  if (state.run(run.id) !== null) return invalid('id_taken', 'run.id is in use.')
  if (run.version_id !== basedOn.version_id || run.manifest_hash !== basedOn.manifest_hash) {
    return invalid('hash_mismatch', 'The run names another version than the one it is based on.')
  }
  const version = state.version(run.version_id)
  if (version !== null && (version.tool_id !== toolId || version.manifest_hash !== run.manifest_hash)) {
    return invalid('hash_mismatch', 'The run names a content that is not its version’s.')
  }
  const isOwn = maker.kind === 'member' && maker.member.id === run.requested_by
  const isClosedBySystem = maker.kind === 'system' && run.reason === 'interrupted'
  if (!isOwn && !isClosedBySystem) return invalid('not_the_requester', 'A run is recorded by who asked for it.')
  return applied({
    table: 'runs',
    row: {
      id: run.id,
      tool_id: toolId,
      version_id: run.version_id,
      context: run.context,
      requested_by: run.requested_by,
      status: run.status,
      started_at: run.started_at,
      risk_level: run.decision?.risk_level ?? null,
      record: run,
    },
  })
}
