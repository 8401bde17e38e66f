import type { Outcome } from '../../src-main/domain/apply/outcome.ts'
import { EVENT_TYPES, type EventBody, type EventType } from '../../src-main/domain/event-bodies.ts'
import { manifestOf, runBody, savedBody, sha256, type MadeHistory } from './core-history.ts'

/** One rightful event of every type, for trying out what makes it wrong. */

/** One text for what became of an event: `applied`, or its outcome, code and reason. */
export const outcomeOf = (outcome: Outcome): string =>
  outcome.outcome === 'applied' ? 'applied' : `${outcome.outcome} ${outcome.failure.code} ${outcome.failure.reason}`

export function published(
  history: MadeHistory,
  toolId: string,
  versionId: string,
  changes: Partial<EventBody<'version.published'>> = {},
): EventBody<'version.published'> {
  return {
    tool_id: toolId,
    version_id: versionId,
    new_version_id: history.newId(),
    change_summary: null,
    based_on: {
      state: 'in_review',
      manifest_hash: manifestOf(history.state, versionId),
      active_version_id: history.state.tool(toolId)?.active_version_id ?? null,
    },
    ...changes,
  }
}

/** Types whose authority is a role. A key is claimed and rotated by itself; genesis and runs have rules of their own. */
const others = [
  'workspace.created',
  'run.recorded',
  'run.explained',
  'key.claimed',
  'key.rotated',
] as const satisfies EventType[]
export type ByRole = Exclude<EventType, (typeof others)[number]>
export const byMembers = EVENT_TYPES.filter((type): type is ByRole => !(others as readonly EventType[]).includes(type))
/** The head that every event here claims to have seen. */
export const seen = { order: 7, head_hash: sha256('head') }

