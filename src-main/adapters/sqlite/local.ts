import type { LiveRun, LiveRuns, LocalState } from '../../app/ports.ts'
import type { Json } from '../../domain/result.ts'
import type { RunPhase } from '../../domain/run.ts'
import type { Statements } from './statements.ts'

/** Runs under way, shared by all processes of one data folder. */
export function createLiveRuns(statements: Statements): LiveRuns {
  const { build, first, all, run } = statements
  type Row = { id: string; owner: string; phase: string; cancel_requested: number; record: string }
  const columns = ['id', 'owner', 'phase', 'cancel_requested', 'record'] as const
  const liveRun = (row: Row): LiveRun => ({
    id: row.id,
    owner: row.owner,
    phase: row.phase as RunPhase,
    cancelRequested: row.cancel_requested === 1,
    ...(JSON.parse(row.record) as Pick<LiveRun, 'run' | 'values'>),
  })

  return {
    start: (live) => {
      run(
        build.insertInto('live_runs').values({
          id: live.id,
          owner: live.owner,
          requested_by: live.run.requested_by,
          started_at: live.run.started_at,
          phase: live.phase,
          record: JSON.stringify({ run: live.run, values: live.values }),
        }),
      )
    },
    get: (id) => {
      const row = first(build.selectFrom('live_runs').select(columns).where('id', '=', id))
      return row === undefined ? null : liveRun(row)
    },
    all: () => all(build.selectFrom('live_runs').select(columns).orderBy('id', 'desc')).map(liveRun),
    setPhase: (id, phase) => {
      run(build.updateTable('live_runs').set({ phase }).where('id', '=', id))
    },
    requestCancel: (id) => run(build.updateTable('live_runs').set({ cancel_requested: 1 }).where('id', '=', id)) > 0,
    end: (id) => {
      run(build.deleteFrom('live_runs').where('id', '=', id))
    },
  }
}

export function createLocalState(statements: Statements): LocalState {
  const { build, first, all, run } = statements
  return {
    get: (name) => first(build.selectFrom('local_state').select('value').where('name', '=', name))?.value ?? null,
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
