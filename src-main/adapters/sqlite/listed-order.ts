import type { Statements } from './statements.ts'

/** Whether what the audit lists from is the order itself: a row that hides there would hide an event from people. */

const ENTRIES_AT_ONCE = 500

/**
 * The number of the first entry that `audit_entries` has not, or has otherwise than its trigger makes it; null for each
 * page in between, so that others get their turn. There is none in a sound database.
 */
export function* mislistedEntries({ build, template }: Statements): Generator<number | null> {
  const ordered = template(({ after }: { after: number }) =>
    build
      .selectFrom('order_entries')
      .innerJoin('events', 'events.id', 'order_entries.event_id')
      .select(['order_number', 'type', 'tool_id', 'events.key_id', 'at'])
      .where('order_number', '>', after)
      .orderBy('order_number')
      .limit(ENTRIES_AT_ONCE),
  )
  const listed = template(({ after }: { after: number }) =>
    build
      .selectFrom('audit_entries')
      .select(['order_number', 'type', 'tool_id', 'key_id', 'at', 'latest_at'])
      .where('order_number', '>', after)
      .orderBy('order_number')
      .limit(ENTRIES_AT_ONCE),
  )
  let after = Number.MIN_SAFE_INTEGER
  let latest = ''
  for (;;) {
    const wanted = ordered.arrays({ after })
    const found = listed.arrays({ after })
    for (let index = 0; index < Math.max(wanted.length, found.length); index += 1) {
      const [row, entry] = [wanted[index] ?? [], found[index] ?? []]
      const at = String(row[4] ?? '')
      latest = at > latest ? at : latest
      const isSame = [...row, latest].every((value, column) => value === entry[column])
      if (row.length === 0 || !isSame) return yield Number(row[0] ?? entry[0])
    }
    if (wanted.length < ENTRIES_AT_ONCE) return
    after = Number(wanted.at(-1)?.[0])
    yield null
  }
}