/** An event of each type that `maker` may rightly make, with the role that it takes. */
export function rightful(
  history: MadeHistory,
  maker: string,
): {
  [T in ByRole]: { role: 'contributor' | 'admin' | 'superuser'; body: EventBody<T> }
} {
  const { state, newId } = history
  const toolId = history.tool(['root'])
  const draft = history.saved('root', toolId)
  const reviewed = history.submitted('root', toolId)
  const withActive = history.tool()
  const first = published(history, withActive, history.submitted('root', withActive))
  history.applied('root', 'version.published', first)
  history.applied('root', 'version.published', published(history, withActive, history.submitted('root', withActive)))
  const archived = first.new_version_id
  const active = state.tool(withActive)?.active_version_id ?? ''
  const shown = history.tool()
  history.applied('root', 'version.published', published(history, shown, history.submitted('root', shown)))
  history.applied('root', 'tool.published', {
    tool_id: shown,
    based_on: { is_published: false, active_version_id: state.tool(shown)?.active_version_id ?? null },
  })
  const other = history.member(`other of ${maker}`, 'user')
  const nomination = newId()
  history.applied('root', 'member.nominated', {
    nomination_id: nomination,
    member_id: other,
    role: 'admin',
    reason: 'Able.',
    based_on: { role: 'user' },
  })
  const suggestion = newId()
  const proposal = { title: 'New tool', description: 'It counts.', professions: [], categories: ['text'] }
  history.applied('root', 'suggestion.submitted', { suggestion_id: suggestion, content: proposal })
  const run = runBody(history, 'root', reviewed, manifestOf(state, reviewed))
  history.applied('root', 'run.recorded', run)
  const note = newId()
  history.applied('root', 'advisory.attached', {
    advisory_id: note,
    run_id: run.run.id,
    kind: 'note',
    text: 'Look.',
    request_id: null,
  })
  const deviceId = newId()
  history.state.put({
    table: 'devices',
    row: { id: deviceId, name: 'there', status: 'active', admitted_at: '2026-01-01T00:00:00.000Z' },
  })
  const onReviewed = { state: 'in_review' as const, manifest_hash: manifestOf(state, reviewed) }
  return {
    'member.added': {
      role: 'superuser',
      body: { member_id: newId(), name: `new by ${maker}`, role: 'user', key: null, based_on: { superusers: null } },
    },
    'member.role_changed': {
      role: 'superuser',
      body: { member_id: other, role: 'contributor', based_on: { role: 'user', superusers: null } },
    },
    'member.revoked': {
      role: 'superuser',
      body: { member_id: other, reason: 'Left.', based_on: { superusers: null } },
    },
    'member.nominated': {
      role: 'admin',
      body: {
        nomination_id: newId(),
        member_id: other,
        role: 'contributor',
        reason: 'Able.',
        based_on: { role: 'user' },
      },
    },
    'member.nomination_decided': {
      role: 'superuser',
      body: {
        nomination_id: nomination,
        member_id: other,
        is_approved: true,
        reason: 'Yes.',
        based_on: { role: 'user', superusers: null },
      },
    },
    'key.revoked': { role: 'superuser', body: { key_id: history.keyOf(`other of ${maker}`), reason: 'Lost.' } },
    'device.revoked': { role: 'superuser', body: { device_id: deviceId, reason: 'Lost.' } },
    'workspace.resumed': {
      role: 'superuser',
      body: { cause: 'restored', reason: 'Nobody else.', based_on: { order: seen.order, head_hash: seen.head_hash } },
    },
    'suggestion.submitted': { role: 'contributor', body: { suggestion_id: newId(), content: proposal } },
    'suggestion.decided': {
      role: 'admin',
      body: {
        suggestion_id: suggestion,
        decision: 'accepted',
        rationale: 'Good.',
        modified: null,
        tool: { tool_id: newId(), slug: `from-${maker}` },
        based_on: { status: 'pending' },
      },
    },
    'version.commented': {
      role: 'admin',
      body: {
        tool_id: toolId,
        version_id: reviewed,
        comment_id: newId(),
        line: 1,
        text: 'Why?',
        based_on: { manifest_hash: manifestOf(state, reviewed) },
      },
    },
    'advisory.attached': {
      role: 'admin',
      body: { advisory_id: newId(), run_id: run.run.id, kind: 'suggestion', text: 'Use less.', request_id: null },
    },
    'advisory.reviewed': {
      role: 'admin',
      body: { advisory_id: note, run_id: run.run.id, is_approved: true, notes: 'Yes.', based_on: { reviewed: false } },
    },
    'run.meta_patched': {
      role: 'admin',
      body: { run_id: run.run.id, meta: { ticket: '1' }, based_on: { meta_event_id: null } },
    },
    'run.pinned': { role: 'admin', body: { run_id: run.run.id, is_pinned: true } },
    'setting.changed': { role: 'superuser', body: { key: 'pids', value: 64, based_on: { value: 256 } } },
    'tool.created': {
      role: 'admin',
      body: { tool_id: newId(), slug: `by-${maker}`, title: 'T', summary: '', tags: [], maintainers: [] },
    },
    'tool.edited': {
      role: 'admin',
      body: {
        tool_id: toolId,
        title: 'New',
        summary: '',
        tags: [],
        based_on: { metadata_event_id: state.tool(toolId)?.metadata_event_id ?? '' },
      },
    },
    'tool.published': {
      role: 'admin',
      body: { tool_id: withActive, based_on: { is_published: false, active_version_id: active } },
    },
    'tool.depublished': { role: 'admin', body: { tool_id: shown, based_on: { is_published: true } } },
    'tool.maintainers_changed': {
      role: 'admin',
      body: { tool_id: withActive, add: [other], remove: [], based_on: { maintainers: [] } },
    },
    'version.saved': { role: 'admin', body: savedBody(newId(), toolId, '# over', draft) },
    'version.submitted': {
      role: 'admin',
      body: {
        tool_id: toolId,
        version_id: draft,
        review_note: null,
        based_on: { state: 'draft', manifest_hash: manifestOf(state, draft) },
      },
    },
    'version.withdrawn': {
      role: 'admin',
      body: { tool_id: toolId, version_id: reviewed, new_version_id: newId(), based_on: onReviewed },
    },
    'version.changes_requested': {
      role: 'admin',
      body: { tool_id: toolId, version_id: reviewed, new_version_id: newId(), message: 'Why?', based_on: onReviewed },
    },
    'version.published': { role: 'admin', body: published(history, toolId, reviewed) },
    'version.rolled_back': {
      role: 'superuser',
      body: {
        tool_id: withActive,
        to_version_id: archived,
        new_version_id: newId(),
        reason: 'Why',
        based_on: { manifest_hash: manifestOf(state, archived), active_version_id: active },
      },
    },
  }
}
