import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { DATABASE_FILE, openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { openCore } from '../../src-main/compose.ts'
import { hashesOf, openTestCore, openWorkspace, rawDatabase, temporaryFolder, whatIsWrongIn } from '../support/core.ts'
import { startCore } from '../support/core-process.ts'
import { content } from '../support/members.ts'

/** A data folder that can't be used is refused with its reason, and nothing in it is overwritten. */

let good: string
beforeAll(async () => {
  good = await makeGood()
})

/** A copy would have to be resumed before it is written to (TR-11); what writes makes a folder of its own. */
async function makeGood(): Promise<string> {
  const opened = await openWorkspace()
  for (let index = 0; index < 12; index += 1) {
    await opened.root.must('tools.create', { slug: `tool-${index}`, title: 'T', summary: 'x'.repeat(1500) })
  }
  await opened.close()
  return opened.dataDir
}

const databaseIn = (folder: string): string => path.join(folder, DATABASE_FILE)

function copyOfGood(): string {
  const folder = path.join(temporaryFolder(), 'data')
  cpSync(good, folder, { recursive: true })
  return folder
}

/** Opens as a window and as a command line would; both must be refused alike, and every file must stay as it was. */
async function refusedUntouched(folder: string): Promise<string> {
  const before = hashesOf(folder)
  const reasons: string[] = []
  for (const asWindow of [false, true]) {
    const opened = await openCore({ dataDir: folder, asWindow, preview: null })
    if (opened.ok) {
      await opened.value.close()
      throw new Error('the folder was opened')
    }
    expect(opened.failure.code).toBe('SERVICE_UNAVAILABLE')
    expect(opened.failure.message.length).toBeGreaterThan(20)
    reasons.push(opened.failure.reason)
  }
  expect(hashesOf(folder)).toMatchObject(before)
  expect(new Set(reasons).size).toBe(1)
  return reasons[0] ?? ''
}

describe('a damaged or foreign file', () => {
  test('TR-7 a column of another name is told as a damage by whatever meets it first', async () => {
    const folder = copyOfGood()
    const raw = rawDatabase(folder)
    raw.exec('ALTER TABLE members RENAME COLUMN name_key TO name_kez')
    raw.close()
    const core = await openCore({ dataDir: folder, asWindow: false, preview: null })
    if (!core.ok) throw new Error(core.failure.message)
    expect(core.value.openSession({ shell: 'cli', as: 'Root' })).toMatchObject({
      ok: false,
      failure: { code: 'SERVICE_UNAVAILABLE', reason: 'corrupt', message: expect.stringContaining('name_key') },
    })
    await core.value.close()
  })

  const PAGE = 4096
  const damages: [name: string, damage: (file: string) => void][] = [
    ['its header is zeroed', (file) => patch(file, 0, Buffer.alloc(100))],
    ['its first bytes are another program’s', (file) => patch(file, 0, Buffer.from('%PDF-1.7 not a database'))],
    [
      'a page in its middle is zeroed',
      (file) => patch(file, Math.floor(statSync(file).size / PAGE / 2) * PAGE, Buffer.alloc(PAGE)),
    ],
    ['a page in its middle is garbage', (file) => patch(file, 2 * PAGE, Buffer.alloc(PAGE, 0xa5))],
    ['its second half is gone', (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / PAGE) * PAGE)],
    ['its end is cut within a page', (file) => truncateSync(file, statSync(file).size - 1000)],
    ['it is all zeros', (file) => writeFileSync(file, Buffer.alloc(statSync(file).size))],
    ['it is garbage', (file) => writeFileSync(file, Buffer.alloc(50_000, 'garbage '))],
    ['it was cut to nothing', (file) => truncateSync(file, 0)],
  ]

  test.each(damages)('refused as corrupt: %s', async (_name, damage) => {
    const folder = copyOfGood()
    damage(databaseIn(folder))
    expect(await refusedUntouched(folder)).toBe('corrupt')
  })

  test('refused as corrupt: a directory in place of the file', async () => {
    const folder = copyOfGood()
    rmSync(databaseIn(folder))
    mkdirSync(databaseIn(folder))
    writeFileSync(path.join(databaseIn(folder), 'mine.txt'), 'mine')
    expect(await refusedUntouched(folder)).toBe('corrupt')
  })

  test('refused as corrupt: another program’s SQLite file, also an empty one with a name of its own', async () => {
    for (const make of [
      'CREATE TABLE notes (text)',
      'CREATE TABLE kysely_migration (name TEXT)',
      'PRAGMA application_id = 1; CREATE VIEW v AS SELECT 1',
    ]) {
      const folder = path.join(temporaryFolder(), 'data')
      mkdirSync(folder)
      const foreign = new Database(databaseIn(folder))
      foreign.exec(make)
      foreign.close()
      expect(await refusedUntouched(folder)).toBe('corrupt')
    }
  })

  test('an empty file in a folder that was never used is a new one', async () => {
    const folder = path.join(temporaryFolder(), 'data')
    mkdirSync(folder)
    writeFileSync(databaseIn(folder), '')
    const opened = await openTestCore({ dataDir: folder })
    await opened.as().must('workspace.init', { member: 'Root' })
    await opened.close()
  })
})

