import { mayCreateDraft, maySeeVersion, mayWorkOnVersion } from '../policy.ts'
import type { Sha256 } from '../identifier.ts'
import type { Change, DecisionRow, StateView, ToolRow } from '../state.ts'
import { contentHash, manifestHash, type Version, type VersionContent } from '../version.ts'
import type { Applying } from './apply.ts'
import { standingOn } from './maker.ts'
import { applied, conflict, invalid, missing, unauthorised, type Outcome } from './outcome.ts'

/** Saves, submissions and withdrawals: what authors do. Verdicts are in `reviews.ts`. */

export function applyVersionSaved(state: StateView, event: Applying<'version.saved'>, sha256: Sha256): Outcome {
  const { body, maker } = event
  const tool = state.tool(body.tool_id)
  if (tool === null) return missing('tool', body.tool_id)
  if (state.version(body.version_id) !== null) return invalid('id_taken', 'version_id is in use.')
  if (
    body.content_hash !== contentHash(body.content, sha256) ||
    body.manifest_hash !== manifestHash(body.content, sha256)
  ) {
    return invalid('hash_mismatch', 'content_hash or manifest_hash is not that of the content (VR-2).')
  }
  const parentId = body.based_on.parent_version_id
  const base = parentId === null ? startLine(state, event) : growLine(state, event, parentId)
  if ('outcome' in base) return base
  const version = newVersion(tool, event, body.version_id, {
    state: 'draft',
    line_id: base.parent?.line_id ?? body.version_id,
    is_head: true,
    content_hash: body.content_hash,
    manifest_hash: body.manifest_hash,
    entrypoint: body.content.entrypoint,
    derived_from_version_id: parentId ?? body.from_version_id,
    created_by: maker.member.id,
    change_summary: body.change_summary,
  })
  const changes: Change[] = [contentChange(body.content, body.manifest_hash)]
  if (base.parent !== null) changes.push({ table: 'versions', row: { ...base.parent, is_head: false } })
  changes.push({ table: 'versions', row: version }, numberTaken(tool, event.at))
  return applied(...changes)
}

/** VR-3: a line starts from nothing or from any version that the member may see. */
function startLine(state: StateView, event: Applying<'version.saved'>): { parent: null } | Outcome {
  const { body, maker } = event
  const standing = standingOn(state, body.tool_id, maker.member.id)
  if (!mayCreateDraft(maker.actor, standing)) {
    return unauthorised(
      mayCreateDraft(maker.once, { isMaintainer: standing.wasMaintainer }),
      'Only admins and the tool’s maintainers may start a draft.',
    )
  }
  if (body.from_version_id === null) return { parent: null }
  const from = state.version(body.from_version_id)
  if (from === null || from.tool_id !== body.tool_id || !maySeeVersion(maker.actor, from, standing)) {
    return missing('version', body.from_version_id)
  }
  return { parent: null }
}

/** VR-3: saving over a draft names the head of its line. */
function growLine(state: StateView, event: Applying<'version.saved'>, parentId: string): { parent: Version } | Outcome {
  const { body } = event
  if (body.from_version_id !== null) return invalid('invalid_input', 'from_version_id: goes with a new line only.')
  const parent = state.version(parentId)
  if (parent === null || parent.tool_id !== body.tool_id) return missing('version', parentId)
  const refusal = refuseUnlessAuthor(state, event, parent)
  if (refusal !== null) return refusal
  if (!parent.is_head || parent.state !== 'draft') {
    return conflict('head_moved', 'Somebody saved or submitted this draft meanwhile. Compare both and save again.', {
      expected_parent_version_id: parentId,
      line_id: parent.line_id,
    })
  }
  if (parent.manifest_hash === body.manifest_hash)
    return conflict('unchanged', 'Nothing has changed since the last save.')
  return { parent }
}

export function applyVersionSubmitted(state: StateView, event: Applying<'version.submitted'>): Outcome {
  const { body, maker } = event
  return onVersion(state, body.version_id, body.tool_id, (version) => {
    const refusal = refuseUnlessAuthor(state, event, version) ?? stateMoved(version, 'draft', body.based_on)
    if (refusal !== null) return refusal
    if (!version.is_head) return conflict('not_a_head', 'A newer save stands on this version. Submit the newest one.')
    return applied(
      {
        table: 'versions',
        row: {
          ...version,
          state: 'in_review',
          submitted_for_review_by: maker.member.id,
          submitted_for_review_at: event.at,
          review_note: body.review_note,
        },
      },
      decision(event, version, 'submitted', body.review_note, null),
    )
  })
}

/** VR-12. */
export function applyVersionWithdrawn(state: StateView, event: Applying<'version.withdrawn'>): Outcome {
  const { body } = event
  return onVersion(state, body.version_id, body.tool_id, (version, tool) => {
    const refusal = refuseUnlessAuthor(state, event, version) ?? stateMoved(version, 'in_review', body.based_on)
    if (refusal !== null) return refusal
    return backToDraft(state, event, tool, version, 'withdrawn', null)
  })
}

