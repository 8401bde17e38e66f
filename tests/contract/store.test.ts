import type Database from 'better-sqlite3'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { DATABASE_FILE, openDatabase } from '../../src-main/adapters/sqlite/database.ts'
import { checkHistory, differenceFromFold } from '../support/plain-history.ts'
import { EVENT_TYPES } from '../../src-main/domain/event-bodies.ts'
import { TABLE_NAMES } from '../../src-main/domain/state.ts'
import {
  countEvents,
  countFrom,
  hashesOf,
  openTestCore,
  openWorkspace,
  rawDatabase,
  storeOver,
  temporaryFolder,
  whatIsWrong,
} from '../support/core.ts'
import { makeLivelyFolder } from '../support/core-folder.ts'
import { content } from '../support/members.ts'

/** The log, its order and the folded tables on SQLite: rebuilt the same, not changed, and every change is found. */

const TAMPERINGS = countFrom('SCRIPTORIUM_TAMPERINGS', 300)
const SEED = countFrom('SCRIPTORIUM_SEED', 20_261_120)

let lively: string
let database: Database.Database
beforeAll(async () => {
  lively = await makeLivelyFolder()
  database = freshCopy()
})

function freshCopy(): Database.Database {
  return rawDatabase(copyOfFolder())
}

function copyOfFolder(): string {
  const folder = temporaryFolder()
  cpSync(path.join(lively, DATABASE_FILE), path.join(folder, DATABASE_FILE))
  return folder
}

type Value = string | number | null
interface Place {
  table: string
  column: string
  isInteger: boolean
  rowid: number
  value: Value
}

/** Every value that the history or the fold is made of. */
function places(): Place[] {
  return ['events', 'order_entries', ...TABLE_NAMES].flatMap((table) => {
    const rows = database.prepare(`SELECT rowid AS place, * FROM ${table}`).all() as ({ place: number } & Record<
      string,
      Value
    >)[]
    const columns = database.pragma(`table_info(${table})`) as { name: string; type: string }[]
    return rows.flatMap((row) =>
      columns.map(({ name: column, type }) => ({
        table,
        column,
        isInteger: type === 'INTEGER',
        rowid: row.place,
        value: row[column] ?? null,
      })),
    )
  })
}

/** Small and seeded (mulberry32): the same seed gives the same changes everywhere. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** The value with one byte changed; what has no byte gets one. */
function oneByteElse({ value, isInteger }: Place, random: (below: number) => number): Buffer | number {
  if (isInteger && value === null) return 7
  if (typeof value === 'number') return value ^ (1 + random(255))
  const bytes = Buffer.from(value ?? '')
  if (bytes.length === 0) return Buffer.from('x')
  const at = random(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 + random(255))
  return bytes
}

/** Puts a value in place past triggers and constraints, looks what is found, and takes everything back. */
function foundAfter(change: () => void): string | null {
  database.pragma('foreign_keys = OFF')
  database.pragma('ignore_check_constraints = ON')
  database.exec('BEGIN')
  try {
    for (const trigger of ['events_are_final', 'events_stay', 'order_is_final', 'order_stays'])
      database.exec(`DROP TRIGGER ${trigger}`)
    try {
      change()
    } catch (error) {
      // Some walls stand even so: what is unique stays unique, and a body that is no JSON is refused.
      if (/UNIQUE|malformed JSON/.test(String(error))) return 'refused'
      throw error
    }
    return whatIsWrong(storeOver(database))
  } finally {
    database.exec('ROLLBACK')
  }
}

function put({ table, column, rowid }: Place, value: Buffer | Value): void {
  const text = Buffer.isBuffer(value)
  database
    .prepare(`UPDATE ${table} SET "${column}" = ${text ? 'CAST(? AS TEXT)' : '?'} WHERE rowid = ?`)
    .run(value, rowid)
}

