import { parentPort, workerData } from 'node:worker_threads'
import { makeShelf } from './made-evidence.ts'
import { createTape } from './tape.ts'

/** The thread that makes a shelf, for `fillShelf`. */
if (parentPort !== null) {
  await makeShelf(createTape(parentPort), (workerData as { runs: number }).runs)
  parentPort.close()
}