/** VR-7, VR-12: the version in review is archived and its line goes on with a new draft of the same content. */
export function backToDraft(
  state: StateView,
  event: Applying<'version.withdrawn' | 'version.changes_requested'>,
  tool: ToolRow,
  version: Version,
  verdict: 'withdrawn' | 'changes_requested',
  message: string | null,
): Outcome {
  const { new_version_id: newId } = event.body
  if (state.version(newId) !== null) return invalid('id_taken', 'new_version_id is in use.')
  const reviewed = verdict === 'changes_requested' ? { reviewed_by: event.maker.member.id, reviewed_at: event.at } : {}
  return applied(
    { table: 'versions', row: { ...version, ...reviewed, state: 'archived', is_head: false } },
    {
      table: 'versions',
      row: newVersion(tool, event, newId, {
        ...contentOf(version),
        state: 'draft',
        line_id: version.line_id,
        is_head: true,
        created_by: version.created_by,
        change_summary: version.change_summary,
      }),
    },
    numberTaken(tool, event.at),
    decision(event, version, verdict, message, newId),
  )
}

export function onVersion(
  state: StateView,
  versionId: string,
  toolId: string,
  decide: (version: Version, tool: ToolRow) => Outcome,
): Outcome {
  const version = state.version(versionId)
  const tool = state.tool(toolId)
  if (version === null || version.tool_id !== toolId) return missing('version', versionId)
  return tool === null ? missing('tool', toolId) : decide(version, tool)
}

export function stateMoved(
  version: Version,
  wanted: Version['state'],
  seen: { state: Version['state']; manifest_hash: string },
): Outcome | null {
  if (seen.manifest_hash !== version.manifest_hash)
    return invalid('hash_mismatch', 'manifest_hash is not that of the version.')
  if (version.state === wanted) return null
  return conflict('state_moved', `This version is ${version.state} by now, not ${wanted}. Open it again to go on.`, {
    state: version.state,
  })
}

function refuseUnlessAuthor(
  state: StateView,
  event: Applying<'version.saved' | 'version.submitted' | 'version.withdrawn'>,
  version: Version,
): Outcome | null {
  const { maker } = event
  const standing = standingOn(state, version.tool_id, maker.member.id)
  if (mayWorkOnVersion(maker.actor, version, standing)) return null
  return unauthorised(
    mayWorkOnVersion(maker.once, version, { isMaintainer: standing.wasMaintainer }),
    'Only its author, while maintaining the tool, and admins may change this version.',
  )
}

type NewVersion = Pick<
  Version,
  | 'state'
  | 'line_id'
  | 'is_head'
  | 'content_hash'
  | 'manifest_hash'
  | 'entrypoint'
  | 'derived_from_version_id'
  | 'created_by'
  | 'change_summary'
>

/** VR-1: the number is given when the version takes effect in the order. */
export function newVersion(
  tool: ToolRow,
  event: { at: string },
  id: string,
  given: NewVersion & Partial<Version>,
): Version {
  return {
    ...given,
    id,
    tool_id: tool.id,
    version_number: tool.last_version_number + 1,
    created_at: event.at,
    submitted_for_review_by: given.submitted_for_review_by ?? null,
    submitted_for_review_at: given.submitted_for_review_at ?? null,
    review_note: given.review_note ?? null,
    reviewed_by: given.reviewed_by ?? null,
    reviewed_at: given.reviewed_at ?? null,
    published_by: given.published_by ?? null,
    published_at: given.published_at ?? null,
    was_active: given.was_active ?? false,
  }
}

/** The parts of a version that a copy of its content takes over. */
export function contentOf(
  version: Version,
): Pick<Version, 'content_hash' | 'manifest_hash' | 'entrypoint' | 'derived_from_version_id'> {
  return {
    content_hash: version.content_hash,
    manifest_hash: version.manifest_hash,
    entrypoint: version.entrypoint,
    derived_from_version_id: version.id,
  }
}

export function numberTaken(tool: ToolRow, at: string, activeVersionId = tool.active_version_id): Change {
  return {
    table: 'tools',
    row: {
      ...tool,
      last_version_number: tool.last_version_number + 1,
      updated_at: at,
      active_version_id: activeVersionId,
    },
  }
}

export function decision(
  event: { id: string; at: string; maker: { member: { id: string } } },
  version: Version,
  verdict: DecisionRow['verdict'],
  message: string | null,
  resultingVersionId: string | null,
): Change {
  return {
    table: 'decisions',
    row: {
      id: event.id,
      tool_id: version.tool_id,
      version_id: version.id,
      verdict,
      by: event.maker.member.id,
      at: event.at,
      message,
      resulting_version_id: resultingVersionId,
    },
  }
}

function contentChange(content: VersionContent, hash: string): Change {
  return { table: 'version_contents', row: { ...content, manifest_hash: hash } }
}
