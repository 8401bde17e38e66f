import { eventHash, signedEventSchema, signedText, type SignedEvent } from './event.ts'
import type { Sha256 } from './identifier.ts'
import { failed, failure, success, type Result } from './result.ts'

/** What checking an envelope needs from outside: hashing and Ed25519, and where the key's chain stands. */
export interface EnvelopeChecks {
  sha256: Sha256
  /** Verifies an Ed25519 signature (base64) over UTF-8 text. */
  verify(publicKey: string, text: string, signature: string): boolean
}

/** The end of a key's chain: its last sequence number and hash; 0 and null before its first event. */
export interface ChainHead {
  key_seq: number
  hash: string | null
}

/** Checks form, hash, chain and signature of one event (TR-2, TR-5). Authority and rules are `apply`'s. */
export function checkEnvelope(
  candidate: unknown,
  publicKey: string,
  head: ChainHead,
  checks: EnvelopeChecks,
): Result<SignedEvent> {
  const parsed = signedEventSchema.safeParse(candidate)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return refused('malformed', `${issue?.path.join('.') || 'event'}: ${issue?.message ?? 'is malformed'}`)
  }
  const event = parsed.data
  if (eventHash(event, checks.sha256) !== event.hash)
    return refused('hash_mismatch', 'The hash is not that of the event.')
  if (event.key_seq !== head.key_seq + 1 || event.prev_hash !== head.hash) {
    return refused('chain_broken', `Number ${event.key_seq} of its key doesn't follow number ${head.key_seq}.`)
  }
  if (!checks.verify(publicKey, signedText(event.hash), event.signature)) {
    return refused('signature_wrong', 'The signature is not by the key that the event names.')
  }
  return success(event)
}

function refused(reason: string, message: string): Result<never> {
  return failed(failure('VALIDATION_ERROR', reason, message))
}