describe('TR-1 the fold', () => {
  test('TR-1 the folder has every kind of event that these tests need, and rows in every table', () => {
    const types = database.prepare('SELECT DISTINCT type FROM events').all() as { type: string }[]
    const absent = EVENT_TYPES.filter((type) => !types.some((row) => row.type === type))
    // A key is rotated and a device revoked through their own use cases.
    expect(absent.filter((type) => !['key.rotated', 'device.revoked'].includes(type))).toEqual([])
    for (const table of TABLE_NAMES) expect(database.prepare(`SELECT 1 FROM ${table}`).get(), table).toBeDefined()
  })

  test('TR-1 rebuilt from its events, every folded column comes back the same', () => {
    expect(whatIsWrong(storeOver(database))).toBeNull()
  })

  test('TR-1 emptied tables are filled again from the events alone', () => {
    const copy = freshCopy()
    const { store, keys } = storeOver(copy)
    const history = checkHistory(copy, keys)
    if (!history.sound) throw new Error(history.problem.message)
    copy.pragma('foreign_keys = OFF')
    copy.transaction(() => {
      for (const table of TABLE_NAMES) copy.exec(`DELETE FROM ${table}`)
    })()
    expect(differenceFromFold(history.state, store.foldedRows)).not.toBeNull()
    copy.transaction(() => {
      for (const table of TABLE_NAMES)
        for (const row of history.state.rows(table).values()) store.put({ table, row } as never)
    })()
    expect(copy.pragma('foreign_key_check')).toEqual([])
    expect(differenceFromFold(history.state, store.foldedRows)).toBeNull()
    const dump = (from: Database.Database): unknown[] =>
      TABLE_NAMES.map((table) => from.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all())
    expect(dump(copy)).toEqual(dump(database))
  })
})

