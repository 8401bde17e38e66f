import { sql, type Kysely } from 'kysely'

/** Looking through the history, and through advisories, at the same cost among a thousand of them and two million. */

/** Clocks may be set back; the latest time up to an entry never goes back, so that a span of time is a stretch of the order. */
const entered = (order: string, event: string): string => `INSERT INTO audit_entries
    SELECT ${order}, type, tool_id, key_id, at, max(at, coalesce((SELECT latest_at FROM audit_entries
      WHERE order_number < ${order} ORDER BY order_number DESC LIMIT 1), at))
    FROM events WHERE id = ${event}`

const sameAdvisory = `member_id = (SELECT requested_by FROM runs WHERE id = OLD.run_id) AND kind = OLD.kind
      AND reviewed = OLD.reviewed AND created_at = OLD.created_at AND advisory_id = OLD.id`

const statements = [
  // What the order is looked through by, by its own numbers: each index is in the order already.
  `CREATE TABLE audit_entries (
    order_number INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    tool_id TEXT,
    key_id TEXT NOT NULL,
    at TEXT NOT NULL,
    latest_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TRIGGER entry_is_audited AFTER INSERT ON order_entries BEGIN ${entered('NEW.order_number', 'NEW.event_id')}; END`,
  `INSERT INTO audit_entries SELECT order_number, type, tool_id, events.key_id, at, max(at) OVER (ORDER BY order_number)
    FROM order_entries JOIN events ON events.id = order_entries.event_id ORDER BY order_number`,
  `CREATE INDEX audit_by_type ON audit_entries (type)`,
  `CREATE INDEX audit_by_tool ON audit_entries (tool_id, order_number, type, key_id) WHERE tool_id IS NOT NULL`,
  `CREATE INDEX audit_by_key ON audit_entries (key_id)`,
  `CREATE INDEX audit_by_key_and_type ON audit_entries (key_id, type)`,
  `CREATE INDEX audit_by_time ON audit_entries (latest_at)`,
  // Entries of a clock that was behind: what a stretch of the order misses.
  `CREATE INDEX audit_set_back ON audit_entries (at) WHERE at < latest_at`,
  // What they were for is told by the table above, which takes a body apart once.
  `DROP INDEX events_by_tool`,
  `DROP INDEX events_by_type`,

  // Advisories: each kind, reviewed or not, is a stretch in order, so that a list looks at none that it doesn't show.
  ...[
    'advisories_in_order',
    'advisories_by_kind',
    'advisories_to_review',
    'advisories_to_review_by_kind',
    'advisories_by_reviewer',
    'advisories_by_notes',
  ].map((name) => `DROP INDEX ${name}`),
  `CREATE INDEX advisories_to_review ON advisories (kind, created_at, id) WHERE reviewed = 0`,
  `CREATE INDEX advisories_reviewed ON advisories (kind, created_at, id) WHERE reviewed = 1`,
  `CREATE INDEX advisories_by_reviewer ON advisories (reviewed_by, kind, created_at, id) WHERE reviewed_by IS NOT NULL`,
  `CREATE INDEX advisories_by_notes ON advisories (review_notes, kind, created_at, id) WHERE reviewed_by GLOB 'system:*'`,
  `DROP TRIGGER advisory_is_about`,
  `DROP TRIGGER advisory_is_about_nothing`,
  `DROP TABLE advisories_of`,
  // Whose runs advisories are about, in the same stretches.
  `CREATE TABLE advisories_of (
    member_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reviewed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    advisory_id TEXT NOT NULL,
    PRIMARY KEY (member_id, kind, reviewed, created_at, advisory_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER advisory_is_about AFTER INSERT ON advisories BEGIN
    INSERT OR IGNORE INTO advisories_of
      SELECT requested_by, NEW.kind, NEW.reviewed, NEW.created_at, NEW.id FROM runs WHERE id = NEW.run_id;
  END`,
  `CREATE TRIGGER advisory_is_about_as_reviewed AFTER UPDATE OF reviewed ON advisories
    WHEN OLD.reviewed <> NEW.reviewed BEGIN
    UPDATE advisories_of SET reviewed = NEW.reviewed WHERE ${sameAdvisory};
  END`,
  `CREATE TRIGGER advisory_is_about_nothing AFTER DELETE ON advisories BEGIN
    DELETE FROM advisories_of WHERE ${sameAdvisory};
  END`,
  `INSERT OR IGNORE INTO advisories_of
    SELECT runs.requested_by, kind, reviewed, advisories.created_at, advisories.id
    FROM advisories JOIN runs ON runs.id = advisories.run_id`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
