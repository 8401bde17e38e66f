import { parentPort } from 'node:worker_threads'
import { verifyEd25519 } from './ed25519.mjs'

/** A thread that verifies batches of signatures and answers with the positions of those that are wrong. */
parentPort?.on('message', ({ publicKeys, texts, signatures }) => {
  const wrong = []
  for (const [index, signature] of signatures.entries()) {
    if (!verifyEd25519(publicKeys[index], texts[index], signature)) wrong.push(index)
  }
  parentPort?.postMessage(wrong)
})
