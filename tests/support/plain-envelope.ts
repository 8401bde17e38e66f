import { z } from 'zod'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import { signedText, type ChainHead, type SignedEvent } from '../../src-main/domain/event.ts'
import { idSchema, sha256Schema, timeSchema, type Sha256 } from '../../src-main/domain/identifier.ts'
import { failed, failure, success, type Result } from '../../src-main/domain/result.ts'

/** The plain way to check one event; the app's own works on the text as it is kept. */

/** 64 bytes in base64, in the one way to write them: the last digit before the padding holds two bits only. */
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/

const signedEventSchema = z.strictObject({
  id: idSchema,
  workspace_id: idSchema,
  key_id: sha256Schema,
  key_seq: z.int().min(1),
  prev_hash: sha256Schema.nullable(),
  at: timeSchema,
  type: z.string().max(100),
  body: z.json(),
  seen: z.strictObject({ order: z.int().min(0), head_hash: sha256Schema.nullable() }),
  hash: sha256Schema,
  signature: z.string().regex(SIGNATURE, 'is not a signature in base64'),
})

/** What checking an envelope needs from outside: hashing and Ed25519, and where the key's chain stands. */
interface EnvelopeChecks {
  sha256: Sha256
  /** Verifies an Ed25519 signature (base64) over UTF-8 text. */
  verify(publicKey: string, text: string, signature: string): boolean
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
  const { hash, signature: _, ...unsigned } = event
  if (checks.sha256(canonicalJson(unsigned)) !== hash)
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