describe('TR-7 what was changed is found', () => {
  test(`TR-7 one changed byte in any event, order entry or folded row is found (${TAMPERINGS} changes, seed ${SEED})`, () => {
    const random = randomFrom(SEED)
    const all = places()
    const missed: string[] = []
    for (let round = 0; round < TAMPERINGS; round += 1) {
      const place = all[random(all.length)] as Place
      const value = oneByteElse(place, random)
      const found = foundAfter(() => put(place, value))
      if (found === null)
        missed.push(`${place.table}.${place.column} row ${place.rowid}: ${String(place.value)} -> ${String(value)}`)
    }
    expect(missed).toEqual([])
  })

  test('TR-7 every column of the newest row of every table is looked at', () => {
    const random = randomFrom(SEED)
    const missed: string[] = []
    const all = places()
    for (const table of new Set(all.map((place) => place.table))) {
      const ofTable = all.filter((place) => place.table === table)
      const newest = Math.max(...ofTable.map((place) => place.rowid))
      for (const place of ofTable.filter((candidate) => candidate.rowid === newest)) {
        const value = oneByteElse(place, random)
        if (foundAfter(() => put(place, value)) === null) missed.push(`${table}.${place.column}`)
      }
    }
    expect(missed).toEqual([])
  })

  test('TR-7 the bytes of a signature count, also the last, which its base64 leaves bits of', () => {
    const [place] = places().filter((candidate) => candidate.column === 'signature')
    if (place === undefined) throw new Error('there is no event')
    const signature = String(place.value)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    for (const at of [0, 43, 84, 85]) {
      const next = alphabet[(alphabet.indexOf(signature[at] ?? '') + 1) % alphabet.length] ?? ''
      const changed = signature.slice(0, at) + next + signature.slice(at + 1)
      expect([at, foundAfter(() => put(place, changed))]).not.toEqual([at, null])
    }
  })

  test('TR-7 each other value of a yes or no is found, 0 and 1 alike', () => {
    const columns = [
      'is_published',
      'is_head',
      'was_active',
      'is_current',
      'is_unclaimed',
      'reviewed',
      'approved_for_workflow',
    ]
    const all = places()
    for (const value of [0, 1]) {
      for (const column of columns) {
        const place = all.find((candidate) => candidate.column === column && candidate.value === value)
        if (place === undefined) throw new Error(`no ${column} is ${value}`)
        for (const other of [-1, 0, 1, 2, 255].filter((candidate) => candidate !== value)) {
          expect([column, value, other, foundAfter(() => put(place, other))]).not.toContain(null)
        }
      }
    }
  })

  const rowChanges: [name: string, change: string][] = [
    ['an event is taken out of the middle', 'DELETE FROM events WHERE rowid = 5'],
    ['an order entry is taken out of the middle', 'DELETE FROM order_entries WHERE order_number = 5'],
    ['the last event is taken away', 'DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)'],
    [
      'the last order entry is taken away',
      'DELETE FROM order_entries WHERE order_number = (SELECT max(order_number) FROM order_entries)',
    ],
    [
      'the last order entry leaves its number',
      'UPDATE order_entries SET order_number = -1 WHERE order_number = (SELECT max(order_number) FROM order_entries)',
    ],
    [
      'two order entries change places',
      `UPDATE order_entries SET order_number = CASE order_number WHEN 7 THEN -8 ELSE -7 END WHERE order_number IN (7, 8);
      UPDATE order_entries SET order_number = -order_number WHERE order_number < 0`,
    ],
    ['an outcome is said to be a conflict', `UPDATE order_entries SET outcome = 'conflict' WHERE order_number = 9`],
    ['a reason of failure is made up', `UPDATE order_entries SET failure = '{}' WHERE order_number = 9`],
    ['a setting is written past the events', `INSERT INTO settings VALUES ('tmp_bytes', '1', 'x', 'x')`],
    ['a folded row is taken away', `DELETE FROM decisions WHERE rowid = 1`],
    [
      'a tag gets a space that changes nothing',
      `UPDATE tools SET tags = '["one", "two"]' WHERE tags = '["one","two"]'`,
    ],
  ]
  test.each(rowChanges)('TR-7 found: %s', (_name, change) => {
    expect(foundAfter(() => database.exec(change))).not.toBeNull()
  })

  test('TR-7 nothing is found where nothing was changed, and the first thing that is wrong is named', () => {
    expect(foundAfter(() => {})).toBeNull()
    const at = 6
    const place = places().find(
      (candidate) => candidate.table === 'events' && candidate.column === 'body' && candidate.rowid === at,
    )
    if (place === undefined) throw new Error('there is no such event')
    foundAfter(() => {
      put(place, String(place.value).replace(/"([a-z])/, '"X$1'))
      const { keys } = storeOver(database)
      expect(checkHistory(database, keys)).toMatchObject({ sound: false, problem: { order: at } })
    })
  })

  test('TR-7 the doctor says what is wrong, rather than failing on it', async () => {
    for (const change of [
      `UPDATE tools SET tags = '["one'`,
      `UPDATE tools SET title = 'Other'`,
      `UPDATE tools SET last_version_number = 1`,
    ]) {
      const folder = copyOfFolder()
      rawDatabase(folder).exec(change)
      const opened = await openTestCore({ dataDir: folder })
      const { ok, checks } = await opened.as('Root').must('system.doctor', {})
      expect(ok).toBe(false)
      expect(checks.filter((check) => !check.ok && check.severity === 'error').map((check) => check.name)).toEqual([
        'tables',
      ])
      await opened.close()
    }
  })

  test('TR-7 a body that a failing disk made unreadable is found at start, before anything is written', async () => {
    const folder = copyOfFolder()
    breakBodyOnDisk(path.join(folder, DATABASE_FILE))
    const before = hashesOf(folder)
    expect(await openDatabase(folder)).toMatchObject({
      ok: false,
      failure: { code: 'SERVICE_UNAVAILABLE', reason: 'corrupt' },
    })
    expect(hashesOf(folder)).toEqual(before)
    expect(whatIsWrong(storeOver(rawDatabase(folder)))).toBe('history: malformed')
  })
})

/** As a failing disk would: a byte of an event's body, in the file itself, so that it is no JSON any more. */
function breakBodyOnDisk(file: string): void {
  const bytes = readFileSync(file)
  const at = bytes.indexOf('{"based_on":{"is_published"')
  if (at < 0) throw new Error('there is no such event in the file')
  bytes[at] = '['.charCodeAt(0)
  writeFileSync(file, bytes)
}

describe('one transaction', () => {
  test.each(['events', 'order_entries', 'version_contents', 'versions', 'tools'])(
    'TR-1 event, order entry and rows are written together or not at all: %s refuses',
    async (table) => {
      const opened = await openWorkspace()
      await opened.root.must('tools.create', { slug: 'whole', title: 'Whole' })
      const broken = rawDatabase(opened.dataDir)
      const before = countEvents(broken)
      const save = { ...content, tool: 'whole', expected_parent_version_id: null }
      for (const action of ['INSERT', 'UPDATE']) {
        broken.exec(
          `CREATE TRIGGER refuse_${action} BEFORE ${action} ON ${table} BEGIN SELECT RAISE(ABORT, 'refused for a test'); END`,
        )
      }
      expect(await opened.root.refused('versions.save', save)).toMatchObject({ code: 'INTERNAL_ERROR' })
      broken.exec('DROP TRIGGER refuse_INSERT; DROP TRIGGER refuse_UPDATE')
      expect(countEvents(broken)).toBe(before)
      expect((await opened.root.must('versions.list', { tool: 'whole' })).items).toEqual([])
      expect(whatIsWrong(storeOver(broken))).toBeNull()
      expect(await opened.root.must('versions.save', save)).toMatchObject({ version_number: 1 })
      await opened.close()
    },
  )
})

describe('the database’s own walls', () => {
  test.each(['events', 'order_entries'])('TR-1 %s: UPDATE and DELETE are refused', (table) => {
    const copy = freshCopy()
    const columns = (copy.pragma(`table_info(${table})`) as { name: string }[]).map((column) => column.name)
    for (const column of columns) {
      expect(() => copy.exec(`UPDATE ${table} SET "${column}" = "${column}"`), column).toThrow(/append-only/)
    }
    expect(() => copy.exec(`DELETE FROM ${table}`)).toThrow(/append-only/)
    expect(whatIsWrong(storeOver(copy))).toBeNull()
  })

  test('TR-1 a row of the log can’t be replaced either, on a connection as the app opens it', async () => {
    const opened = await openDatabase(copyOfFolder())
    if (!opened.ok) throw new Error(opened.failure.message)
    const replace = (table: string, columns: string): string =>
      `INSERT OR REPLACE INTO ${table} (${columns}) SELECT ${columns} FROM ${table} WHERE rowid = (SELECT max(rowid) FROM ${table})`
    expect(() =>
      opened.value.exec(replace('order_entries', 'order_number, event_id, head_hash, outcome, failure')),
    ).toThrow(/append-only/)
    const columns =
      'id, workspace_id, key_id, key_seq, prev_hash, at, type, body, seen_order, seen_head_hash, hash, signature'
    expect(() => opened.value.exec(replace('events', columns))).toThrow(/append-only/)
    opened.value.close()
  })

  test('VR-5 a second active version of a tool is refused, and so is a second head of a line', () => {
    const copy = freshCopy()
    const active = copy.prepare(`SELECT id, tool_id FROM versions WHERE state = 'active'`).get() as {
      id: string
      tool_id: string
    }
    const other = copy.prepare(
      `UPDATE versions SET state = 'active' WHERE id = (SELECT id FROM versions WHERE tool_id = ? AND id <> ? LIMIT 1)`,
    )
    expect(() => other.run(active.tool_id, active.id)).toThrow(/UNIQUE/)
    const head = copy.prepare(`SELECT id, line_id FROM versions WHERE is_head = 1`).get() as {
      id: string
      line_id: string
    }
    const second = copy.prepare(
      `UPDATE versions SET is_head = 1, line_id = ? WHERE id = (SELECT id FROM versions WHERE id <> ? LIMIT 1)`,
    )
    expect(() => second.run(head.line_id, head.id)).toThrow(/UNIQUE/)
  })

  test('VR-1, TL-1, TL-3 numbers, slugs and names are unique, and published implies an active version', () => {
    const copy = freshCopy()
    expect(() => copy.exec(`UPDATE versions SET version_number = 1`)).toThrow(/UNIQUE/)
    expect(() => copy.exec(`UPDATE tools SET slug = 'same'`)).toThrow(/UNIQUE/)
    expect(() => copy.exec(`UPDATE members SET name_key = 'same'`)).toThrow(/UNIQUE/)
    expect(() => copy.exec(`UPDATE tools SET is_published = 1, active_version_id = NULL`)).toThrow(/CHECK/)
  })
})
