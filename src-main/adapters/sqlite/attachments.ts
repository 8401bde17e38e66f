import { sql } from 'kysely'
import type { Attachment, Attachments } from '../../app/kept-files-port.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** Which file belongs to which run, and whether it is still kept (RN-9). */
export function createAttachments({ build, all, first, run, template }: Statements): Attachments {
  const add = template((row: Schema['attachments']) =>
    build
      .insertInto('attachments')
      .values({
        run_id: row.run_id,
        kind: row.kind,
        name: row.name,
        sha256: row.sha256,
        bytes: row.bytes,
        mime: row.mime,
        created_at: row.created_at,
        released_at: row.released_at,
      })
      .onConflict((conflict) => conflict.doNothing()),
  )
  return {
    add: ({ runId, createdAt, releasedAt, ...file }) =>
      add.run({ ...file, run_id: runId, created_at: createdAt, released_at: releasedAt }),
    of: (runId) =>
      all(build.selectFrom('attachments').selectAll().where('run_id', '=', runId).orderBy('kind').orderBy('name')).map(
        attachmentOf,
      ),
    overAge(before, after, limit) {
      let query = build
        .selectFrom('attachments')
        .innerJoin('runs', 'runs.id', 'attachments.run_id')
        .selectAll('attachments')
        .where('attachments.released_at', 'is', null)
        .where('attachments.created_at', '<', before)
        .where('runs.context', '=', 'sandbox')
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM run_notes WHERE run_notes.run_id = attachments.run_id AND run_notes.is_pinned = 1)`,
        )
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM advisories WHERE advisories.run_id = attachments.run_id AND advisories.created_by IS NOT NULL)`,
        )
      if (after !== null) {
        query = query.where(
          sql<boolean>`(attachments.created_at, attachments.run_id, attachments.kind, attachments.name)
            > (${after.createdAt}, ${after.runId}, ${after.kind}, ${after.name})`,
        )
      }
      const inOrder = query
        .orderBy('attachments.created_at')
        .orderBy('attachments.run_id')
        .orderBy('attachments.kind')
        .orderBy('attachments.name')
      return all(inOrder.limit(limit)).map(attachmentOf)
    },
    release: (runId, kind, name, at) => {
      const row = build.updateTable('attachments').set({ released_at: at }).where('run_id', '=', runId)
      run(row.where('kind', '=', kind).where('name', '=', name).where('released_at', 'is', null))
    },
    keepers: (sha256) =>
      first(
        build
          .selectFrom('attachments')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('sha256', '=', sha256)
          .where('released_at', 'is', null),
      )?.count ?? 0,
    keptBytes: () =>
      first(
        build
          .selectFrom(
            build
              .selectFrom('attachments')
              .select(['sha256', 'bytes'])
              .where('released_at', 'is', null)
              .distinct()
              .as('kept'),
          )
          .select(({ fn }) => fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('total')),
      )?.total ?? 0,
  }
}

function attachmentOf(row: Schema['attachments']): Attachment {
  return {
    runId: row.run_id,
    kind: row.kind as Attachment['kind'],
    name: row.name,
    sha256: row.sha256,
    bytes: row.bytes,
    mime: row.mime,
    createdAt: row.created_at,
    releasedAt: row.released_at,
  }
}
