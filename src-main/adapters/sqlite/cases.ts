import { sql } from 'kysely'
import type { Cases, StoredCase } from '../../app/cases-port.ts'
import { caseNameKey } from '../../domain/case.ts'
import type { JsonObject } from '../../domain/result.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** Saved inputs, and which files on the disk they keep. Files go with their case by the foreign key. */
export function createCases({ build, all, first, run }: Statements): Cases {
  const read = (row: Schema['cases']): StoredCase => ({
    id: row.id,
    member_id: row.member_id,
    tool_id: row.tool_id,
    name: row.name,
    values: JSON.parse(row.values) as JsonObject,
    files: all(
      build
        .selectFrom('case_files')
        .select(['name', 'bytes', 'sha256'])
        .where('case_id', '=', row.id)
        .orderBy('position'),
    ),
    created_at: row.created_at,
    last_used_at: row.last_used_at,
  })

  return {
    get: (id) => {
      const row = first(build.selectFrom('cases').selectAll().where('id', '=', id))
      return row === undefined ? null : read(row)
    },
    of: (memberId, toolId) => {
      const own = build.selectFrom('cases').selectAll().where('member_id', '=', memberId).where('tool_id', '=', toolId)
      return all(own.orderBy('last_used_at', 'desc').orderBy('id', 'desc')).map(read)
    },
    put: ({ files, values, ...stored }) => {
      run(build.deleteFrom('cases').where('id', '=', stored.id))
      run(
        build
          .insertInto('cases')
          .values({ ...stored, name_key: caseNameKey(stored.name), values: JSON.stringify(values) }),
      )
      for (const [position, file] of files.entries())
        run(build.insertInto('case_files').values({ case_id: stored.id, position, ...file }))
    },
    used: (id, at) => {
      run(build.updateTable('cases').set({ last_used_at: at }).where('id', '=', id))
    },
    remove: (id) => {
      run(build.deleteFrom('cases').where('id', '=', id))
    },
    removeOf: (memberId) => {
      run(build.deleteFrom('cases').where('member_id', '=', memberId))
    },
    bytesOf: (memberId) =>
      first(
        build
          .selectFrom('case_files')
          .innerJoin('cases', 'cases.id', 'case_files.case_id')
          .select(({ fn }) => fn.coalesce(fn.sum<number>('case_files.bytes'), sql<number>`0`).as('total'))
          .where('cases.member_id', '=', memberId),
      )?.total ?? 0,
    keeps: (sha256) =>
      first(build.selectFrom('case_files').select('case_id').where('sha256', '=', sha256).limit(1)) !== undefined,
  }
}