describe('another version’s folder', () => {
  test('refused as newer_data: a migration that this version doesn’t know', async () => {
    const folder = copyOfGood()
    const database = rawDatabase(folder)
    database.exec(`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '2030-01-01T00:00:00.000Z')`)
    database.close()
    expect(await refusedUntouched(folder)).toBe('newer_data')
    expect(readdirSync(path.join(folder, 'backups'))).toEqual([])
  })

  test('migrating twice changes nothing', async () => {
    const folder = copyOfGood()
    for (let round = 0; round < 2; round += 1) {
      const before = readFileSync(databaseIn(folder))
      const opened = await openDatabase(folder)
      if (!opened.ok) throw new Error(opened.failure.message)
      opened.value.close()
      expect(readFileSync(databaseIn(folder)).equals(before)).toBe(true)
    }
    expect(readdirSync(path.join(folder, 'backups'))).toEqual([])
  })

  test('an older folder is backed up before it is migrated, and the backup is whole', async () => {
    const [first = '', second = ''] = Object.keys(migrations)
    const folder = path.join(temporaryFolder(), 'data')
    await makeOlderFolder(folder, first)
    const opened = await openDatabase(folder)
    if (!opened.ok) throw new Error(opened.failure.message)
    expect(
      (opened.value.prepare('SELECT name FROM kysely_migration').all() as { name: string }[]).map((row) => row.name),
    ).toEqual(Object.keys(migrations))
    opened.value.close()
    expect(readdirSync(path.join(folder, 'backups'))).toEqual([`before-${second}.sqlite`])
    const backup = new Database(path.join(folder, 'backups', `before-${second}.sqlite`), { readonly: true })
    expect(backup.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(backup.prepare('SELECT name FROM kysely_migration').all()).toEqual([{ name: first }])
    expect(backup.prepare(`SELECT value FROM local_state WHERE name = 'mark'`).get()).toEqual({ value: 'kept' })
    backup.close()
  })

  async function makeOlderFolder(folder: string, first: string): Promise<void> {
    const later = Object.keys(migrations).slice(1)
    const kept = later.map((name) => [name, migrations[name]] as const)
    for (const name of later) delete migrations[name]
    try {
      const opened = await openDatabase(folder)
      if (!opened.ok) throw new Error(opened.failure.message)
      opened.value.exec(`INSERT INTO local_state VALUES ('mark', 'kept')`)
      expect(opened.value.prepare('SELECT name FROM kysely_migration').all()).toEqual([{ name: first }])
      opened.value.close()
    } finally {
      for (const [name, migration] of kept) if (migration !== undefined) migrations[name] = migration
    }
  }

  test('what decides durability is in force, read back from the connection', async () => {
    const opened = await openDatabase(copyOfGood())
    if (!opened.ok) throw new Error(opened.failure.message)
    const read = (name: string): unknown => opened.value.pragma(name, { simple: true })
    expect(
      ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'recursive_triggers'].map(
        read,
      ),
    ).toEqual(['wal', 2, 1, 0, 1, 1])
    expect(read('busy_timeout')).toBeGreaterThanOrEqual(5000)
    opened.value.close()
  })
})

describe('a folder that can’t be written', () => {
  // Root is refused nothing by permissions unless it gives that power up.
  const isRoot = process.getuid?.() === 0
  const through = isRoot ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []
  const canDropPowers = !isRoot || spawnSync('setpriv', ['--version']).status === 0

  test.skipIf(!canDropPowers).each([
    ['the folder and its file are read-only', ['', DATABASE_FILE]],
    ['its file is read-only', [DATABASE_FILE]],
    ['the folder is read-only', ['']],
  ])('refused as read_only: %s', async (_name, parts) => {
    const folder = copyOfGood()
    rmSync(path.join(folder, 'backups'), { recursive: true })
    const places = parts.map((part) => path.join(folder, part))
    const before = hashesOf(folder)
    for (const place of places) spawnSync('chmod', ['a-w', place])
    try {
      const core = startCore({ dataDir: folder, through })
      expect(await core.opened).toMatchObject({
        opened: false,
        failure: { code: 'SERVICE_UNAVAILABLE', reason: 'read_only' },
      })
      await core.close()
    } finally {
      for (const place of places) spawnSync('chmod', ['u+w', place])
    }
    expect(hashesOf(folder)).toMatchObject(before)
    expect(whatIsWrongIn(folder)).toBeNull()
  })
})

