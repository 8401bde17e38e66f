import { describe, expect, test } from 'vitest'
import { TABLE_KEYS, TABLE_NAMES, type Tables, type TableName } from '../../src-main/domain/state.ts'
import {
  createHistory,
  idNumber,
  manifestOf,
  runBody,
  savedBody,
  type MadeHistory,
  type Subject,
} from '../support/core-history.ts'

/** What every fold must do, wherever it is kept: give back whole rows as put, and answer `apply`'s look-ups. */

export interface Fold extends Subject {
  rowsOf<T extends TableName>(table: T): Tables[T][]
}

const NOTHING = idNumber(0xffff)

export interface LivelyHistory extends MadeHistory {
  toolId: string
  draftId: string
  activeId: string
}

/** Events of many types, so that every look-up has something to find and something to miss. */
export function livelyHistory(fold: Subject): LivelyHistory {
  const history = createHistory(fold)
  history.member('Ada', 'admin')
  history.member('Conrad', 'contributor')
  history.member('Ümit', 'superuser')
  history.setRole('Ada', 'superuser')
  history.setRole('Ada', 'admin')
  const toolId = history.tool(['Conrad', 'Ada'])
  history.applied('root', 'tool.maintainers_changed', {
    tool_id: toolId,
    add: [history.id('root')],
    remove: [history.id('Ada')],
    based_on: { maintainers: fold.maintainers(toolId) },
  })
  history.applied('root', 'tool.edited', {
    tool_id: toolId,
    title: 'Ångström "quoted" \\ \u{1f600}',
    summary: '',
    tags: ['a', 'ü,]"'],
    based_on: { metadata_event_id: fold.tool(toolId)?.metadata_event_id ?? '' },
  })
  const reviewedId = history.submitted('Conrad', toolId)
  const activeId = history.newId()
  const published = history.submitted('Conrad', toolId)
  history.applied('root', 'version.published', {
    tool_id: toolId,
    version_id: published,
    new_version_id: activeId,
    change_summary: null,
    based_on: { state: 'in_review', manifest_hash: manifestOf(fold, published), active_version_id: null },
  })
  history.applied('root', 'tool.published', {
    tool_id: toolId,
    based_on: { is_published: false, active_version_id: activeId },
  })
  const draftId = history.saved('Conrad', toolId)
  for (const [key, was, value] of [
    ['pids', 256, 64],
    ['pids', 64, 65],
    ['allow_vega_lite', false, true],
    ['cpus', 1, 0.5],
  ] as const) {
    history.applied('root', 'setting.changed', { key, value, based_on: { value: was } })
  }
  const suggestion = history.newId()
  history.applied('Conrad', 'suggestion.submitted', {
    suggestion_id: suggestion,
    content: { title: 'New', description: 'It\ncounts.', professions: ['clerk'], categories: [] },
  })
  history.applied('Ada', 'suggestion.decided', {
    suggestion_id: suggestion,
    decision: 'modified',
    rationale: 'Shorter.',
    based_on: { status: 'pending' },
    modified: { title: 'Newer', description: 'It counts.', professions: [], categories: ['text'] },
    tool: { tool_id: history.newId(), slug: 'newer' },
  })
  history.applied('Ada', 'member.nominated', {
    nomination_id: history.newId(),
    member_id: history.id('Conrad'),
    role: 'admin',
    reason: 'Able.',
    based_on: { role: 'contributor' },
  })
  history.applied('root', 'version.commented', {
    tool_id: toolId,
    version_id: reviewedId,
    comment_id: history.newId(),
    line: null,
    text: 'Why?',
    based_on: { manifest_hash: manifestOf(fold, reviewedId) },
  })
  const run = runBody(history, 'root', reviewedId, manifestOf(fold, reviewedId))
  history.applied('root', 'run.recorded', run)
  history.applied('root', 'run.pinned', { run_id: run.run.id, is_pinned: true })
  history.applied('root', 'advisory.attached', {
    advisory_id: history.newId(),
    run_id: run.run.id,
    kind: 'note',
    text: 'Look.',
    request_id: null,
  })
  history.applied('root', 'member.revoked', {
    member_id: history.id('Ümit'),
    reason: 'Left.',
    based_on: { superusers: fold.superusers() },
  })
  return { ...history, toolId, draftId, activeId }
}

