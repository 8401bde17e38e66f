import { sql, type Kysely } from 'kysely'

/** Saved inputs of a tool. Local to this device, and no events (TR-1). */
const statements = [
  `CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    member_id TEXT NOT NULL,
    tool_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    "values" TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    UNIQUE (member_id, tool_id, name_key)
  ) STRICT`,
  // The content is in the folder of files by its hash; while a row names it, it is not let go.
  `CREATE TABLE case_files (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (case_id, position)
  ) STRICT`,
  `CREATE TRIGGER case_holds_file AFTER INSERT ON case_files BEGIN
    INSERT INTO kept_contents
      VALUES (NEW.sha256, NEW.bytes, 1, 1, (SELECT last_used_at FROM cases WHERE id = NEW.case_id))
      ON CONFLICT DO UPDATE SET keepers = keepers + 1, holders = holders + 1,
        last_kept_at = max(last_kept_at, excluded.last_kept_at);
  END`,
  `CREATE TRIGGER case_lets_file_go AFTER DELETE ON case_files BEGIN
    UPDATE kept_contents SET keepers = keepers - 1, holders = holders - 1 WHERE sha256 = OLD.sha256;
    DELETE FROM kept_contents WHERE sha256 = OLD.sha256 AND keepers = 0;
  END`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
