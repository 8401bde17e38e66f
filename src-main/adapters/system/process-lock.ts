import Database from 'better-sqlite3'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { ProcessOwner } from '../../app/ports.ts'

/**
 * A lock that ends with its process, however that ends: the operating system releases what `kill -9` leaves. Node has no
 * file locks of its own; SQLite's do the same job on every platform, so a lock is an empty database held exclusively.
 */
export interface ProcessLock {
  release(): void
}

const REGISTRATION_WAIT_MS = 10_000

/** Answers null when another process (or another part of this one) holds the lock, also after waiting for it. */
export function holdLock(file: string, waitMs = 0): ProcessLock | null {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const database = new Database(file, { timeout: waitMs })
  try {
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
  return { release: () => database.close() }
}

/** Looks without taking the lock, so that two that look at once don't see each other. */
function isHeld(file: string): boolean {
  let database: Database.Database | null = null
  try {
    database = new Database(file, { readonly: true, timeout: 0 })
    database.prepare('SELECT 1 FROM sqlite_master').get()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    // Asked only now: whoever ends removes its file, perhaps while it is being opened here.
    if (!existsSync(file)) return false
    throw error
  } finally {
    database?.close()
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') === true
}

/** A new owner's file is there a moment before it is locked: nobody may sweep in that moment. */
function whileNobodyRegisters<T>(dataDir: string, work: () => T): T {
  const lock = holdLock(path.join(dataDir, 'owners.lock'), REGISTRATION_WAIT_MS)
  if (lock === null) {
    throw Object.assign(new Error('other processes have been starting for too long'), { code: 'SQLITE_BUSY' })
  }
  try {
    return work()
  } finally {
    lock.release()
  }
}

/**
 * The lock by which other processes know that this one lives and owns its runs (RN-5). `whenAlone` runs before it is
 * held, if no process lives on the folder, and while none can begin to: two that start at once can't both be alone.
 */
export function holdOwnership(
  dataDir: string,
  id: string,
  whenAlone: () => void = () => {},
): ProcessOwner & ProcessLock {
  const folder = path.join(dataDir, 'owners')
  const file = (owner: string): string => path.join(folder, `${owner}.lock`)
  const own = whileNobodyRegisters(dataDir, () => {
    if (isDeserted(dataDir)) whenAlone()
    return holdLock(file(id))
  })
  if (own === null) throw new Error(`owner id ${id} is in use`)
  return {
    id,
    isAlive(owner) {
      return owner === id || isHeld(file(owner))
    },
    release() {
      own.release()
      rmSync(file(id), { force: true })
    },
  }
}

/** Removes the lock files of processes that are gone, except those that `isNeeded` names. */
export function sweepOwners(dataDir: string, owner: ProcessOwner, isNeeded: (owner: string) => boolean): void {
  const folder = path.join(dataDir, 'owners')
  whileNobodyRegisters(dataDir, () => {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.lock')) continue
      const id = name.slice(0, -'.lock'.length)
      if (id !== owner.id && !isNeeded(id) && !owner.isAlive(id)) rmSync(path.join(folder, name), { force: true })
    }
  })
}

/** No process lives on the folder: every lock of an owner is free. */
function isDeserted(dataDir: string): boolean {
  const folder = path.join(dataDir, 'owners')
  if (!existsSync(folder)) return true
  return readdirSync(folder)
    .filter((name) => name.endsWith('.lock'))
    .every((name) => {
      const lock = holdLock(path.join(folder, name))
      lock?.release()
      return lock !== null
    })
}
