import { isDistinctReviewer, mayComment, mayReview, mayRollBack } from '../policy.ts'
import type { Change, StateView, ToolRow } from '../state.ts'
import type { Version } from '../version.ts'
import type { Applying } from './apply.ts'
import { standingOn } from './maker.ts'
import { applied, conflict, invalid, unauthorised, type Outcome } from './outcome.ts'
import { backToDraft, contentOf, decision, newVersion, numberTaken, onVersion, stateMoved } from './versions.ts'

/** Verdicts on a version in review, and rollback: what reviewers do. */

/** VR-7. */
export function applyChangesRequested(state: StateView, event: Applying<'version.changes_requested'>): Outcome {
  const { body } = event
  const refusal = refuseUnlessReviewer(event)
  if (refusal !== null) return refusal
  return onVersion(
    state,
    body.version_id,
    body.tool_id,
    (version, tool) =>
      stateMoved(version, 'in_review', body.based_on) ??
      backToDraft(state, event, tool, version, 'changes_requested', body.message),
  )
}

/** VR-6: copy-on-activate. */
export function applyVersionPublished(state: StateView, event: Applying<'version.published'>): Outcome {
  const { body, maker } = event
  const refusal = refuseUnlessReviewer(event)
  if (refusal !== null) return refusal
  return onVersion(state, body.version_id, body.tool_id, (version, tool) => {
    if (state.setting('require_distinct_reviewer') === true && !isDistinctReviewer(maker.actor, version)) {
      return unauthorised(
        true,
        'You wrote or submitted this version. Somebody else must publish it (setting require_distinct_reviewer).',
        'distinct_reviewer_required',
      )
    }
    const moved = stateMoved(version, 'in_review', body.based_on) ?? activeMoved(tool, body.based_on.active_version_id)
    if (moved !== null) return moved
    if (state.version(body.new_version_id) !== null) return invalid('id_taken', 'new_version_id is in use.')
    const reviewed: Version = {
      ...version,
      state: 'archived',
      is_head: false,
      reviewed_by: maker.member.id,
      reviewed_at: event.at,
    }
    return applied(
      ...archiveActive(state, tool),
      { table: 'versions', row: reviewed },
      {
        table: 'versions',
        row: newVersion(tool, event, body.new_version_id, {
          ...contentOf(version),
          ...activation(event, body.new_version_id),
          submitted_for_review_by: version.submitted_for_review_by,
          submitted_for_review_at: version.submitted_for_review_at,
          review_note: version.review_note,
          reviewed_by: maker.member.id,
          reviewed_at: event.at,
          change_summary: body.change_summary ?? version.change_summary,
        }),
      },
      numberTaken(tool, event.at, body.new_version_id),
      decision(event, version, 'published', body.change_summary, body.new_version_id),
    )
  })
}

/** VR-8: only to what was once active and isn't now. */
export function applyVersionRolledBack(state: StateView, event: Applying<'version.rolled_back'>): Outcome {
  const { body, maker } = event
  if (!mayRollBack(maker.actor)) return unauthorised(mayRollBack(maker.once), 'Only a superuser may roll back.')
  return onVersion(state, body.to_version_id, body.tool_id, (version, tool) => {
    if (version.manifest_hash !== body.based_on.manifest_hash) {
      return invalid('hash_mismatch', 'manifest_hash is not that of the version.')
    }
    const moved = activeMoved(tool, body.based_on.active_version_id)
    if (moved !== null) return moved
    if (version.state === 'active') return conflict('is_active', 'This version is the active one already.')
    if (!version.was_active)
      return conflict('never_active', 'This version was never active. Send it to review instead.')
    if (state.version(body.new_version_id) !== null) return invalid('id_taken', 'new_version_id is in use.')
    return applied(
      ...archiveActive(state, tool),
      {
        table: 'versions',
        row: newVersion(tool, event, body.new_version_id, {
          ...contentOf(version),
          ...activation(event, body.new_version_id),
          change_summary: body.reason,
        }),
      },
      numberTaken(tool, event.at, body.new_version_id),
      decision(event, version, 'rolled_back', body.reason, body.new_version_id),
    )
  })
}

/** VR-11: what is in review is commented, not edited. */
export function applyVersionCommented(state: StateView, event: Applying<'version.commented'>): Outcome {
  const { body, maker } = event
  return onVersion(state, body.version_id, body.tool_id, (version) => {
    const standing = standingOn(state, version.tool_id, maker.member.id)
    if (!mayComment(maker.actor, version, standing)) {
      return unauthorised(
        mayComment(maker.once, version, { isMaintainer: standing.wasMaintainer }),
        'You may comment on versions that you may see.',
      )
    }
    if (state.comment(body.comment_id) !== null) return invalid('id_taken', 'comment_id is in use.')
    const moved = stateMoved(version, 'in_review', { state: 'in_review', manifest_hash: body.based_on.manifest_hash })
    if (moved !== null) return moved
    const { comment_id: id, tool_id, version_id, line, text } = body
    return applied({
      table: 'comments',
      row: { id, tool_id, version_id, line, text, by: maker.member.id, at: event.at },
    })
  })
}

function activation(event: Applying<'version.published' | 'version.rolled_back'>, id: string) {
  return {
    state: 'active' as const,
    line_id: id,
    is_head: false,
    was_active: true,
    created_by: event.maker.member.id,
    published_by: event.maker.member.id,
    published_at: event.at,
  }
}

/** VR-5: the present active version leaves before the new one comes, so that there never are two. */
function archiveActive(state: StateView, tool: ToolRow): Change[] {
  const active = tool.active_version_id === null ? null : state.version(tool.active_version_id)
  return active === null ? [] : [{ table: 'versions', row: { ...active, state: 'archived' } }]
}

function activeMoved(tool: ToolRow, seen: string | null): Outcome | null {
  if (tool.active_version_id === seen) return null
  return conflict(
    'active_version_moved',
    'Another version was published meanwhile. Compare against it and decide again.',
    {
      expected_active_version_id: seen,
      active_version_id: tool.active_version_id,
    },
  )
}

function refuseUnlessReviewer(event: Applying<'version.changes_requested' | 'version.published'>): Outcome | null {
  const { actor, once } = event.maker
  return mayReview(actor) ? null : unauthorised(mayReview(once), 'Only an admin may give a verdict on a version.')
}
