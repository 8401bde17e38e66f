import { createPublicKey, verify } from 'node:crypto'

/** Plain JavaScript, since worker threads run it from this folder, in the sources and beside a build alike. */

export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

/** Parsed public keys kept at hand. */
const MAX_CACHED_KEYS = 1000
/** The DER header of an Ed25519 public key (RFC 8410); the 32 bytes of the key follow it. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
/** 64 bytes in the one form that base64 has for them: the last digit's spare bits are zero (RFC 4648, section 3.5). */
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/

const publicKeys = new Map()

function publicKeyOf(raw) {
  const name = raw.latin1Slice()
  const cached = publicKeys.get(name)
  if (cached !== undefined) return cached
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
  if (publicKeys.size >= MAX_CACHED_KEYS) publicKeys.clear()
  publicKeys.set(name, key)
  return key
}

/** A public key as it stands in events: its 32 bytes in base64. */
export function rawPublicKey(key) {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length).toString('base64')
}

/** Whether a text is a signature in base64, whatever it signs. */
export function isSignature(text) {
  return SIGNATURE.test(text)
}

/** Verifies an Ed25519 signature (RFC 8032) over UTF-8 text; what is malformed is wrong. */
export function verifyEd25519(publicKey, text, signature) {
  if (!isSignature(signature)) return false
  return verifyBytes(Buffer.from(publicKey, 'base64'), Buffer.from(text), Buffer.from(signature, 'base64'))
}

/** The same over bytes. */
export function verifyBytes(publicKey, text, signature) {
  try {
    return verify(null, text, publicKeyOf(publicKey), signature)
  } catch {
    return false
  }
}
