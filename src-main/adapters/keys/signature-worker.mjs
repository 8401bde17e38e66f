import { workerData } from 'node:worker_threads'
import { openRing, verifyForever } from './signature-ring.mjs'

/** A thread that verifies signatures until it is ended. */
verifyForever(openRing(workerData))
