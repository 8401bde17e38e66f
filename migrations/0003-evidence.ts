import { sql, type Kysely } from 'kysely'

/** What stands beside a run: advisories, notes and pins; and the columns by which runs are found. */
const statements = [
  `CREATE TABLE advisories (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('explanation', 'suggestion', 'note', 'override_request')),
    text TEXT NOT NULL,
    request_id TEXT,
    engine_id TEXT,
    engine_version INTEGER,
    created_by TEXT,
    created_at TEXT NOT NULL,
    override_scope TEXT,
    reviewed INTEGER NOT NULL,
    approved_for_workflow INTEGER NOT NULL,
    reviewed_by TEXT,
    reviewed_at TEXT,
    review_notes TEXT
  ) STRICT`,
  `CREATE INDEX advisories_by_run ON advisories (run_id, id)`,
  `CREATE INDEX advisories_to_review ON advisories (created_at, id) WHERE reviewed = 0`,
  `CREATE INDEX advisories_by_reviewer ON advisories (reviewed_by, reviewed_at) WHERE reviewed = 1`,
  `CREATE INDEX approved_overrides ON advisories (json_extract(override_scope, '$.manifest_hash'))
    WHERE kind = 'override_request' AND approved_for_workflow = 1`,
  `CREATE TABLE run_notes (
    run_id TEXT PRIMARY KEY,
    explanation_status TEXT NOT NULL CHECK (explanation_status IN ('NONE', 'PENDING', 'READY', 'ERROR')),
    explanation_error TEXT,
    is_pinned INTEGER NOT NULL,
    meta TEXT NOT NULL,
    meta_event_id TEXT
  ) STRICT`,
  `CREATE INDEX pinned_runs ON run_notes (run_id) WHERE is_pinned = 1`,
  `ALTER TABLE runs ADD COLUMN risk_level TEXT`,
  `CREATE INDEX runs_by_risk ON runs (risk_level, id)`,
  `CREATE INDEX runs_by_status ON runs (status, id)`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
