import { canonicalJson, canonicalValue } from './canonical-json.ts'
import { signedText, type SignedEvent, type UnsignedEvent } from './event.ts'
import { TIME, type Sha256 } from './identifier.ts'
import { failed, failure, success, type Result } from './result.ts'

/**
 * An event as it is kept: its columns, and its body as the text that was hashed. Checking a long history works on these,
 * so that what is hashed is what is stored, letter by letter.
 */
export interface StoredEvent {
  id: string
  workspace_id: string
  key_id: string
  key_seq: number
  prev_hash: string | null
  at: string
  type: string
  /** Canonical JSON (RFC 8785). */
  body: string
  seen_order: number
  seen_head_hash: string | null
  hash: string
  signature: string
}

type UnsignedStored = Omit<StoredEvent, 'hash' | 'signature'>

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TYPE = /^[a-z0-9_.]{1,100}$/

/**
 * The canonical JSON that the hash covers, put together around the body. The keys stand in the order of RFC 8785; every
 * value but the body has a form that needs no escapes, which is checked here first. Null for another form.
 */
function hashedText(event: UnsignedStored): string | null {
  const { id, workspace_id, key_id, key_seq, prev_hash, at, type, body, seen_order, seen_head_hash } = event
  const isFormed =
    matches(ID, id) &&
    matches(ID, workspace_id) &&
    isHash(key_id) &&
    matches(TIME, at) &&
    matches(TYPE, type) &&
    Number.isSafeInteger(key_seq) &&
    key_seq >= 1 &&
    Number.isSafeInteger(seen_order) &&
    seen_order >= 0 &&
    typeof body === 'string' &&
    (prev_hash === null || isHash(prev_hash)) &&
    (seen_head_hash === null || isHash(seen_head_hash))
  if (!isFormed) return null
  const quoted = (text: string | null): string => (text === null ? 'null' : `"${text}"`)
  return (
    `{"at":"${at}","body":${body},"id":"${id}","key_id":"${key_id}","key_seq":${key_seq},"prev_hash":${quoted(prev_hash)},` +
    `"seen":{"head_hash":${quoted(seen_head_hash)},"order":${seen_order}},"type":"${type}","workspace_id":"${workspace_id}"}`
  )
}

/** A new event as it will be kept, with its hash: SHA-256 over its canonical JSON without hash and signature (TR-2). */
export function hashedEvent(event: UnsignedEvent, sha256: Sha256): Omit<StoredEvent, 'signature'> {
  const { seen, body, ...envelope } = event
  const kept = { ...envelope, body: canonicalJson(body), seen_order: seen.order, seen_head_hash: seen.head_hash }
  const text = hashedText(kept)
  if (text === null) throw new Error(`an event of type ${event.type} has no form of one`)
  return { ...kept, hash: sha256(text) }
}

/** Checks form and hash of a kept event and answers with it read (TR-2). Its chain and signature are for the caller. */
export function openStoredEvent(stored: StoredEvent, sha256: Sha256): Result<SignedEvent> {
  const text = hashedText(stored)
  if (text === null) return wrong('malformed', 'The event does not have the form of one.')
  if (sha256(text) !== stored.hash) return wrong('hash_mismatch', 'The hash is not that of the event.')
  const body = canonicalValue(stored.body)
  if (body === undefined) return wrong('malformed', 'body: is not canonical JSON.')
  const { id, workspace_id, key_id, key_seq, prev_hash, at, type, seen_order, seen_head_hash, hash, signature } = stored
  const seen = { order: seen_order, head_hash: seen_head_hash }
  return success({ id, workspace_id, key_id, key_seq, prev_hash, at, type, body, seen, hash, signature })
}

/** What an event's signature must verify as. */
export function signatureClaim(publicKey: string, event: { hash: string; signature: string }) {
  return { public_key: publicKey, text: signedText(event.hash), signature: event.signature }
}

/** As the form of a SHA-256 in lower-case hexadecimal; a loop, since a long history asks this half a million times. */
function isHash(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 64) return false
  for (let index = 0; index < 64; index += 1) {
    const code = value.charCodeAt(index)
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false
  }
  return true
}

function matches(form: RegExp, value: unknown): boolean {
  return typeof value === 'string' && form.test(value)
}

function wrong(reason: string, message: string): Result<never> {
  return failed(failure('VALIDATION_ERROR', reason, message))
}
