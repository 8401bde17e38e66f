import { sql, type Kysely } from 'kysely'

/** The log, the order, the fold of both, and what is local to this device. Never edited once landed. */
const statements = [
  // The log (TR-1, TR-2). Nothing in it is ever changed or removed; the triggers below hold that against slips.
  `CREATE TABLE events (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    key_seq INTEGER NOT NULL,
    prev_hash TEXT,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    seen_order INTEGER NOT NULL,
    seen_head_hash TEXT,
    hash TEXT NOT NULL UNIQUE,
    signature TEXT NOT NULL,
    tool_id TEXT GENERATED ALWAYS AS (json_extract(body, '$.tool_id')) VIRTUAL,
    UNIQUE (key_id, key_seq)
  ) STRICT`,
  `CREATE TABLE order_entries (
    order_number INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE REFERENCES events (id),
    head_hash TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'conflict', 'invalid')),
    failure TEXT
  ) STRICT`,
  `CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END`,
  `CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END`,
  `CREATE TRIGGER order_is_final BEFORE UPDATE ON order_entries BEGIN SELECT RAISE(ABORT, 'the order is append-only'); END`,
  `CREATE TRIGGER order_stays BEFORE DELETE ON order_entries BEGIN SELECT RAISE(ABORT, 'the order is append-only'); END`,
  `CREATE INDEX events_by_tool ON events (tool_id, id)`,

  // The fold: can be rebuilt from the log at any time.
  `CREATE TABLE workspace (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    genesis_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sequencer_device_id TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
    admitted_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE members (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('user', 'contributor', 'admin', 'superuser')),
    highest_role TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
    created_at TEXT NOT NULL,
    created_by TEXT
  ) STRICT`,
  `CREATE TABLE keys (
    key_id TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('member', 'system')),
    member_id TEXT REFERENCES members (id) DEFERRABLE INITIALLY DEFERRED,
    device_id TEXT NOT NULL REFERENCES devices (id) DEFERRABLE INITIALLY DEFERRED,
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
    is_unclaimed INTEGER NOT NULL,
    admitted_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE tools (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    tags TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    active_version_id TEXT REFERENCES versions (id) DEFERRABLE INITIALLY DEFERRED,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_version_number INTEGER NOT NULL,
    metadata_event_id TEXT NOT NULL,
    CHECK (is_published = 0 OR active_version_id IS NOT NULL)
  ) STRICT`,
  `CREATE INDEX tools_by_title ON tools (title COLLATE NOCASE, id)`,
  `CREATE TABLE tool_maintainers (
    tool_id TEXT NOT NULL REFERENCES tools (id) DEFERRABLE INITIALLY DEFERRED,
    member_id TEXT NOT NULL REFERENCES members (id) DEFERRABLE INITIALLY DEFERRED,
    is_current INTEGER NOT NULL,
    PRIMARY KEY (tool_id, member_id)
  ) STRICT`,
  `CREATE INDEX maintained_by ON tool_maintainers (member_id, tool_id) WHERE is_current = 1`,
  // Versions of one content share it: publishing copies no source.
  `CREATE TABLE version_contents (
    manifest_hash TEXT PRIMARY KEY,
    entrypoint TEXT NOT NULL,
    source_code TEXT NOT NULL,
    input_schema TEXT,
    settings_schema TEXT,
    usage_instructions TEXT,
    runtime TEXT
  ) STRICT`,
  `CREATE TABLE versions (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL REFERENCES tools (id) DEFERRABLE INITIALLY DEFERRED,
    version_number INTEGER,
    state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'active', 'archived')),
    line_id TEXT NOT NULL,
    is_head INTEGER NOT NULL,
    entrypoint TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    manifest_hash TEXT NOT NULL REFERENCES version_contents (manifest_hash) DEFERRABLE INITIALLY DEFERRED,
    derived_from_version_id TEXT,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    change_summary TEXT,
    submitted_for_review_by TEXT,
    submitted_for_review_at TEXT,
    review_note TEXT,
    reviewed_by TEXT,
    reviewed_at TEXT,
    published_by TEXT,
    published_at TEXT,
    was_active INTEGER NOT NULL,
    UNIQUE (tool_id, version_number)
  ) STRICT`,
  // VR-5, held by the database as well as by code.
  `CREATE UNIQUE INDEX one_active_version ON versions (tool_id) WHERE state = 'active'`,
  `CREATE INDEX versions_in_review ON versions (submitted_for_review_at, id) WHERE state = 'in_review'`,
  `CREATE INDEX draft_heads ON versions (tool_id, version_number) WHERE state = 'draft' AND is_head = 1`,
  `CREATE UNIQUE INDEX one_head_of_a_line ON versions (line_id) WHERE is_head = 1`,
  `CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    message TEXT,
    resulting_version_id TEXT
  ) STRICT`,
  `CREATE INDEX decisions_by_tool ON decisions (tool_id, id)`,
  `CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    tool_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    context TEXT NOT NULL CHECK (context IN ('sandbox', 'production')),
    requested_by TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('succeeded', 'failed', 'timed_out')),
    started_at TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX runs_by_tool ON runs (tool_id, id)`,
  `CREATE INDEX runs_by_version ON runs (version_id, id)`,
  `CREATE INDEX runs_by_member ON runs (requested_by, id)`,

  // Local to this device, and no events (TR-1): runs under way, keys, unsaved work, personal settings, kept content.
  `CREATE TABLE live_runs (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    phase TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    record TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE local_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
  `CREATE TABLE private_keys (
    key_id TEXT PRIMARY KEY,
    member_id TEXT,
    protection TEXT NOT NULL CHECK (protection IN ('none', 'passphrase', 'keychain')),
    sealed TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE unsaved_work (
    member_id TEXT NOT NULL,
    tool_id TEXT NOT NULL,
    work TEXT NOT NULL,
    PRIMARY KEY (member_id, tool_id)
  ) STRICT`,
  `CREATE TABLE tool_settings (
    member_id TEXT NOT NULL,
    tool_id TEXT NOT NULL,
    "values" TEXT NOT NULL,
    PRIMARY KEY (member_id, tool_id)
  ) STRICT`,
  // Logs and results by hash (RN-9). What was pruned is simply not there; the record still names its hash.
  `CREATE TABLE contents (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT`,
  `CREATE TABLE attachments (
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('input', 'artifact', 'log', 'evidence')),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mime TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (run_id, kind, name)
  ) STRICT`,
  `CREATE INDEX attachments_by_age ON attachments (created_at)`,
  `CREATE INDEX attachments_by_content ON attachments (sha256)`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
