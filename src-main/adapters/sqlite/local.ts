import type { LiveRun, LiveRuns, LocalState } from '../../app/ports.ts'
import type { Json } from '../../domain/result.ts'
import type { RunPhase } from '../../domain/run.ts'
import type { Statements } from './statements.ts'

/** Runs under way, shared by all processes of one data folder. */
export function createLiveRuns(statements: Statements): LiveRuns {
  const { build, run, template } = statements
  type Row = { id: string; owner: string; phase: string; cancel_requested: number; record: string }
  const columns = ['id', 'owner', 'phase', 'cancel_requested', 'record'] as const
  const liveRun = (row: Row): LiveRun => ({
    id: row.id,
    owner: row.owner,
    phase: row.phase as RunPhase,
    cancelRequested: row.cancel_requested === 1,
    ...(JSON.parse(row.record) as Pick<LiveRun, 'run' | 'values'>),
  })

  const start = template((row: Omit<Row, 'cancel_requested'> & { requested_by: string; started_at: string }) =>
    build.insertInto('live_runs').values({
      id: row.id,
      owner: row.owner,
      requested_by: row.requested_by,
      started_at: row.started_at,
      phase: row.phase,
      record: row.record,
    }),
  )
  const get = template(({ id }: { id: string }) => build.selectFrom('live_runs').select(columns).where('id', '=', id))
  const every = template(() => build.selectFrom('live_runs').select(columns).orderBy('id', 'desc'))
  const end = template(({ id }: { id: string }) => build.deleteFrom('live_runs').where('id', '=', id))

  return {
    start: ({ id, owner, phase, run: begun, values }) => {
      const { requested_by, started_at } = begun
      start.run({ id, owner, phase, requested_by, started_at, record: JSON.stringify({ run: begun, values }) })
    },
    get: (id) => {
      const row = get.first({ id })
      return row === undefined ? null : liveRun(row)
    },
    all: () => every.all({}).map(liveRun),
    setPhase: (id, phase) => {
      run(build.updateTable('live_runs').set({ phase }).where('id', '=', id))
    },
    requestCancel: (id) => run(build.updateTable('live_runs').set({ cancel_requested: 1 }).where('id', '=', id)) > 0,
    end: (id) => end.run({ id }),
  }
}

export function createLocalState(statements: Statements): LocalState {
  const { build, all, first, run, template } = statements
  const value = template(({ name }: { name: string }) =>
    build.selectFrom('local_state').select('value').where('name', '=', name),
  )
  return {
    get: (name) => value.first({ name })?.value ?? null,
    set: (name, value) => {
      run(
        build
          .insertInto('local_state')
          .values({ name, value })
          .onConflict((c) => c.column('name').doUpdateSet({ value })),
      )
    },
    remove: (name) => {
      run(build.deleteFrom('local_state').where('name', '=', name))
    },
    names: (prefix) =>
      all(
        build
          .selectFrom('local_state')
          .select('name')
          .where('name', '>=', prefix)
          .where('name', '<', `${prefix}\u{10ffff}`),
      ).map((row) => row.name),
    unsavedWork: (memberId, toolId) => {
      const row = first(
        build.selectFrom('unsaved_work').select('work').where('member_id', '=', memberId).where('tool_id', '=', toolId),
      )
      return row === undefined ? null : (JSON.parse(row.work) as Json)
    },
    keepUnsavedWork: (memberId, toolId, work) => {
      if (work === null) {
        run(build.deleteFrom('unsaved_work').where('member_id', '=', memberId).where('tool_id', '=', toolId))
        return
      }
      const text = JSON.stringify(work)
      run(
        build
          .insertInto('unsaved_work')
          .values({ member_id: memberId, tool_id: toolId, work: text })
          .onConflict((conflict) => conflict.columns(['member_id', 'tool_id']).doUpdateSet({ work: text })),
      )
    },
    toolSettings: (memberId, toolId) => {
      const row = first(
        build
          .selectFrom('tool_settings')
          .select('values')
          .where('member_id', '=', memberId)
          .where('tool_id', '=', toolId),
      )
      return row === undefined ? {} : (JSON.parse(row.values) as { [name: string]: Json })
    },
    setToolSettings: (memberId, toolId, values) => {
      const text = JSON.stringify(values)
      run(
        build
          .insertInto('tool_settings')
          .values({ member_id: memberId, tool_id: toolId, values: text })
          .onConflict((conflict) => conflict.columns(['member_id', 'tool_id']).doUpdateSet({ values: text })),
      )
    },
    membersWithKeys: () =>
      all(build.selectFrom('private_keys').select('member_id').distinct().where('member_id', 'is not', null)).flatMap(
        (row) => (row.member_id === null ? [] : [row.member_id]),
      ),
  }
}
