import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { createBlobs } from '../../src-main/adapters/blobs/blobs.ts'
import { createKeys } from '../../src-main/adapters/keys/keys.ts'
import { createRuffLinter } from '../../src-main/adapters/linter/ruff.ts'
import { ruffWorker } from './ruff-linter.ts'
import { createStatements, type Statements } from '../../src-main/adapters/sqlite/statements.ts'
import { createSqliteStore } from '../../src-main/adapters/sqlite/store.ts'
import { systemClock, systemIds } from '../../src-main/adapters/system/system.ts'
import type { Context } from '../../src-main/app/context.ts'
import { plainExplainer } from '../../src-main/app/plain-explainer.ts'
import { failure } from '../../src-main/domain/result.ts'

/** Use cases over a real database and real files, whose every write can be made the last one: a process that dies there. */

export class Died extends Error {}

export interface Faults {
  /** Writes so far, to the database and to the disk. */
  readonly writes: number
}

/** Dies at write number `dieAt`, counted from 1, and at every one after it; never when 0. `before` or `after` it is done. */
export function faultyContext(
  dataDir: string,
  database: Database.Database,
  dieAt: number,
  when: 'before' | 'after' = 'before',
): { context: Context; faults: Faults } {
  const faults = { writes: 0 }
  const isDead = (): boolean => dieAt > 0 && faults.writes >= dieAt
  function write<T>(work: () => T): T {
    faults.writes += 1
    if (isDead() && (when === 'before' || faults.writes > dieAt)) throw new Died()
    const done = work()
    if (isDead()) throw new Died()
    return done
  }
  async function writeLater<T>(work: () => Promise<T>): Promise<T> {
    faults.writes += 1
    if (isDead() && (when === 'before' || faults.writes > dieAt)) throw new Died()
    const done = await work()
    if (isDead()) throw new Died()
    return done
  }

  const sound = createStatements(database)
  const statements: Statements = {
    ...sound,
    run: (query) => write(() => sound.run(query)),
    template: (make) => {
      const made = sound.template(make)
      return { ...made, run: (values) => write(() => made.run(values)) }
    },
  }
  const blobs = createBlobs(dataDir)
  const store = createSqliteStore(database, statements)
  const context = {
    appVersion: 'test',
    dataDir,
    store,
    keys: createKeys(sound, null),
    clock: systemClock,
    ids: systemIds,
    blobs: {
      ...blobs,
      put: (bytes: Uint8Array) => writeLater(() => blobs.put(bytes)),
      remove: (sha256: string, youngerThanMs: number) => writeLater(() => blobs.remove(sha256, youngerThanMs)),
    },
    owner: { id: systemIds.next(), isAlive: () => false },
    linter: createRuffLinter(ruffWorker),
    explainer: plainExplainer,
    runners: [],
    publish: () => {},
    hashBytes() {
      const hash = createHash('sha256')
      return { update: (chunk: Uint8Array) => void hash.update(chunk), digest: () => hash.digest('hex') }
    },
    reportBug: () => failure('INTERNAL_ERROR', 'bug', 'A bug.'),
    explainError: () => null,
  }
  return { context: context as unknown as Context, faults }
}
