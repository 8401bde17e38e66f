import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rawPublicKey } from '../../src-main/adapters/keys/ed25519.mjs'
import {
  BATCHES,
  CLAIMS_PER_BATCH,
  createRing,
  firstWrong,
  isVerified,
  publishBatch,
  takeBatch,
  verifyBatch,
  verifyNextBatch,
  writeClaim,
} from '../../src-main/adapters/keys/signature-ring.mjs'
import { createSignatureThreads } from '../../src-main/adapters/keys/signature-threads.ts'
import type { SignatureClaim, SignatureThreads } from '../../src-main/app/history-port.ts'
import { temporaryFolder } from '../support/core.ts'

/** Signatures verified on several threads (TR-7): every wrong one is found, the first one is told, whoever verified it. */

const folder = path.join(import.meta.dirname, '..', '..', 'src-main', 'adapters', 'keys')
const worker = path.join(folder, 'signature-worker.mjs')
/** More than the threads hold at once, and no whole number of batches. */
const MANY = 3_000

interface Signer {
  publicKey: string
  privateKey: KeyObject
}

function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicKey: rawPublicKey(publicKey), privateKey }
}

/** Two, so that claims which follow each other in one place of the memory are by the same one. */
const signers = [newSigner(), newSigner()] as const

function claimOf(number: number, text = `scriptorium event v1\n${String(number).padStart(64, '0')}`): SignatureClaim {
  const { publicKey, privateKey } = signers[number % 2] as Signer
  return { public_key: publicKey, text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') }
}

const claims = Array.from({ length: MANY }, (_, index) => claimOf(index + 1))

/** The same 64 bytes, with a bit set that stands for none of them. */
function otherBase64(signature: string): string {
  const other = signature.replace(/.==$/, (end) => `${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[end[0] ?? ''] ?? ''}==`)
  expect(Buffer.from(other, 'base64')).toEqual(Buffer.from(signature, 'base64'))
  return other
}

const WRONGS: [string, (claim: SignatureClaim) => Partial<SignatureClaim>][] = [
  ['another text', ({ text }) => ({ text: text.replace(/.$/, 'x') })],
  ['another text of another length', ({ text }) => ({ text: `${text}x` })],
  [
    'another key',
    ({ public_key }) => ({ public_key: signers.find((s) => s.publicKey !== public_key)?.publicKey ?? '' }),
  ],
  ['no key', () => ({ public_key: '' })],
  ['a key that is too short', () => ({ public_key: 'AAAA' })],
  ['a key that is no point', () => ({ public_key: Buffer.alloc(32, 0xff).toString('base64') })],
  ['a signature that is too short', ({ signature }) => ({ signature: signature.slice(0, 44) })],
  ['a signature in another base64 of the same bytes', ({ signature }) => ({ signature: otherBase64(signature) })],
  ['no signature', () => ({ signature: '' })],
]

async function firstWrongOf(
  given: readonly SignatureClaim[],
  threads: SignatureThreads = createSignatureThreads(worker),
): Promise<number | null> {
  try {
    for (const [index, claim] of given.entries()) {
      threads.add(claim, { order_number: index + 1, event_id: String(index + 1) })
      if (threads.firstWrong() !== null) break
    }
    threads.finish()
    return threads.firstWrong()?.order_number ?? null
  } finally {
    await threads.close()
  }
}

function changedAt(places: readonly number[], change = WRONGS[0]?.[1]): SignatureClaim[] {
  const changed = [...claims]
  for (const place of places) {
    const claim = claims[place - 1] as SignatureClaim
    changed[place - 1] = { ...claim, ...change?.(claim) }
  }
  return changed
}

describe('signature threads', () => {
  it('find nothing where every signature is right', async () => {
    expect(await firstWrongOf(claims)).toBeNull()
    expect(await firstWrongOf([])).toBeNull()
    expect(await firstWrongOf(claims.slice(0, 1))).toBeNull()
  })

  it.each(WRONGS)('find %s', async (_, change) => {
    expect(await firstWrongOf(changedAt([2_000], change))).toBe(2_000)
    expect(await firstWrongOf(changedAt([3], change).slice(0, 5))).toBe(3)
  })

  it.each([1, 128, 129, 1_024, 1_025, 2_999, 3_000])('find the one in place %i', async (place) => {
    expect(await firstWrongOf(changedAt([place]))).toBe(place)
  })

  it('tell the first of several, also where a later one was found before it', async () => {
    expect(await firstWrongOf(changedAt([1_300, 1_299, 1_900]))).toBe(1_299)
    for (let distance = 1; distance <= 9; distance += 1) {
      const first = 1_100 + distance
      expect(await firstWrongOf(changedAt([first + distance * 100, first]))).toBe(first)
    }
  })

  it('verify each with its own text, whatever the lengths that lie beside each other', async () => {
    const mixed = claims.map((claim, index) =>
      index % 3 === 0 ? claimOf(index + 1, 'x'.repeat(1 + (index % 95))) : claim,
    )
    expect(await firstWrongOf(mixed)).toBeNull()
  })

  it.each(WRONGS)('take nothing from what lay there before: %s', async (_, change) => {
    const twice = [...claims.slice(0, 1_024), ...claims.slice(0, 1_024)]
    const claim = twice[1_500] as SignatureClaim
    twice[1_500] = { ...claim, ...change(claim) }
    expect(await firstWrongOf(twice)).toBe(1_501)
  })

  it('do without threads that can’t be started', async () => {
    const missing = path.join(folder, 'not-there.mjs')
    expect(await firstWrongOf(claims, createSignatureThreads(missing))).toBeNull()
    expect(await firstWrongOf(changedAt([2_500]), createSignatureThreads(missing))).toBe(2_500)
  })

  it('verify what a thread took that ended', async () => {
    const thief = path.join(temporaryFolder(), 'thief.mjs')
    const ring = JSON.stringify(pathToFileURL(path.join(folder, 'signature-ring.mjs')).href)
    // Takes the oldest batch that waits, as the real one does, and is gone with it.
    writeFileSync(
      thief,
      `import { workerData } from 'node:worker_threads'
       import { openRing, takeBatch } from ${ring}
       const ring = openRing(workerData)
       while (takeBatch(ring) === null);
       process.exit()`,
    )
    expect(await firstWrongOf(claims, createSignatureThreads(thief, 50))).toBeNull()
    const early = changedAt(Array.from({ length: 128 }, (_, index) => 513 + index))
    expect(await firstWrongOf(early, createSignatureThreads(thief, 50))).toBe(513)
  })

  it('don’t mind a thread that was given up for lost and comes back', () => {
    const ring = createRing()
    const write = (given: readonly SignatureClaim[]): void => {
      for (const [index, claim] of given.entries()) writeClaim(ring, index, claim)
      publishBatch(ring, given.length)
    }
    write(claims.slice(0, CLAIMS_PER_BATCH))
    const taken = takeBatch(ring) ?? -1
    verifyBatch(ring, taken)
    for (let batch = 1; batch < BATCHES; batch += 1) {
      write(claims.slice(0, 1))
      verifyNextBatch(ring)
    }
    write(changedAt([6]).slice(0, 10))
    verifyBatch(ring, taken)
    expect([isVerified(ring, BATCHES), firstWrong(ring)]).toEqual([false, null])
    verifyNextBatch(ring)
    verifyBatch(ring, taken)
    expect([isVerified(ring, BATCHES), firstWrong(ring)]).toEqual([true, BATCHES * CLAIMS_PER_BATCH + 5])
    write(claims.slice(0, 10))
    verifyNextBatch(ring)
    verifyBatch(ring, 1)
    expect(isVerified(ring, BATCHES + 1)).toBe(true)
  })

  it('refuse a text that has no room, which nobody signs', () => {
    const threads = createSignatureThreads(worker)
    expect(() => threads.add(claimOf(1, 'x'.repeat(96)), { order_number: 1, event_id: '1' })).toThrow(/96 bytes/)
  })
})
