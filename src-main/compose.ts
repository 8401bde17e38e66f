import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { createBlobs } from './adapters/blobs/blobs.ts'
import { createDockerRunner } from './adapters/docker/docker-runner.ts'
import { createImageStore } from './adapters/docker/image-store.ts'
import { createEmbeddedRunner } from './adapters/embedded/embedded-runner.ts'
import { createLocalFiles } from './adapters/files/local-files.ts'
import { makeFolders } from './adapters/files/make-folders.ts'
import { createKeys } from './adapters/keys/keys.ts'
import { createSignatureThreads } from './adapters/keys/signature-threads.ts'
import { createRuffLinter } from './adapters/linter/ruff.ts'
import { createBackups } from './adapters/sqlite/backups.ts'
import { DATABASE_FILE, openDatabase, storageFailure, wipeWal } from './adapters/sqlite/database.ts'
import { applyStagedRestore } from './adapters/sqlite/restore.ts'
import { createStatements } from './adapters/sqlite/statements.ts'
import { createStorage } from './adapters/sqlite/storage.ts'
import { createSqliteStore } from './adapters/sqlite/store.ts'
import { reserveWal } from './adapters/sqlite/wal-reserve.ts'
import { createIncidentLog } from './adapters/system/incident-log.ts'
import { holdLock, holdOwnership, sweepOwners, type ProcessLock } from './adapters/system/process-lock.ts'
import { findProductFiles, readBank } from './adapters/system/product-files.ts'
import { folderMark, systemClock, systemIds, trackActivity } from './adapters/system/system.ts'
import type { Context } from './app/context.ts'
import type { Core, CoreOptions, OpenCore } from './app/core.ts'
import { createCore } from './app/core-service.ts'
import { plainExplainer } from './app/plain-explainer.ts'
import { memberKeyName } from './app/own-keys.ts'
import { createSubscribers } from './app/subscribers.ts'
import { failed, failure, success, type Failure, type Result } from './domain/result.ts'

/** The name of the runner image in the engine; its digest is what a run records. */
export const RUNNER_IMAGE = 'scriptorium-runner:1'

/** How many containers wait for a run in a process that lives long. */
const WARM_CONTAINERS = 2

/** The only file that names concrete adapters: opens a data folder and puts the core together over it. */
export const openCore: OpenCore = async (options) => {
  const closers: (() => void | Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close()
    closers.length = 0
  }
  const opened = await open(options, closers, closeAll).catch((error: unknown) => {
    const known = storageFailure(error, path.join(options.dataDir, 'data'))
    if (known === null) throw error
    return failed(known)
  })
  if (!opened.ok) await closeAll()
  return opened
}

async function open(
  options: CoreOptions,
  closers: (() => void | Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Result<Core>> {
  const { dataDir } = options
  const files = findProductFiles(import.meta.dirname)
  makeFolders(dataDir, 0o700)
  if (options.asWindow) {
    const lock = holdWindowLock(dataDir)
    if (!lock.ok) return lock
    closers.push(lock.value.release)
  }
  // Known to others before the database is opened, so that nobody puts another one in its place meanwhile.
  const owner = holdOwnership(dataDir, systemIds.next(), () => applyStagedRestore(dataDir))
  closers.push(owner.release)
  const database = await openDatabase(dataDir)
  if (!database.ok) return database
  const statements = createStatements(database.value)
  const store = createSqliteStore(database.value, statements)
  closers.push(store.close)
  // A command saves once and is over.
  const reserveRoom = async (): Promise<void> => (options.asWindow ? reserveWal(database.value.name) : undefined)
  let roomReserved = reserveRoom()
  closers.push(() => roomReserved)

  sweepOwners(dataDir, owner, (id) => store.liveRuns.all().some((live) => live.owner === id))

  const dockerHost = process.env['DOCKER_HOST']
  const engine = { dockerHost, image: RUNNER_IMAGE, runnerImageFolder: files.runnerImage }
  const runners = [
    // A command is over before anything that waits would be of use.
    createDockerRunner({ ...engine, warmContainers: options.asWindow ? WARM_CONTAINERS : 0 }),
    createEmbeddedRunner({
      nodePath: process.execPath,
      childPath: files.embeddedChild,
      pyodidePath: files.pyodide,
      pythonPath: path.join(files.runnerImage, 'python'),
      warmProcesses: options.asWindow ? 1 : 0,
    }),
  ]
  closers.push(async () => {
    await Promise.all(runners.map((runner) => runner.close()))
  })

  const logIncident = createIncidentLog(dataDir)
  const keys = createKeys(statements, options.keychain ?? null, () => {
    wipeWal(database.value)
    roomReserved = reserveRoom()
  })
  const subscribers = createSubscribers(store, (memberId) => {
    const keyId = store.local.get(memberKeyName(memberId))
    return keyId !== null && keys.isLocked(keyId)
  })
  const context: Context = {
    appVersion: files.version,
    dataDir,
    deviceName: os.hostname().slice(0, 100) || 'this device',
    folderMark: folderMark(path.join(dataDir, DATABASE_FILE)),
    activity: trackActivity(systemClock),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    store,
    keys,
    openSignatureThreads: () => createSignatureThreads(files.signatureWorker),
    clock: systemClock,
    ids: systemIds,
    blobs: createBlobs(dataDir),
    localFiles: createLocalFiles(),
    backups: createBackups(database.value, dataDir, files.integrityWorker),
    storage: createStorage(dataDir),
    owner,
    linter: createRuffLinter(files.ruffWorker),
    explainer: plainExplainer,
    runners,
    image: createImageStore(engine),
    preview: options.preview,
    hashBytes() {
      const hash = createHash('sha256')
      return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('hex') }
    },
    publish: subscribers.publish,
    reportBug(where, error) {
      const id = systemIds.next()
      logIncident({ id, at: new Date(systemClock.now()).toISOString(), where, error })
      return bug(id)
    },
    explainError: (error) => storageFailure(error, path.join(dataDir, 'data')),
  }
  return createCore(context, subscribers, {
    checkOutput: process.env['SCRIPTORIUM_CHECK_OUTPUT'] === '1',
    samples: options.asWindow ? () => readBank(files.samples) : null,
    firstMemberName: () => os.userInfo().username || 'owner',
    closeAdapters: closeAll,
  })
}

function bug(incidentId: string): Failure {
  const message = `Something went wrong in the app. Report it with this number: ${incidentId}`
  return failure('INTERNAL_ERROR', 'bug', message, { incident_id: incidentId })
}

/** RN-12: one window on a data folder; any number of command lines beside it. */
function holdWindowLock(dataDir: string): Result<ProcessLock> {
  const lock = holdLock(path.join(dataDir, 'window.lock'))
  if (lock !== null) return success(lock)
  return failed(
    failure(
      'CONFLICT',
      'window_open',
      `A window is open on ${dataDir} already. Go to that window, or choose another folder with --data-dir.`,
    ),
  )
}