export function describeStateView(name: string, makeFold: () => Promise<Fold>): void {
  describe(`${name}: the folded state`, () => {
    test('TR-1 before the genesis event there is nothing', async () => {
      const fold = await makeFold()
      expect(fold.workspace()).toBeNull()
      expect([fold.key('x'), fold.member(NOTHING), fold.memberByNameKey('x'), fold.device(NOTHING)]).toEqual([
        null,
        null,
        null,
        null,
      ])
      expect([fold.tool(NOTHING), fold.toolBySlug('x'), fold.maintainer(NOTHING, NOTHING)]).toEqual([null, null, null])
      expect([fold.version(NOTHING), fold.run(NOTHING), fold.setting('pids')]).toEqual([null, null, undefined])
      expect([fold.nomination(NOTHING), fold.suggestion(NOTHING), fold.comment(NOTHING)]).toEqual([null, null, null])
      expect([fold.runNotes(NOTHING), fold.advisory(NOTHING)]).toEqual([null, null])
      expect([fold.superusers(), fold.maintainers(NOTHING), fold.keysOf(NOTHING)]).toEqual([[], [], []])
      for (const table of TABLE_NAMES) expect(fold.rowsOf(table)).toEqual([])
    })

    test('TR-1 look-ups answer with the whole row as it was last put', async () => {
      const fold = await makeFold()
      const { id, keyOf, toolId, draftId, activeId } = livelyHistory(fold)
      expect(fold.member(id('Ada'))).toMatchObject({
        name: 'Ada',
        role: 'admin',
        highest_role: 'superuser',
        status: 'active',
      })
      expect(fold.memberByNameKey('ümit')).toEqual(fold.member(id('Ümit')))
      expect(fold.memberByNameKey('Ada')).toBeNull()
      expect(fold.member(id('Ümit'))?.status).toBe('revoked')
      expect(fold.superusers()).toEqual([id('root')])
      expect(fold.key(keyOf('Conrad'))).toMatchObject({
        member_id: id('Conrad'),
        is_unclaimed: true,
        kind: 'member',
        revoked_at: null,
      })
      expect(fold.keysOf(id('Conrad'))).toEqual([fold.key(keyOf('Conrad'))])
      expect(fold.tool(toolId)).toMatchObject({
        title: 'Ångström "quoted" \\ \u{1f600}',
        tags: ['a', 'ü,]"'],
        is_published: true,
        active_version_id: activeId,
        last_version_number: 4,
      })
      expect(fold.toolBySlug(fold.tool(toolId)?.slug ?? '')).toEqual(fold.tool(toolId))
      expect(fold.maintainers(toolId)).toEqual([id('root'), id('Conrad')].sort())
      expect(fold.maintainer(toolId, id('Ada'))).toEqual({ tool_id: toolId, member_id: id('Ada'), is_current: false })
      expect(fold.maintainer(toolId, id('Ümit'))).toBeNull()
      expect(fold.version(draftId)).toMatchObject({
        state: 'draft',
        is_head: true,
        was_active: false,
        published_at: null,
      })
      expect(fold.version(activeId)).toMatchObject({ state: 'active', is_head: false, was_active: true })
      expect([
        fold.setting('pids'),
        fold.setting('allow_vega_lite'),
        fold.setting('cpus'),
        fold.setting('tmp_bytes'),
      ]).toEqual([65, true, 0.5, undefined])
      const [suggestion] = fold.rowsOf('suggestions')
      expect(suggestion).toMatchObject({
        status: 'modified',
        professions: ['clerk'],
        modified: { title: 'Newer', categories: ['text'] },
      })
      expect(fold.suggestion(suggestion?.id ?? '')).toEqual(suggestion)
      const [run] = fold.rowsOf('runs')
      expect(fold.run(run?.id ?? '')).toEqual(run)
      expect(run?.record).toMatchObject({ status: 'succeeded', oom: false, values: {}, decision: null })
      expect(fold.runNotes(run?.id ?? '')).toMatchObject({ run_id: run?.id, is_pinned: true })
      const [advisory] = fold.rowsOf('advisories')
      expect(fold.advisory(advisory?.id ?? '')).toMatchObject({ kind: 'note', reviewed: false, override_scope: null })
      const [comment] = fold.rowsOf('comments')
      expect(fold.comment(comment?.id ?? '')).toMatchObject({ line: null, text: 'Why?' })
    })

    test('TR-1 a row that is put again under its key takes the place of the old one', async () => {
      const fold = await makeFold()
      const { toolId, draftId, make, newId } = livelyHistory(fold)
      const before = fold.rowsOf('versions').length
      expect(make('root', 'version.saved', savedBody(newId(), toolId, '# next', draftId)).outcome).toBe('applied')
      expect(fold.version(draftId)?.is_head).toBe(false)
      expect(fold.rowsOf('versions')).toHaveLength(before + 1)
      for (const table of TABLE_NAMES) {
        const keys = fold
          .rowsOf(table)
          .map((row) => JSON.stringify(TABLE_KEYS[table].map((column) => row[column as keyof typeof row])))
        expect(new Set(keys).size).toBe(keys.length)
      }
    })
  })
}
