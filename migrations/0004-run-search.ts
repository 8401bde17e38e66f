import { sql, type Kysely } from 'kysely'

/** Finding runs and what stands beside them among a million, and remembering which files were let go. */

/** By start, ties by arrival: a place is the start in milliseconds with room for 4096 runs, then the next that is free. */
const place = `SELECT CASE
    WHEN NOT EXISTS (SELECT 1 FROM run_places WHERE place = wanted.place) THEN wanted.place
    ELSE (SELECT min(taken.place) + 1 FROM run_places AS taken WHERE taken.place >= wanted.place
      AND NOT EXISTS (SELECT 1 FROM run_places AS following WHERE following.place = taken.place + 1))
    END
  FROM (SELECT (unixepoch(NEW.started_at) * 1000 + CAST(substr(NEW.started_at, 21, 3) AS INTEGER)) * 4096 AS place) AS wanted`

const words = (row: string): string => `concat_ws(' ',
    'zzt' || replace(${row}.tool_id, '-', ''),
    'zzv' || replace(${row}.version_id, '-', ''),
    'zzm' || replace(${row}.requested_by, '-', ''),
    'zzc' || ${row}.context,
    'zzs' || replace(${row}.status, '_', ''),
    'zzr' || coalesce(${row}.risk_level, 'none'),
    json_extract(${row}.record, '$.reason'),
    substr(json_extract(${row}.record, '$.error_summary'), 1, 4000),
    (SELECT group_concat(json_extract(value, '$.name'), ' ') FROM json_each(${row}.record, '$.inputs')),
    (SELECT group_concat(json_extract(value, '$.path'), ' ') FROM json_each(${row}.record, '$.artifacts')))`

const entered = `
    INSERT INTO run_places (place, run_id) VALUES ((${place}), NEW.id);
    INSERT INTO run_search (rowid, words) SELECT place, ${words('NEW')} FROM run_places WHERE run_id = NEW.id;`
const left = `
    DELETE FROM run_search WHERE rowid = (SELECT place FROM run_places WHERE run_id = OLD.id);
    DELETE FROM run_places WHERE run_id = OLD.id;`

const statements = [
  // Every combination of outcome, risk and context is one short stretch of an index, so that no list has to look through
  // runs that it doesn't show.
  ...['runs_by_tool', 'runs_by_version', 'runs_by_member', 'runs_by_risk', 'runs_by_status'].map(
    (name) => `DROP INDEX ${name}`,
  ),
  `CREATE INDEX runs_of_all ON runs (status, risk_level, context, started_at, id)`,
  `CREATE INDEX runs_of_tool ON runs (tool_id, status, risk_level, context, started_at, id, requested_by)`,
  `CREATE INDEX runs_of_version ON runs (version_id, status, risk_level, context, started_at, id, requested_by)`,
  `CREATE INDEX runs_of_member ON runs (requested_by, status, risk_level, context, started_at, id)`,
  `CREATE INDEX runs_of_member_and_tool ON runs (requested_by, tool_id, status, risk_level, context, started_at, id)`,

  // The text index: what a run's own record says in words, and its identifiers as words that nobody types. Kept by
  // triggers, so that it changes with the fold, in the same transaction, whoever writes the row; and rebuilt by the same.
  `CREATE TABLE run_places (place INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE) STRICT`,
  // Beginnings of words have an index of their own for each length: without one, looking for a beginning reads all that
  // begins so before the first row is found.
  `CREATE VIRTUAL TABLE run_search USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4 5 6 7 8'
  )`,
  `CREATE TRIGGER run_is_searchable AFTER INSERT ON runs BEGIN ${entered} END`,
  `CREATE TRIGGER run_is_searchable_as_it_is AFTER UPDATE ON runs WHEN json_valid(NEW.record) BEGIN
    ${left} ${entered}
  END`,
  `CREATE TRIGGER run_is_no_longer_searchable AFTER DELETE ON runs BEGIN ${left} END`,
  // Fires the trigger above for what was there before.
  `UPDATE runs SET id = id`,

  ...['advisories_to_review', 'advisories_by_reviewer'].map((name) => `DROP INDEX ${name}`),
  `CREATE INDEX advisories_in_order ON advisories (created_at, id)`,
  `CREATE INDEX advisories_by_kind ON advisories (kind, created_at, id)`,
  `CREATE INDEX advisories_to_review ON advisories (created_at, id) WHERE reviewed = 0`,
  `CREATE INDEX advisories_to_review_by_kind ON advisories (kind, created_at, id) WHERE reviewed = 0`,
  `CREATE INDEX advisories_by_reviewer ON advisories (reviewed_by, created_at, id)`,
  `CREATE INDEX advisories_by_notes ON advisories (review_notes, created_at, id) WHERE reviewed_by GLOB 'system:*'`,
  // Whose runs advisories are about: what somebody sees who doesn't see all.
  `CREATE TABLE advisories_of (
    member_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    advisory_id TEXT NOT NULL,
    PRIMARY KEY (member_id, created_at, advisory_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER advisory_is_about AFTER INSERT ON advisories BEGIN
    INSERT OR IGNORE INTO advisories_of (member_id, created_at, advisory_id)
      SELECT requested_by, NEW.created_at, NEW.id FROM runs WHERE id = NEW.run_id;
  END`,
  `CREATE TRIGGER advisory_is_about_nothing AFTER DELETE ON advisories BEGIN
    DELETE FROM advisories_of WHERE created_at = OLD.created_at AND advisory_id = OLD.id;
  END`,
  `INSERT OR IGNORE INTO advisories_of SELECT runs.requested_by, advisories.created_at, advisories.id
    FROM advisories JOIN runs ON runs.id = advisories.run_id`,

  `CREATE INDEX events_by_run ON events (coalesce(json_extract(body, '$.run_id'), json_extract(body, '$.run.id')), id)
    WHERE type IN ('run.recorded', 'run.explained', 'run.meta_patched', 'run.pinned', 'advisory.attached', 'advisory.reviewed')`,

  // Every file that a record names has a row here for good; this says since when its content is no longer kept. A row
  // that is not there is then a damage and not a file that was let go (EV-6).
  `ALTER TABLE attachments ADD COLUMN released_at TEXT`,
  `DROP INDEX attachments_by_age`,
  `DROP INDEX attachments_by_content`,
  `CREATE INDEX kept_by_age ON attachments (created_at, run_id, kind, name) WHERE released_at IS NULL`,
  `CREATE INDEX kept_by_content ON attachments (sha256, bytes) WHERE released_at IS NULL`,
  ...[
    ['input', 'inputs', 'name'],
    ['artifact', 'artifacts', 'path'],
  ].map(
    ([
      kind,
      list,
      name,
    ]) => `INSERT OR IGNORE INTO attachments (run_id, kind, name, sha256, bytes, mime, created_at, released_at)
      SELECT runs.id, '${kind}', json_extract(file.value, '$.${name}'), json_extract(file.value, '$.sha256'),
        json_extract(file.value, '$.bytes'), 'application/octet-stream', json_extract(runs.record, '$.finished_at'),
        json_extract(runs.record, '$.finished_at')
      FROM runs, json_each(runs.record, '$.${list}') AS file`,
  ),
]

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database)
}
