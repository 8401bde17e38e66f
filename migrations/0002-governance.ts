import { sql, type Kysely } from 'kysely'

/** Nominations, suggestions and comments; when a key ended; which suggestion a tool came from; who made an event. */
const statements = [
  `ALTER TABLE keys ADD COLUMN revoked_at TEXT`,
  `CREATE INDEX keys_by_member ON keys (member_id)`,
  `ALTER TABLE tools ADD COLUMN suggestion_id TEXT`,
  `CREATE TABLE nominations (
    id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES members (id) DEFERRABLE INITIALLY DEFERRED,
    role TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'declined')),
    reason TEXT NOT NULL,
    nominated_by TEXT NOT NULL,
    nominated_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    decision_reason TEXT
  ) STRICT`,
  `CREATE TABLE suggestions (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    professions TEXT NOT NULL,
    categories TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'modified', 'denied')),
    submitted_by TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    rationale TEXT,
    modified TEXT,
    tool_id TEXT
  ) STRICT`,
  `CREATE INDEX suggestions_by_status ON suggestions (status, id)`,
  `CREATE TABLE comments (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    line INTEGER,
    text TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX comments_by_version ON comments (version_id, id)`,
  `CREATE INDEX events_by_type ON events (type, id)`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
