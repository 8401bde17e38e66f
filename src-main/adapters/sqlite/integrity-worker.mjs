import Database from 'better-sqlite3'
import { parentPort, workerData } from 'node:worker_threads'

/** A thread that lets SQLite check one file, which for a large one takes minutes. See integrity-thread.ts. */
try {
  parentPort?.postMessage({ problems: problemsOf(workerData.file) })
} catch (error) {
  parentPort?.postMessage({ code: error.code ?? null, message: String(error.message) })
}

/** @param {string} file */
function problemsOf(file) {
  const database = new Database(file, { readonly: true })
  try {
    const damage = database.pragma('integrity_check(10)').map((row) => row.integrity_check)
    const strays = database.pragma('foreign_key_check').map((row) => `${row.table} ${row.rowid} refers to nothing`)
    return [...damage.filter((line) => line !== 'ok'), ...strays]
  } finally {
    database.close()
  }
}
