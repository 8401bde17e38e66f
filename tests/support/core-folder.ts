import { commitEvent } from '../../src-main/app/commit.ts'
import type { Context } from '../../src-main/app/context.ts'
import type { EventBody, EventType } from '../../src-main/domain/event-bodies.ts'
import { systemClock, systemIds } from '../../src-main/adapters/system/system.ts'
import { rawDatabase, storeOver } from './core.ts'
import { content, makeActive, makeDraft, makeReviewed, makeTool, openStaffed } from './members.ts'

/** A closed data folder with real, signed events of every type that can be made on one device. */
export async function makeLivelyFolder(): Promise<string> {
  const staff = await openStaffed()
  const { ids, contributor, admin, superuser, root } = staff
  const conrad = ids['Conrad'] ?? ''
  const { slug } = await makeTool(admin, [conrad])
  const first = await makeActive(contributor, admin, slug)
  const second = await makeActive(contributor, superuser, slug)
  await superuser.must('versions.rollback', {
    tool: slug,
    to_version: first,
    expected_active_version_id: second,
    reason: 'Rows were lost.',
  })
  await admin.must('tools.publish', { tool: slug })
  await admin.must('versions.requestChanges', {
    version: (await makeReviewed(contributor, slug)).id,
    message: 'Shorter, please.',
  })
  await contributor.must('versions.withdraw', { version: (await makeReviewed(contributor, slug)).id })
  const reviewed = await makeReviewed(contributor, slug)
  const broken = await makeDraft(contributor, slug, 'def run_tool(:\n')
  const failed = await contributor.must('runs.sandbox', { version: broken.id, values: { title: 'T' } })
  if (failed.reason !== 'syntax_error') throw new Error('the run did not fail as it should')
  const run = failed.id
  await contributor.must('runs.explain', { run })
  await contributor.must('runs.pin', { run, pinned: true })
  await contributor.must('runs.patchMeta', { run, set: { ticket: '1' } })
  const advisory = await contributor.must('advisories.attach', { run, kind: 'suggestion', text: 'Close the bracket.' })
  await admin.must('advisories.review', { advisory_id: advisory.id, approve: true, notes: 'Yes.' })
  await admin.must('tools.edit', { tool: slug, title: 'Tool with "quotes", ü and \u{1f600}', tags: ['one', 'two'] })
  await admin.must('tools.depublish', { tool: slug })
  await admin.must('tools.setMaintainers', { tool: slug, remove: [conrad] })
  const shown = await makeTool(admin)
  await makeActive(admin, admin, shown.slug)
  await admin.must('tools.publish', { tool: shown.slug })
  await root.must('settings.set', { key: 'pids', value: 64 })
  await root.must('settings.set', { key: 'allow_vega_lite', value: true })
  await root.must('members.setRole', { member_id: ids['Ada'] ?? '', role: 'superuser' })
  await root.must('members.revoke', { member_id: ids['Uma'] ?? '', reason: 'Left.' })
  await admin.must('versions.save', {
    ...content,
    runtime: { packages: ['pandas'] },
    tool: slug,
    expected_parent_version_id: null,
  })
  const { manifest_hash: manifestHash, tool_id: toolId } = await admin.must('versions.get', { version: reviewed.id })
  await staff.close()

  const database = rawDatabase(staff.dataDir)
  const { store, keys } = storeOver(database)
  const context = { store, keys, clock: systemClock, ids: systemIds, publish: () => {} } as unknown as Context
  const commit = <T extends EventType>(by: string, type: T, body: EventBody<T>): void => {
    const event = commitEvent(context, { memberId: ids[by] ?? '' }, type, body)
    if (!event.ok) throw new Error(`${type}: ${event.failure.message}`)
  }
  const [suggestion, denied, nomination] = [systemIds.next(), systemIds.next(), systemIds.next()]
  const proposal = { title: 'New', description: 'It counts.', professions: ['clerk'], categories: ['text'] }
  commit('Conrad', 'suggestion.submitted', { suggestion_id: suggestion, content: proposal })
  commit('Conrad', 'suggestion.submitted', { suggestion_id: denied, content: proposal })
  commit('Root', 'suggestion.decided', {
    suggestion_id: suggestion,
    decision: 'modified',
    rationale: 'Shorter.',
    modified: { ...proposal, title: 'Newer' },
    tool: { tool_id: systemIds.next(), slug: 'newer' },
    based_on: { status: 'pending' },
  })
  commit('Root', 'suggestion.decided', {
    suggestion_id: denied,
    decision: 'denied',
    rationale: 'There is one.',
    modified: null,
    tool: null,
    based_on: { status: 'pending' },
  })
  commit('Ada', 'member.nominated', {
    nomination_id: nomination,
    member_id: conrad,
    role: 'admin',
    reason: 'Able.',
    based_on: { role: 'contributor' },
  })
  commit('Root', 'member.nomination_decided', {
    nomination_id: nomination,
    member_id: conrad,
    is_approved: true,
    reason: 'Yes.',
    based_on: { role: 'contributor', superusers: null },
  })
  for (const line of [null, 1]) {
    commit('Conrad', 'version.commented', {
      tool_id: toolId,
      version_id: reviewed.id,
      comment_id: systemIds.next(),
      line,
      text: 'Why?',
      based_on: { manifest_hash: manifestHash },
    })
  }
  const [conradsKey] = store.state.keysOf(conrad)
  const [umasKey] = store.state.keysOf(ids['Uma'] ?? '')
  commit('Conrad', 'key.claimed', { key_id: conradsKey?.key_id ?? '' })
  commit('Root', 'key.revoked', { key_id: umasKey?.key_id ?? '', reason: 'Left.' })
  const head = store.log.head()
  commit('Root', 'workspace.resumed', {
    cause: 'copied',
    reason: 'Nobody else.',
    based_on: { order: head.order, head_hash: head.head_hash ?? '' },
  })
  database.close()
  return staff.dataDir
}
