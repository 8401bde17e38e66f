import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'

/** Private keys under a passphrase (TR-6): scrypt (RFC 7914) makes the key, AES-256-GCM (NIST SP 800-38D) seals. */

/** OWASP's recommendation for scrypt (Password Storage Cheat Sheet, 2023): N = 2^17, r = 8, p = 1; 128 MiB, some 0.3 s. */
const COST = { N: 2 ** 17, r: 8, p: 1 }
const KEY_BYTES = 32
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

const sealedSchema = z.strictObject({
  kdf: z.literal('scrypt'),
  N: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(16),
  salt: z.base64(),
  nonce: z.base64(),
  sealed: z.base64(),
})

/** `context` is bound to the seal, so that a sealed key can't be put in another key's place. */
export async function sealWithPassphrase(secret: Uint8Array, passphrase: string, context: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, COST), nonce)
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
  const text = (bytes: Buffer): string => bytes.toString('base64')
  return JSON.stringify({ kdf: 'scrypt', ...COST, salt: text(salt), nonce: text(nonce), sealed: text(sealed) })
}

/** Null when the passphrase is wrong or the seal was tampered with: the two can't be told apart. */
export async function openWithPassphrase(text: string, passphrase: string, context: string): Promise<Buffer | null> {
  const parsed = sealedSchema.safeParse(JSON.parse(text))
  if (!parsed.success) return null
  const { N, r, p } = parsed.data
  const [salt, nonce, sealed] = [parsed.data.salt, parsed.data.nonce, parsed.data.sealed].map((part) =>
    Buffer.from(part, 'base64'),
  )
  if (salt === undefined || nonce === undefined || sealed === undefined || sealed.length <= TAG_BYTES) return null
  const decipher = createDecipheriv('aes-256-gcm', await derive(passphrase, salt, { N, r, p }), nonce)
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

function derive(passphrase: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer): void => (error === null ? resolve(key) : reject(error))
    // One passphrase typed on two keyboards may differ in Unicode form only (RFC 8265).
    scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, done)
  })
}
