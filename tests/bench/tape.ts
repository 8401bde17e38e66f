import type Database from 'better-sqlite3'
import { setImmediate } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'

/**
 * Filling a database from two threads: one makes what is to be written, through the app's own statements, and tapes each
 * instead of running it; the other, which has the database, plays the tape.
 */
interface Piece {
  /** Statements that are new on the tape; a call names one by its place among all of them. */
  texts: string[]
  calls: [statement: number, values: unknown[]][]
  progress: string | null
}

/** Pieces that may be on their way at once. */
const MAX_AHEAD = 3

export interface Tape {
  /** Stands for a database that is only written to. */
  database: Database.Database
  /** Hands over what was taped since the last time, and waits while the player is far behind. */
  send(progress: string | null): Promise<void>
}

export interface Port {
  postMessage(piece: Piece): void
  on(event: 'message', heard: () => void): unknown
}

export function createTape(port: Port): Tape {
  const places = new Map<string, number>()
  let texts: string[] = []
  let calls: Piece['calls'] = []
  let ahead = 0
  let goOn: (() => void) | null = null
  port.on('message', () => {
    ahead -= 1
    goOn?.()
  })
  const prepare = (text: string): Pick<Database.Statement, 'run'> => {
    const place = places.get(text) ?? places.size
    if (!places.has(text)) {
      places.set(text, place)
      texts.push(text)
    }
    return {
      run(...values) {
        calls.push([place, values])
        // Nobody knows yet.
        return { changes: Number.NaN, lastInsertRowid: Number.NaN }
      },
    }
  }
  return {
    database: { prepare } as unknown as Database.Database,
    async send(progress) {
      port.postMessage({ texts, calls, progress })
      texts = []
      calls = []
      ahead += 1
      while (ahead >= MAX_AHEAD) {
        const { promise, resolve } = Promise.withResolvers<void>()
        goOn = resolve
        await promise
      }
    },
  }
}

/** How a file is filled that is thrown away unless it is finished: nothing here has to survive a loss of power. */
const WHILE_FILLING = {
  // Without a write-ahead log every page is written once.
  journal_mode: 'MEMORY',
  synchronous: 'OFF',
  locking_mode: 'EXCLUSIVE',
  // What is replaced while filling is nobody's secret.
  secure_delete: 'OFF',
  // 2 GiB: indexes by hash are written to all over, and would be read from the disk again for each row.
  cache_size: '-2097152',
}

/** Plays what `worker` tapes, with everything set for speed, and sets it back. Between pieces signals are heard. */
export async function playTape(
  database: Database.Database,
  worker: Worker,
  report: (line: string) => void,
): Promise<void> {
  const names = Object.keys(WHILE_FILLING) as (keyof typeof WHILE_FILLING)[]
  const before = names.map((name) => [name, database.pragma(name, { simple: true })] as const)
  for (const name of names) database.pragma(`${name} = ${WHILE_FILLING[name]}`)
  const statements: Database.Statement[] = []
  const play = async ({ texts, calls, progress }: Piece): Promise<void> => {
    statements.push(...texts.map((text) => database.prepare(text)))
    for (const [statement, values] of calls) statements[statement]?.run(...values)
    if (progress !== null) report(progress)
    // The next piece comes when this is told; without a turn of the loop between, no signal would be heard.
    await setImmediate()
    worker.postMessage('played')
  }
  const played = new Promise<void>((resolve, reject) => {
    let playing = Promise.resolve()
    worker.on('message', (piece: Piece) => {
      playing = playing.then(() => play(piece))
      playing.catch(reject)
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (code === 0) playing.then(resolve, reject)
      else reject(new Error(`the thread that makes the tape ended with ${code}`))
    })
  })
  await played.finally(() => worker.terminate())
  for (const [name, value] of before.toReversed()) {
    database.pragma(`${name} = ${String(value)}`)
    const actual = database.pragma(name, { simple: true })
    if (actual !== value) throw new Error(`${name} is ${String(actual)} after filling, and was ${String(value)}`)
  }
}
