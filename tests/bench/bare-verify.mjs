import { createPublicKey, verify } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

/** The yardstick: nothing but Ed25519 verification, of messages and keys that are ready in memory. */
const key = createPublicKey({ key: Buffer.from(workerData.publicKey), format: 'der', type: 'spki' })
const messages = workerData.messages.map((text) => Buffer.from(text))
const signatures = workerData.signatures.map((signature) => Buffer.from(signature, 'base64'))
parentPort.on('message', () => {
  for (const [index, message] of messages.entries()) {
    if (!verify(null, message, key, signatures[index])) throw new Error('a signature is wrong')
  }
  parentPort.postMessage('done')
})
parentPort.postMessage('ready')
