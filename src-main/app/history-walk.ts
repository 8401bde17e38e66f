import { apply } from '../domain/apply/apply.ts'
import { eventBodies } from '../domain/event-bodies.ts'
import { nextHeadHash, type ChainHead, type SignedEvent } from '../domain/event.ts'
import { createMemoryState, type MemoryState } from '../domain/memory-state.ts'
import { openStoredEvent, signatureClaim } from '../domain/stored-event.ts'
import type { SignatureClaim, StoredEntry } from './history-port.ts'
import type { Keys } from './ports.ts'
import { createShortening } from './shortened-row.ts'

/** The first thing that is wrong with a history (TR-7). */
export interface HistoryProblem {
  /** The number in the order; 0 for what is wrong beside it. */
  order: number
  event_id: string | null
  reason: string
  message: string
}

/** What became of one entry: its signature is still to be verified, by whoever walks, unless `claim` is null. */
export interface Step {
  claim: SignatureClaim | null
  /** Comes after the claim: a wrong signature is the earlier problem. */
  problem: HistoryProblem | null
}

/**
 * Walks a history entry by entry from the genesis event on: form, hash, the key's chain, the order's own chain, and the
 * outcome as computed here against the one that was kept (TR-7). Everything but the signatures, which cost the most and
 * rest on nothing else, so that other threads can verify them.
 */
export interface HistoryWalk {
  next(entry: StoredEntry): Step
  readonly order: number
  readonly headHash: string | null
  /** The fingerprint of the key that signed the genesis event. */
  readonly root: string | null
  /** With scripts, records of runs and texts of advisories shortened. */
  readonly state: MemoryState
}

export function createHistoryWalk(hashing: Pick<Keys, 'sha256'>): HistoryWalk {
  const state = createMemoryState()
  const shorten = createShortening(hashing.sha256)
  const chains = new Map<string, ChainHead>()
  let order = 0
  let headHash: string | null = null
  let root: string | null = null

  function next(entry: StoredEntry): Step {
    if (entry.order_number !== order + 1)
      return wrong(entry, 'order_gap', `Number ${order + 1} of the order is missing.`)
    if (entry.event === null) return wrong(entry, 'event_missing', 'The order names an event that is not there.')
    const opened = openStoredEvent(entry.event, hashing.sha256)
    if (!opened.ok) return wrong(entry, opened.failure.reason, opened.failure.message)
    const event = opened.value
    if (event.id !== entry.event_id) return wrong(entry, 'malformed', 'The order names another event.')
    const publicKey = state.key(event.key_id)?.public_key ?? genesisKey(event, order)
    if (publicKey === null) return wrong(entry, 'unknown_key', 'The event is signed by a key that was never admitted.')
    const chain = chains.get(event.key_id) ?? { key_seq: 0, hash: null }
    if (event.key_seq !== chain.key_seq + 1 || event.prev_hash !== chain.hash) {
      return wrong(entry, 'chain_broken', `Number ${event.key_seq} of its key doesn't follow number ${chain.key_seq}.`)
    }
    const claim = signatureClaim(publicKey, event)
    const head = nextHeadHash(headHash, entry.order_number, event.hash, hashing.sha256)
    if (entry.head_hash !== head)
      return wrong(entry, 'order_hash_mismatch', 'The order’s hash does not follow from the one before.', claim)
    const folded = fold(event, entry)
    if (folded !== null) return wrong(entry, 'outcome_mismatch', folded, claim)
    chains.set(event.key_id, { key_seq: event.key_seq, hash: event.hash })
    order = entry.order_number
    headHash = head
    root ??= event.key_id
    return { claim, problem: null }
  }

  /** Answers with what is wrong with the kept outcome; null when it is the event's. */
  function fold(event: SignedEvent, entry: StoredEntry): string | null {
    const outcome = apply(state, event, hashing.sha256)
    if (outcome.outcome !== entry.outcome)
      return `The event was kept as ${entry.outcome}, but it is ${outcome.outcome}.`
    if (outcome.outcome === 'applied') {
      if (entry.failure !== null) return 'An applied event was kept with a failure.'
      for (const change of outcome.changes) state.put(shorten(change))
      return null
    }
    const kept = readFailure(entry.failure)
    // The wording may change from one version of the app to the next; code and reason don't.
    const isSame = kept?.code === outcome.failure.code && kept.reason === outcome.failure.reason
    return isSame ? null : 'The event was kept with another reason than it has.'
  }

  return {
    next,
    get order() {
      return order
    },
    get headHash() {
      return headHash
    },
    get root() {
      return root
    },
    state,
  }
}

function wrong(entry: StoredEntry, reason: string, message: string, claim: SignatureClaim | null = null): Step {
  return { claim, problem: { order: entry.order_number, event_id: entry.event_id, reason, message } }
}

/** The genesis event admits the key that signs it. */
function genesisKey(event: SignedEvent, order: number): string | null {
  if (order !== 0 || event.type !== 'workspace.created') return null
  const body = eventBodies['workspace.created'].safeParse(event.body)
  return body.success ? (body.data.keys.find((key) => key.key_id === event.key_id)?.public_key ?? null) : null
}

function readFailure(text: string | null): { code: unknown; reason: unknown } | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'code' in value && 'reason' in value ? value : null
  } catch {
    return null
  }
}
