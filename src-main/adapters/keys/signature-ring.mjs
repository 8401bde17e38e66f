import { isSignature, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verifyBytes } from './ed25519.mjs'

/**
 * Signatures that wait to be verified, in memory that several threads share: one thread writes batch after batch, and
 * whoever has nothing to do takes the oldest that waits, the writer as well where the ring is full. Nothing is copied
 * from thread to thread, and nobody has to be listening for messages.
 */

export const CLAIMS_PER_BATCH = 128
/** Ahead of the threads that verify by up to this many: a tenth of a second's work for one. */
export const BATCHES = 8
/** The texts that are signed here are 85 bytes long. */
const MAX_TEXT_BYTES = 95

/** Claims that the ring has room for. The claim in a position of the whole history lies in place `position % PLACES`. */
export const PLACES = BATCHES * CLAIMS_PER_BATCH

/** A claim: the length of its text (0 for one that is malformed), the key, the signature, the text. */
const KEY_AT = 1
const SIGNATURE_AT = KEY_AT + PUBLIC_KEY_BYTES
const TEXT_AT = SIGNATURE_AT + SIGNATURE_BYTES
const CLAIM_BYTES = TEXT_AT + MAX_TEXT_BYTES

/** The counters: batches written so far, batches taken so far, and the first claim that is wrong; of all, from 0. */
const WRITTEN = 0
const TAKEN = 1
const FIRST_WRONG = 2
const COUNTERS = 3
const NONE = 2 ** 31 - 1

export function createRing() {
  const ring = openRing({
    counters: new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT),
    sizes: new SharedArrayBuffer(BATCHES * Int32Array.BYTES_PER_ELEMENT),
    verified: new SharedArrayBuffer(BATCHES * Int32Array.BYTES_PER_ELEMENT),
    claims: new SharedArrayBuffer(PLACES * CLAIM_BYTES),
  })
  ring.counters[FIRST_WRONG] = NONE
  return ring
}

/** A thread's view of the shared memory. */
export function openRing(shared) {
  return {
    shared,
    counters: new Int32Array(shared.counters),
    /** Claims in the batch of each place. */
    sizes: new Int32Array(shared.sizes),
    /** How many batches were written when the one of each place was; set once it is verified. */
    verified: new Int32Array(shared.verified),
    claims: Buffer.from(shared.claims),
    /** The parts of each place's claim, made once each: made for every claim, they would cost as much as writing it. */
    parts: [],
  }
}

function partsAt(claims, start) {
  return {
    publicKey: claims.subarray(start + KEY_AT, start + SIGNATURE_AT),
    signature: claims.subarray(start + SIGNATURE_AT, start + TEXT_AT),
    text: claims.subarray(start + TEXT_AT, start + CLAIM_BYTES),
  }
}

/** Writes one claim of the batch that is written next. Answers with its place. */
export function writeClaim({ claims, counters }, index, { public_key, text, signature }) {
  const place = placeOf(counters[WRITTEN], index)
  const start = place * CLAIM_BYTES
  const textBytes = Buffer.byteLength(text)
  if (textBytes === 0 || textBytes > MAX_TEXT_BYTES) throw new Error(`a signed text of ${textBytes} bytes`)
  const isFormed =
    isSignature(signature) &&
    claims.write(public_key, start + KEY_AT, PUBLIC_KEY_BYTES, 'base64') === PUBLIC_KEY_BYTES &&
    claims.write(signature, start + SIGNATURE_AT, SIGNATURE_BYTES, 'base64') === SIGNATURE_BYTES
  claims.write(text, start + TEXT_AT, textBytes)
  claims[start] = isFormed ? textBytes : 0
  return place
}

/** Lets the batch that was written be taken. */
export function publishBatch(ring, size) {
  const { counters, sizes } = ring
  sizes[counters[WRITTEN] % BATCHES] = size
  Atomics.add(counters, WRITTEN, 1)
  Atomics.notify(counters, WRITTEN, 1)
}

/** Takes the oldest batch that waits, and verifies it; false when none waits. */
export function verifyNextBatch(ring) {
  const batch = takeBatch(ring)
  if (batch === null) return false
  verifyBatch(ring, batch)
  return true
}

/** The oldest batch that waits, which nobody else gets then; null when none waits. */
export function takeBatch({ counters }) {
  for (;;) {
    const batch = Atomics.load(counters, TAKEN)
    if (batch >= Atomics.load(counters, WRITTEN)) return null
    if (Atomics.compareExchange(counters, TAKEN, batch, batch + 1) === batch) return batch
  }
}

/**
 * Verifies one batch. Doing so twice changes nothing, however late: whoever was given up for lost may find another batch
 * in the place of the one that it took.
 */
export function verifyBatch(ring, batch) {
  const size = ring.sizes[batch % BATCHES]
  for (let index = 0; index < size; index += 1) {
    if (verifyClaim(ring, placeOf(batch, index))) continue
    if (isVerified(ring, batch)) return
    noteWrong(ring.counters, batch * CLAIMS_PER_BATCH + index)
  }
  if (isVerified(ring, batch)) return
  Atomics.store(ring.verified, batch % BATCHES, batch + 1)
  Atomics.notify(ring.verified, batch % BATCHES)
}

/** For a thread that does nothing else: never comes back. */
export function verifyForever(ring) {
  for (;;) {
    const written = Atomics.load(ring.counters, WRITTEN)
    if (!verifyNextBatch(ring)) Atomics.wait(ring.counters, WRITTEN, written)
  }
}

/** Batches written so far. */
export function writtenBatches(ring) {
  return ring.counters[WRITTEN]
}

export function isVerified(ring, batch) {
  return Atomics.load(ring.verified, batch % BATCHES) > batch
}

/** Comes back when a batch is verified, by whomever: what a thread took and isn't done with by then is verified here. */
export function makeSure(ring, batch, lostAfterMs) {
  while (!isVerified(ring, batch)) {
    if (!verifyNextBatch(ring) && !waitForBatch(ring, batch, lostAfterMs)) verifyBatch(ring, batch)
  }
}

/** Waits for a thread that took a batch; false if it isn't done by then. */
function waitForBatch(ring, batch, timeoutMs) {
  const place = batch % BATCHES
  const seen = Atomics.load(ring.verified, place)
  return seen > batch || Atomics.wait(ring.verified, place, seen, timeoutMs) !== 'timed-out'
}

/** The first claim, in the order of writing and from 0, that was found wrong so far; null for none. */
export function firstWrong(ring) {
  const position = Atomics.load(ring.counters, FIRST_WRONG)
  return position === NONE ? null : position
}

function noteWrong(counters, position) {
  for (;;) {
    const before = Atomics.load(counters, FIRST_WRONG)
    if (before <= position || Atomics.compareExchange(counters, FIRST_WRONG, before, position) === before) return
  }
}

function verifyClaim({ claims, parts }, place) {
  const textBytes = claims[place * CLAIM_BYTES]
  if (textBytes === 0) return false
  const part = (parts[place] ??= partsAt(claims, place * CLAIM_BYTES))
  // Claims of one kind have texts of one length.
  if (part.text.length !== textBytes)
    part.text = claims.subarray(part.text.byteOffset, part.text.byteOffset + textBytes)
  return verifyBytes(part.publicKey, part.text, part.signature)
}

function placeOf(batch, index) {
  return (batch * CLAIMS_PER_BATCH + index) % PLACES
}
