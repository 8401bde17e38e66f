import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { backupsToRemove, dailyBackupName } from '../../src-main/domain/backup-retention.ts'
import { hashesOf, openTestCore, openWorkspace, rawDatabase, temporaryFolder, whatIsWrongIn } from '../support/core.ts'

/** A backup is one file that was checked; a restore keeps what was there (TR-11). */

const fileIn = (name: string): string => path.join(temporaryFolder(), name)
const slugs = async (caller: { must: Awaited<ReturnType<typeof openWorkspace>>['root']['must'] }): Promise<string[]> =>
  (await caller.must('tools.list', {})).items.map((tool) => tool.slug)

describe('backups', () => {
  test('one file, checked, readable by its owner only, and no file is written over', async () => {
    const { root, dataDir } = await openWorkspace()
    const file = fileIn('backup.sqlite')
    const made = await root.must('backups.create', { path: file })
    expect(made).toMatchObject({ path: file, events: 1, verified: true, bytes: statSync(file).size })
    expect(readdirSync(path.dirname(file))).toEqual(['backup.sqlite'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await root.refused('backups.create', { path: file })).toMatchObject({
      code: 'CONFLICT',
      reason: 'file_exists',
    })
    expect(await root.refused('backups.create', { path: path.join(dataDir, 'scriptorium.sqlite') })).toMatchObject({
      reason: 'file_exists',
    })
    const inside = await root.must('backups.create', {})
    expect((await root.must('backups.list', {})).items.map((item) => item.path)).toEqual([inside.path])
  })

  test('a history that is damaged is not backed up as if it were whole', async () => {
    const { root, dataDir } = await openWorkspace()
    await root.must('tools.create', { slug: 'a', title: 'A' })
    rawDatabase(dataDir).prepare(`UPDATE tools SET title = 'B'`).run()
    const file = fileIn('backup.sqlite')
    expect(await root.refused('backups.create', { path: file })).toMatchObject({
      code: 'CONFLICT',
      reason: 'does_not_verify',
    })
    expect(readdirSync(path.dirname(file))).toEqual([])
  })

  test('keeps 7 days and the first day of 4 weeks', () => {
    const days = Array.from({ length: 60 }, (_, day) =>
      dailyBackupName(new Date(Date.UTC(2026, 0, 1 + day)).toISOString()),
    )
    let present: string[] = ['before-0002.sqlite', 'by-hand.sqlite']
    for (const day of days) {
      present.push(day)
      const removed = backupsToRemove(present)
      present = present.filter((name) => !removed.includes(name))
    }
    // 2026-03-01 is a Sunday; its week began on 23 February.
    expect(present).toEqual([
      'before-0002.sqlite',
      'by-hand.sqlite',
      'daily-2026-02-02.sqlite',
      'daily-2026-02-09.sqlite',
      'daily-2026-02-16.sqlite',
      ...['23', '24', '25', '26', '27', '28'].map((day) => `daily-2026-02-${day}.sqlite`),
      'daily-2026-03-01.sqlite',
    ])
  })
})

describe('restore', () => {
  test('TR-11 takes its place at the next start, keeps the old one, and waits for a superuser', async () => {
    const opened = await openWorkspace()
    await opened.root.must('tools.create', { slug: 'kept', title: 'Kept' })
    const file = fileIn('backup.sqlite')
    await opened.root.must('backups.create', { path: file })
    await opened.root.must('tools.create', { slug: 'later', title: 'Later' })
    const staged = await opened.root.must('backups.restore', { path: file })
    expect(staged).toMatchObject({ restored_events: 2, must_restart: true })
    expect(await slugs(opened.root)).toEqual(['kept', 'later'])
    expect(await opened.root.refused('backups.restore', { path: file })).toMatchObject({ reason: 'restore_waits' })
    // Somebody else at work on the folder: it goes on waiting.
    const beside = await openTestCore({ dataDir: opened.dataDir })
    expect(await slugs(beside.as())).toEqual(['kept', 'later'])
    await beside.close()
    await opened.close()

    const again = await openTestCore({ dataDir: opened.dataDir })
    const root = again.as()
    expect(await slugs(root)).toEqual(['kept'])
    expect((await root.must('system.status', {})).must_resume).toBe('restored')
    expect(await root.refused('tools.create', { slug: 'new', title: 'New' })).toMatchObject({
      code: 'CONFLICT',
      reason: 'must_resume',
    })
    await root.must('workspace.resume', { reason: 'There is no other device.' })
    await root.must('tools.create', { slug: 'new', title: 'New' })
    expect((await root.must('audit.verify', {})).ok).toBe(true)
    await again.close()
    expect(existsSync(staged.kept_as)).toBe(true)
    const kept = new Database(staged.kept_as, { readonly: true })
    expect(kept.prepare('SELECT slug FROM tools ORDER BY slug').pluck().all()).toEqual(['kept', 'later'])
    kept.close()
    expect(whatIsWrongIn(opened.dataDir)).toBeNull()
    expect(readdirSync(path.join(opened.dataDir, 'restore'))).toEqual([])
  })

  test('an empty folder gets everything back, files too', async () => {
    const first = await openWorkspace()
    const bytes = Buffer.from('kept by a run')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    mkdirSync(path.join(first.dataDir, 'files', sha256.slice(0, 2)), { recursive: true })
    writeFileSync(path.join(first.dataDir, 'files', sha256.slice(0, 2), sha256), bytes)
    rawDatabase(first.dataDir)
      .prepare(
        `INSERT INTO attachments (run_id, kind, name, sha256, bytes, mime, created_at) VALUES ('r', 'artifact', 'a', ?, ?, 'text/plain', '2026-01-01T00:00:00.000Z')`,
      )
      .run(sha256, bytes.length)
    const file = fileIn('backup.sqlite')
    await first.root.must('backups.create', { path: file })
    const small = await first.root.must('backups.create', { path: fileIn('small.sqlite'), files: false })
    expect(small.verified).toBe(true)
    const other = await openTestCore()
    await other.as().must('backups.restore', { path: file })
    await other.close()
    const again = await openTestCore({ dataDir: other.dataDir })
    expect(await again.as().must('audit.verify', {})).toMatchObject({ ok: true, events: 1 })
    expect(readFileSync(path.join(other.dataDir, 'files', sha256.slice(0, 2), sha256))).toEqual(bytes)
  })

  test('what doesn’t verify is refused and changes nothing', async () => {
    const { root, dataDir } = await openWorkspace()
    await root.must('tools.create', { slug: 'a', title: 'A' })
    const good = fileIn('backup.sqlite')
    await root.must('backups.create', { path: good })
    const before = hashesOf(path.join(dataDir, 'backups'))
    const changed = (name: string, change: (database: Database.Database) => void): string => {
      const file = fileIn(name)
      writeFileSync(file, readFileSync(good))
      const database = new Database(file)
      change(database)
      database.close()
      return file
    }
    const text = fileIn('text.sqlite')
    writeFileSync(text, 'not a database at all, but longer than nothing')
    const empty = fileIn('empty.sqlite')
    writeFileSync(empty, '')
    const files: [string, string][] = [
      ['not_a_backup', text],
      ['not_a_backup', empty],
      ['file_unreadable', '/nowhere/at/all'],
      ['does_not_verify', changed('row.sqlite', (database) => database.exec(`UPDATE tools SET title = 'B'`))],
      [
        'does_not_verify',
        changed('event.sqlite', (database) =>
          database.exec(
            `DROP TRIGGER events_are_final; UPDATE events SET at = '2020-01-01T00:00:00.000Z' WHERE key_seq = 2;
            CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END`,
          ),
        ),
      ],
      [
        'newer_data',
        changed('newer.sqlite', (database) =>
          database.exec(`INSERT INTO kysely_migration VALUES ('9999-later', 'now')`),
        ),
      ],
      ['not_a_backup', changed('foreign.sqlite', (database) => database.pragma('application_id = 7'))],
    ]
    for (const [reason, file] of files) {
      const refusal = await root.refused('backups.restore', { path: file })
      expect([file, refusal.reason]).toEqual([file, reason])
      // The copy that was looked at is gone again, and no name to be shown.
      expect(refusal.message).not.toContain(dataDir)
    }
    expect(hashesOf(path.join(dataDir, 'backups'))).toEqual(before)
    expect(existsSync(path.join(dataDir, 'restore')) ? readdirSync(path.join(dataDir, 'restore')) : []).toEqual([])
    expect((await root.must('audit.verify', {})).ok).toBe(true)
  })
  // Nobody knows who wrote a backup. A trigger could give everybody a role later, and a view could take forever.
  const forever = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS name, i AS timestamp FROM n`
  const promote = `INSERT ON runs BEGIN UPDATE members SET role = 'superuser'; END`
  const older = `DELETE FROM kysely_migration WHERE name > '0006'; DROP TABLE case_files; DROP TABLE cases;`
  const twice = `INSERT INTO sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)
    SELECT -1, type, name, tbl_name, 0, 'CREATE TRIGGER run_is_searchable AFTER ${promote.replaceAll("'", "''")}' FROM sqlite_schema
    WHERE name = 'run_is_searchable'`
  test.each([
    ['under the name of what travels besides', `CREATE TRIGGER backup_files AFTER ${promote}`],
    ['under the name of statistics', `CREATE TRIGGER sqlite_stat1 AFTER ${promote}`],
    ['beside the one of that name', twice],
    ['that waits for a migration', `${older} CREATE TRIGGER x AFTER INSERT ON kysely_migration BEGIN ${forever}; END`],
    ['or a view for the files', `DROP TABLE backup_files; CREATE VIEW backup_files AS ${forever}`],
    ['or a view for the migrations', `DROP TABLE kysely_migration; CREATE VIEW kysely_migration AS ${forever}`],
    ['or a gap in the migrations', `DELETE FROM kysely_migration WHERE name < '0002'`],
  ])('a backup with a trigger %s is refused before it can do anything', async (_where, statements) => {
    const { root, dataDir } = await openWorkspace()
    const file = fileIn('backup.sqlite')
    await root.must('backups.create', { path: file })
    const database = new Database(file).unsafeMode()
    database.pragma('writable_schema = ON')
    database.exec(statements)
    database.close()
    expect(await root.refused('backups.restore', { path: file })).toMatchObject({
      code: 'VALIDATION_ERROR',
      reason: 'not_a_backup',
      message: expect.stringMatching(/is damaged|not what the app made/),
    })
    expect(readdirSync(path.join(dataDir, 'restore'))).toEqual([])
  })
})
