import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { v7 } from 'uuid'
import type { Activity, Clock, Ids } from '../../app/ports.ts'

export const systemClock: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() }
export const systemIds: Ids = { next: () => v7() }

export function trackActivity(clock: Clock): Activity {
  let touchedAtMs = clock.monotonicMs()
  return {
    touch: () => {
      touchedAtMs = clock.monotonicMs()
    },
    idleMs: () => clock.monotonicMs() - touchedAtMs,
  }
}

/**
 * Names the place of a data folder by the inode of its database. A copy has another one, here and elsewhere; a folder
 * that is only moved within its file system keeps its mark (TR-11). Host names change too often to count.
 */
export function folderMark(databaseFile: string): string {
  const { ino } = statSync(databaseFile, { bigint: true })
  return createHash('sha256').update(`inode ${ino}`).digest('hex')
}
