import { sql, type Selectable } from 'kysely'
import type { Attachment, Attachments, KeptContent } from '../../app/kept-files-port.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** Which file belongs to which run, and whether it is still kept (RN-9). */
export function createAttachments({ build, all, first, template }: Statements): Attachments {
  const add = template((row: Omit<Selectable<Schema['attachments']>, 'kept_as'>) =>
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
  type Released = { runId: string; kind: Attachment['kind']; name: string; at: string }
  const release = template(({ runId, kind, name, at }: Released) => {
    const row = build.updateTable('attachments').set({ released_at: at }).where('run_id', '=', runId)
    const kept = row.where('released_at', 'is', null).where('kept_as', '!=', 'held')
    return kept.where('kind', '=', kind).where('name', '=', name)
  })
  return {
    add: ({ runId, createdAt, releasedAt, ...file }) =>
      add.run({ ...file, run_id: runId, created_at: createdAt, released_at: releasedAt }),
    of: (runId) =>
      all(build.selectFrom('attachments').selectAll().where('run_id', '=', runId).orderBy('kind').orderBy('name')).map(
        attachmentOf,
      ),
    overAge(before, after, limit) {
      // In so many words, not bound, so that SQLite knows the index that holds nothing else.
      let query = build
        .selectFrom('attachments')
        .selectAll()
        .where(sql<boolean>`released_at IS NULL AND kept_as = 'sandbox'`)
        .where('created_at', '<', before)
      if (after !== null) {
        query = query.where(
          sql<boolean>`(created_at, run_id, kind, name)
            > (${after.createdAt}, ${after.runId}, ${after.kind}, ${after.name})`,
        )
      }
      const inOrder = query.orderBy('created_at').orderBy('run_id').orderBy('kind').orderBy('name')
      return all(inOrder.limit(limit)).map(attachmentOf)
    },
    unheld(before, after, limit) {
      let query = build
        .selectFrom('kept_contents')
        .selectAll()
        .where(sql<boolean>`holders = 0`)
        .where('last_kept_at', '<', before)
      if (after !== null) {
        query = query.where(sql<boolean>`(last_kept_at, sha256) > (${after.lastKeptAt}, ${after.sha256})`)
      }
      return all(query.orderBy('last_kept_at').orderBy('sha256').limit(limit)).map(
        ({ sha256, bytes, last_kept_at: lastKeptAt }): KeptContent => ({ sha256, bytes, lastKeptAt }),
      )
    },
    keeping(sha256, after, limit) {
      let query = build
        .selectFrom('attachments')
        .selectAll()
        .where('sha256', '=', sha256)
        .where('released_at', 'is', null)
      if (after !== null) {
        query = query.where(sql<boolean>`(run_id, kind, name) > (${after.runId}, ${after.kind}, ${after.name})`)
      }
      return all(query.orderBy('run_id').orderBy('kind').orderBy('name').limit(limit)).map(attachmentOf)
    },
    release: (runId, kind, name, at) => release.run({ runId, kind, name, at }),
    keepers: (sha256) =>
      first(build.selectFrom('kept_contents').select('keepers').where('sha256', '=', sha256))?.keepers ?? 0,
    totals: () => {
      const { files, bytes, held_bytes: heldBytes } = first(build.selectFrom('kept_totals').selectAll()) ?? NOTHING
      return { files, bytes, heldBytes }
    },
  }
}

const NOTHING = { files: 0, bytes: 0, held_bytes: 0 }

function attachmentOf(row: Omit<Schema['attachments'], 'kept_as'>): Attachment {
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
