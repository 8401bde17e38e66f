import { statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DATABASE_FILE, WAL_CHECKPOINT_PAGES } from '../../src-main/adapters/sqlite/database.ts'
import { reserveWal } from '../../src-main/adapters/sqlite/wal-reserve.ts'
import { openWorkspace, rawDatabase, whatIsWrongIn } from '../support/core.ts'

/** Room in the write-ahead log is made ahead, and is nothing but room. */

const LEAST_BYTES = WAL_CHECKPOINT_PAGES * 4096

async function openFolder() {
  const { root, dataDir } = await openWorkspace()
  const file = path.join(dataDir, DATABASE_FILE)
  const walBytes = (): number => statSync(`${file}-wal`).size
  const tables = (): unknown => rawDatabase(dataDir).prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
  return { root, dataDir, file, walBytes, tables }
}

test('the log has the room of a checkpoint at once, and the database is as it was', async () => {
  const { dataDir, file, walBytes, tables } = await openFolder()
  const before = { tables: tables(), bytes: statSync(file).size }
  expect(walBytes()).toBeLessThan(LEAST_BYTES)
  await reserveWal(file)
  expect(walBytes()).toBeGreaterThanOrEqual(LEAST_BYTES)
  expect({ tables: tables(), bytes: statSync(file).size }).toEqual(before)
  expect(whatIsWrongIn(dataDir)).toBeNull()
})

test('what is saved afterwards goes into that room and is there for others', async () => {
  const { root, dataDir, file, walBytes } = await openFolder()
  await reserveWal(file)
  const reserved = walBytes()
  await root.must('tools.create', { slug: 'after', title: 'After' })
  expect(walBytes()).toBe(reserved)
  expect(rawDatabase(dataDir).prepare(`SELECT title FROM tools WHERE slug = 'after'`).get()).toEqual({ title: 'After' })
  expect(whatIsWrongIn(dataDir)).toBeNull()
})

test('it is made once', async () => {
  const { file, walBytes } = await openFolder()
  await reserveWal(file)
  const reserved = walBytes()
  await reserveWal(file)
  expect(walBytes()).toBe(reserved)
})

test('while somebody writes nothing is reserved, and nobody waits or fails', async () => {
  const { root, dataDir, file, walBytes } = await openFolder()
  const other = rawDatabase(dataDir)
  other.exec('BEGIN IMMEDIATE')
  const before = walBytes()
  await reserveWal(file)
  expect(walBytes()).toBe(before)
  other.exec('ROLLBACK')
  await root.must('tools.create', { slug: 'after', title: 'After' })
})