describe('a full disk', () => {
  /** No file may grow beyond this; the shell ignores the signal, so that writing fails as on a full disk. */
  const limitedTo = (kibibytes: number): string[] => [
    'bash',
    '-c',
    `trap '' XFSZ; ulimit -f ${kibibytes}; exec "$@"`,
    'bash',
  ]
  const source = (index: number): string => `# ${index}\n${'x'.repeat(20_000)}`

  test('refused as disk_full: a new folder without room for its tables; later, with room, it is made', async () => {
    const folder = path.join(temporaryFolder(), 'data')
    const core = startCore({ dataDir: folder, through: limitedTo(64) })
    expect(await core.opened).toMatchObject({
      opened: false,
      failure: { code: 'SERVICE_UNAVAILABLE', reason: 'disk_full' },
    })
    await core.close()
    const opened = await openTestCore({ dataDir: folder })
    await opened.as().must('workspace.init', { member: 'Root' })
    await opened.close()
  })

  test('a save without room is refused as disk_full and leaves everything as it was', async () => {
    const folder = await makeGood()
    const core = startCore({ dataDir: folder, through: limitedTo(600) })
    expect(await core.opened).toMatchObject({ opened: true })
    const kept: string[] = []
    let refusal: unknown = null
    for (let index = 0; index < 200 && refusal === null; index += 1) {
      const saved = await core.call('Root', 'versions.save', {
        ...content,
        source_code: source(index),
        tool: 'tool-1',
        expected_parent_version_id: null,
      })
      if (saved.ok) kept.push(saved.data.id)
      else refusal = saved.error
    }
    expect(refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'disk_full' })
    expect(kept.length).toBeGreaterThan(3)
    // It still reads.
    await core.must('Root', 'versions.get', { version: kept[0] ?? '' })
    await core.close()
    const opened = await openTestCore({ dataDir: folder })
    const { items } = await opened.as('Root').must('versions.list', { tool: 'tool-1', limit: 200 })
    expect(items.map((item) => item.id).reverse()).toEqual(kept)
    expect(whatIsWrongIn(folder)).toBeNull()
    await opened.as('Root').must('versions.save', { ...content, tool: 'tool-1', expected_parent_version_id: null })
  })
})

describe('RN-12 windows and command lines', () => {
  test('RN-12 a second window is refused, in this process and in another; command lines join', async () => {
    const folder = await makeGood()
    const window = await openTestCore({ dataDir: folder, asWindow: true })
    const here = await openCore({ dataDir: folder, asWindow: true, preview: null })
    expect(here).toMatchObject({ ok: false, failure: { code: 'CONFLICT', reason: 'window_open' } })
    const there = startCore({ dataDir: folder, asWindow: true })
    expect(await there.opened).toMatchObject({ opened: false, failure: { code: 'CONFLICT', reason: 'window_open' } })
    await there.close()

    const besides = [startCore({ dataDir: folder }), startCore({ dataDir: folder })]
    for (const [index, beside] of besides.entries()) {
      expect(await beside.opened).toMatchObject({ opened: true })
      await beside.must('Root', 'tools.create', { slug: `beside-${index}`, title: 'T' })
      await window.as('Root').must('tools.get', { tool: `beside-${index}` })
    }
    await Promise.all(besides.map((beside) => beside.close()))
    await window.close()
    const next = await openTestCore({ dataDir: folder, asWindow: true })
    await next.close()
  })

  test('RN-12 the window’s place is free again after its process was killed', async () => {
    const folder = copyOfGood()
    const window = startCore({ dataDir: folder, asWindow: true })
    expect(await window.opened).toMatchObject({ opened: true })
    await window.kill()
    const next = await openTestCore({ dataDir: folder, asWindow: true })
    await next.close()
  })

  test('RN-12 processes that meet on a new folder at once all get in, and one makes the workspace', async () => {
    const folder = path.join(temporaryFolder(), 'data')
    const cores = Array.from({ length: 4 }, () => startCore({ dataDir: folder }))
    for (const core of cores) expect(await core.opened).toMatchObject({ opened: true })
    const made = await Promise.all(
      cores.map((core, index) => core.call(null, 'workspace.init', { member: `Root ${index}` })),
    )
    expect(made.filter((answer) => answer.ok)).toHaveLength(1)
    for (const answer of made)
      if (!answer.ok) expect(answer.error).toMatchObject({ code: 'CONFLICT', reason: 'workspace_exists' })
    await Promise.all(cores.map((core) => core.close()))
    expect(whatIsWrongIn(folder)).toBeNull()
  })
})

function patch(file: string, at: number, bytes: Buffer): void {
  const whole = readFileSync(file)
  bytes.copy(whole, at)
  writeFileSync(file, whole)
}
