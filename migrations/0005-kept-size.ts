import { sql, type Kysely } from 'kysely'

/** Letting files go by age and by size without looking through those that stay. */

/** What holds a file of a run: a pin, what a person attached, or that the run isn't recorded yet; else nothing does. */
const keptAs = (runId: string): string => `CASE
    WHEN EXISTS (SELECT 1 FROM run_notes WHERE run_id = ${runId} AND is_pinned = 1) THEN 'held'
    WHEN EXISTS (SELECT 1 FROM advisories WHERE run_id = ${runId} AND created_by IS NOT NULL) THEN 'held'
    ELSE coalesce((SELECT context FROM runs WHERE id = ${runId}), 'held') END`

const lookAgain = (runId: string): string =>
  `UPDATE attachments SET kept_as = ${keptAs(runId)} WHERE run_id = ${runId} AND released_at IS NULL;`

const letGo = `
    UPDATE kept_contents SET keepers = keepers - 1, holders = holders - (OLD.kept_as = 'held') WHERE sha256 = OLD.sha256;
    DELETE FROM kept_contents WHERE sha256 = OLD.sha256 AND keepers = 0;`

const statements = [
  `ALTER TABLE attachments ADD COLUMN kept_as TEXT NOT NULL DEFAULT 'held'
    CHECK (kept_as IN ('held', 'sandbox', 'production'))`,
  `UPDATE attachments SET kept_as = ${keptAs('attachments.run_id')} WHERE released_at IS NULL`,
  `DROP INDEX kept_by_age`,
  `DROP INDEX kept_by_content`,
  `CREATE INDEX kept_by_content ON attachments (sha256, run_id, kind, name) WHERE released_at IS NULL`,
  `CREATE INDEX sandbox_files_by_age ON attachments (created_at, run_id, kind, name)
    WHERE released_at IS NULL AND kept_as = 'sandbox'`,

  // Each content once, with how many runs keep it and how many of these hold it. Counted by triggers, so that it changes
  // in the same transaction as what it counts, whoever writes that.
  `CREATE TABLE kept_contents (
    sha256 TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    keepers INTEGER NOT NULL,
    holders INTEGER NOT NULL,
    last_kept_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE kept_totals (files INTEGER NOT NULL, bytes INTEGER NOT NULL, held_bytes INTEGER NOT NULL) STRICT`,
  `INSERT INTO kept_contents SELECT sha256, max(bytes), count(*), sum(kept_as = 'held'), max(created_at)
    FROM attachments WHERE released_at IS NULL GROUP BY sha256`,
  `INSERT INTO kept_totals SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(bytes) FILTER (WHERE holders > 0), 0)
    FROM kept_contents`,
  `CREATE INDEX contents_by_age ON kept_contents (last_kept_at, sha256) WHERE holders = 0`,

  `CREATE TRIGGER content_is_kept AFTER INSERT ON kept_contents BEGIN
    UPDATE kept_totals SET files = files + 1, bytes = bytes + NEW.bytes,
      held_bytes = held_bytes + NEW.bytes * (NEW.holders > 0);
  END`,
  `CREATE TRIGGER content_is_held AFTER UPDATE ON kept_contents WHEN (OLD.holders > 0) <> (NEW.holders > 0) BEGIN
    UPDATE kept_totals SET held_bytes = held_bytes + NEW.bytes * ((NEW.holders > 0) - (OLD.holders > 0));
  END`,
  `CREATE TRIGGER content_is_no_longer_kept AFTER DELETE ON kept_contents BEGIN
    UPDATE kept_totals SET files = files - 1, bytes = bytes - OLD.bytes,
      held_bytes = held_bytes - OLD.bytes * (OLD.holders > 0);
  END`,

  `CREATE TRIGGER file_is_kept AFTER INSERT ON attachments WHEN NEW.released_at IS NULL BEGIN
    INSERT INTO kept_contents VALUES (NEW.sha256, NEW.bytes, 1, NEW.kept_as = 'held', NEW.created_at)
      ON CONFLICT DO UPDATE SET keepers = keepers + 1, holders = holders + excluded.holders,
        last_kept_at = max(last_kept_at, excluded.last_kept_at);
    UPDATE attachments SET kept_as = ${keptAs('NEW.run_id')}
      WHERE run_id = NEW.run_id AND kind = NEW.kind AND name = NEW.name;
  END`,
  `CREATE TRIGGER file_is_kept_as AFTER UPDATE OF kept_as ON attachments
    WHEN NEW.released_at IS NULL AND (OLD.kept_as = 'held') <> (NEW.kept_as = 'held') BEGIN
    UPDATE kept_contents SET holders = holders + (NEW.kept_as = 'held') - (OLD.kept_as = 'held')
      WHERE sha256 = NEW.sha256;
  END`,
  `CREATE TRIGGER file_is_let_go AFTER UPDATE OF released_at ON attachments
    WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL BEGIN ${letGo} END`,
  `CREATE TRIGGER file_is_forgotten AFTER DELETE ON attachments WHEN OLD.released_at IS NULL BEGIN ${letGo} END`,

  `CREATE TRIGGER recorded_run_holds_no_longer AFTER INSERT ON runs BEGIN ${lookAgain('NEW.id')} END`,
  `CREATE TRIGGER lost_run_holds AFTER DELETE ON runs BEGIN ${lookAgain('OLD.id')} END`,
  `CREATE TRIGGER new_pin_holds AFTER INSERT ON run_notes WHEN NEW.is_pinned = 1 BEGIN ${lookAgain('NEW.run_id')} END`,
  `CREATE TRIGGER pin_holds AFTER UPDATE OF is_pinned ON run_notes WHEN OLD.is_pinned <> NEW.is_pinned BEGIN
    ${lookAgain('NEW.run_id')}
  END`,
  `CREATE TRIGGER lost_pin_holds_no_longer AFTER DELETE ON run_notes WHEN OLD.is_pinned = 1 BEGIN
    ${lookAgain('OLD.run_id')}
  END`,
  `CREATE TRIGGER citation_holds AFTER INSERT ON advisories WHEN NEW.created_by IS NOT NULL BEGIN
    ${lookAgain('NEW.run_id')}
  END`,
  `CREATE TRIGGER changed_citation_holds AFTER UPDATE OF created_by ON advisories
    WHEN OLD.created_by IS NOT NEW.created_by BEGIN ${lookAgain('NEW.run_id')} END`,
  `CREATE TRIGGER lost_citation_holds_no_longer AFTER DELETE ON advisories WHEN OLD.created_by IS NOT NULL BEGIN
    ${lookAgain('OLD.run_id')}
  END`,
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
