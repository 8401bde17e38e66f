import type Database from 'better-sqlite3'
import type { EventLog, Store } from '../../app/ports.ts'
import { createAttachments } from './attachments.ts'
import { createCases } from './cases.ts'
import { integrityProblems } from './database.ts'
import { createEventLog } from './event-log.ts'
import { createStateView, foldedRows, createFoldWriter } from './fold.ts'
import { createLiveRuns, createLocalState } from './local.ts'
import { createReads } from './reads.ts'
import { rememberRows, type RowMemory } from './row-memory.ts'
import { openSnapshot } from './snapshot.ts'
import type { Schema } from './schema.ts'
import type { Statements } from './statements.ts'

/** The store on SQLite: one file, shared by every process of one data folder (RN-12). */
export function createSqliteStore(database: Database.Database, statements: Statements): Store {
  const { build, first, all, template } = statements
  let readDataVersion: Database.Statement<[], number> | null = null
  const dataVersion = (): number => {
    readDataVersion ??= database.prepare<[], number>('PRAGMA data_version').pluck()
    return readDataVersion.get() ?? 0
  }
  const memory = rememberRows(createStateView(statements), dataVersion)
  const write = createFoldWriter(statements)
  const keepContent = template(({ sha256, body }: Schema['contents']) =>
    build
      .insertInto('contents')
      .values({ sha256, body })
      .onConflict((conflict) => conflict.doNothing()),
  )
  return {
    transaction: (work) => (database.inTransaction ? work() : allOrNothing(database, memory, work)),
    state: memory.view,
    put(change) {
      const present = memory.present(change)
      memory.forget(change.table)
      write(change, present)
    },
    log: rememberHeads(createEventLog(statements), memory),
    reads: createReads(statements),
    liveRuns: createLiveRuns(statements),
    local: createLocalState(statements),
    keepContent: (sha256, body) => keepContent.run({ sha256, body: Buffer.from(body) }),
    content: (sha256) => first(build.selectFrom('contents').select('body').where('sha256', '=', sha256))?.body ?? null,
    attachments: createAttachments(statements),
    cases: createCases(statements),
    foldedRows: (table) => foldedRows(statements, table),
    keptFiles: () => all(build.selectFrom('kept_contents').select('sha256')).map((row) => row.sha256),
    snapshot: () => openSnapshot(database.name),
    changeCounter: dataVersion,
    checkIntegrity: () => integrityProblems(database),
    close: () => database.close(),
  }
}

/** Every event names the one before it: reading that again costs as much as writing a row, as it stands behind a body. */
function rememberHeads(log: EventLog, memory: RowMemory): EventLog {
  return {
    ...log,
    head: () => memory.value('head', log.head),
    chainHead: (keyId) => memory.value(`chain ${keyId}`, () => log.chainHead(keyId)),
    append(event, entry) {
      log.append(event, entry)
      memory.keep('head', { order: entry.order_number, head_hash: entry.head_hash })
      memory.keep(`chain ${event.key_id}`, { key_seq: event.key_seq, hash: event.hash })
    },
  }
}

/** Carries a failure out of a transaction, so that SQLite rolls it back. */
class Refused extends Error {
  readonly answer: unknown
  constructor(answer: unknown) {
    super('refused')
    this.answer = answer
  }
}

function allOrNothing<T>(database: Database.Database, memory: RowMemory, work: () => T): T {
  const refusing = (): T => {
    memory.begin()
    const answer = work()
    if ((answer as { ok?: unknown } | null | undefined)?.ok === false) throw new Refused(answer)
    return answer
  }
  try {
    const answer = database.transaction(refusing).immediate()
    memory.end('committed')
    return answer
  } catch (error) {
    memory.end('rolled back')
    if (error instanceof Refused) return error.answer as T
    throw error
  }
}
