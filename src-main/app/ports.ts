import type { Cases } from './cases-port.ts'
import type { Attachments } from './kept-files-port.ts'
import type { Advisory, OverrideScope } from '../domain/advisory.ts'
import type { Finding, RiskLevel } from '../domain/decision/decision.ts'
import type { ChainHead } from '../domain/event.ts'
import type { StoredEvent } from '../domain/stored-event.ts'
import type { Member } from '../domain/member.ts'
import type { Failure, Json, Result } from '../domain/result.ts'
import type { RunContext, Run, RunPhase, RunStatus } from '../domain/run.ts'
import type {
  Change,
  CommentRow,
  DecisionRow,
  DeviceRow,
  KeyRow,
  NominationRow,
  RunRow,
  SettingRow,
  StateView,
  TableName,
  Tables,
  ToolRow,
} from '../domain/state.ts'
import type { Suggestion } from '../domain/suggestion.ts'
import type { Version, VersionContent, VersionState } from '../domain/version.ts'

import type { AuditFilter, AuditRow, Snapshot } from './history-port.ts'

/** What use cases need from outside. Adapters implement these; `compose.ts` puts the two together. */

export interface Clock {
  /** Milliseconds since 1970, for display only (TR-10). */
  now(): number
  /** Milliseconds of a clock that never jumps, for durations. */
  monotonicMs(): number
}

/** When somebody last did something, for locking after idle time. */
export interface Activity {
  touch(): void
  idleMs(): number
}

export interface Ids {
  /** A new UUIDv7. */
  next(): string
}

/** How a private key rests on this device (TR-6). */
export type KeyProtection = 'none' | 'passphrase' | 'keychain'

/** Ed25519 and SHA-256. Private keys never leave the adapter. */
export interface Keys {
  sha256(text: string): string
  sha256OfBytes(bytes: Uint8Array): string
  verify(publicKey: string, text: string, signature: string): boolean
  /** Makes a key pair and keeps its private half on this device, unprotected until `protect`. */
  create(memberId: string | null): { key_id: string; public_key: string }
  /** Forgets a private key. */
  discard(keyId: string): void
  /** Null when the private half isn't on this device, or is locked. */
  sign(keyId: string, text: string): string | null
  /**
   * A way to sign with a key that is unlocked now, for as long as it is held: work that a member began while it was
   * unlocked ends under their name, also if it is locked meanwhile. Null when it is locked or not here.
   */
  signer(keyId: string): ((text: string) => string) | null
  readonly hasKeychain: boolean
  /** Null when the private half isn't on this device. */
  protection(keyId: string): KeyProtection | null
  isLocked(keyId: string): boolean
  /** Fails with FORBIDDEN, reason `wrong_passphrase`. Slow by design; the caller slows guessing further. */
  unlock(keyId: string, passphrase: string): Promise<Result<null>>
  lockAll(): void
  /** Seals an unlocked key anew. */
  protect(
    keyId: string,
    how: { protection: 'none' | 'keychain' } | { protection: 'passphrase'; passphrase: string },
  ): Promise<Result<null>>
}

export interface OrderEntry {
  order_number: number
  event_id: string
  head_hash: string
  outcome: 'applied' | 'conflict' | 'invalid'
  failure: Failure | null
}

export interface EventLog {
  /** The last order number and its head hash; 0 and null before the first event. */
  head(): { order: number; head_hash: string | null }
  chainHead(keyId: string): ChainHead
  append(event: StoredEvent, entry: OrderEntry): void
}

/** Keyset paging: `after` is the `next` of the page before. */
export interface PageRequest {
  limit: number
  after: string | null
}
export interface Page<T> {
  items: T[]
  next: string | null
}

export interface ToolFilter extends PageRequest {
  text: string
  /** Null: all tools; else those that this member maintains, and the runnable ones when `orRunnable`. */
  maintainedBy: string | null
  orRunnable: boolean
  onlyRunnable: boolean
  published: boolean | null
  /** As `VersionFilter.visibleTo`, for the counts of drafts and of versions in review. */
  draftsOf: string | null
}

export interface ToolListItem extends ToolRow {
  active_version_number: number | null
  active_published_at: string | null
  draft_count: number
  in_review_count: number
}

export interface RunFilter extends PageRequest {
  toolId: string | null
  versionId: string | null
  memberId: string | null
  context: RunContext | null
  status: RunStatus | null
  risk: RiskLevel | null
  since: string | null
  until: string | null
  /** Words in errors and file names of a run, and in the names of its tool and member; empty for any. */
  text: string
}

export interface VersionFilter extends PageRequest {
  toolId: string
  state: VersionState | null
  /** Null: all; else what a contributor sees: their own, and active or archived ones. */
  visibleTo: string | null
}

export interface AdvisoryFilter extends PageRequest {
  runId: string | null
  kind: Advisory['kind'] | null
  reviewed: boolean | null
  reviewedBy: string | null
  /** What an automatic approval says about its policy (AD-4); null for any. */
  automaticNotes: string | null
  since: string | null
  until: string | null
  /** Null: all; else those of runs that this member asked for. */
  requestedBy: string | null
}

export interface OrderedEvent extends StoredEvent {
  order_number: number
}

/** Questions that screens ask of the folded tables. */
export interface Reads {
  members(): Member[]
  settings(): SettingRow[]
  keys(): KeyRow[]
  devices(): DeviceRow[]
  nominations(
    filter: PageRequest & { status: NominationRow['status'] | null; memberId: string | null },
  ): Page<NominationRow>
  suggestions(
    filter: PageRequest & { status: Suggestion['status'] | null; submittedBy: string | null },
  ): Page<Suggestion>
  /** Oldest first. */
  comments(filter: PageRequest & { versionId: string }): Page<CommentRow>
  advisories(filter: AdvisoryFilter): Page<Advisory>
  /** EV-3: the levels for which an override of one content, context and policy version was approved. */
  approvedOverrides(scope: Omit<OverrideScope, 'risk_level'>): RiskLevel[]
  /** All events about one run, in order. */
  eventsOfRun(runId: string): OrderedEvent[]
  /** All events about one version, in order. */
  eventsOfVersion(toolId: string, versionId: string): OrderedEvent[]
  /** The events by which keys came in, in order; the first is the genesis event. */
  keyEvents(): OrderedEvent[]
  /** Hashes of all events, in order, after `order`. */
  orderedHashes(afterOrder: number, limit: number): { hash: string; head_hash: string }[]
  tools(filter: ToolFilter): Page<ToolListItem>
  tool(id: string, draftsOf: string | null): ToolListItem | null
  versions(filter: VersionFilter): Page<Version>
  versionByNumber(toolId: string, number: number): Version | null
  /** Newest first; `visibleTo` as in `VersionFilter`. */
  draftHeads(toolId: string, visibleTo: string | null): Version[]
  /** The newest head of any line, a draft or in review. */
  newestHead(toolId: string, visibleTo: string | null): Version | null
  headOfLine(lineId: string): Version | null
  versionsInReview(request: PageRequest & { visibleTo: string | null }): Page<Version>
  content(manifestHash: string): VersionContent | null
  /** Newest first; `visibleTo` as in `VersionFilter`. */
  decisions(filter: Omit<VersionFilter, 'state'>): Page<DecisionRow>
  runs(filter: RunFilter): Page<RunRow>
  /** Ids of recorded runs in their order, all or those of one member. */
  runIds(requestedBy: string | null, after: string, limit: number): string[]
  auditEvents(filter: AuditFilter): Page<AuditRow>
}

/** A run under way: local, not yet state (TR-1). */
export interface LiveRun {
  id: string
  /** The process that runs it, by its lock (RN-5). */
  owner: string
  phase: RunPhase
  cancelRequested: boolean
  run: Run
  values: { [name: string]: Json }
}

export interface LiveRuns {
  start(run: LiveRun): void
  get(id: string): LiveRun | null
  all(): LiveRun[]
  setPhase(id: string, phase: RunPhase): void
  requestCancel(id: string): boolean
  end(id: string): void
}

/** Small things that are this device's or this person's own, and no events (TR-1). */
export interface LocalState {
  get(name: string): string | null
  set(name: string, value: string): void
  remove(name: string): void
  /** Names that start so. */
  names(prefix: string): string[]
  unsavedWork(memberId: string, toolId: string): Json | null
  keepUnsavedWork(memberId: string, toolId: string, work: Json | null): void
  toolSettings(memberId: string, toolId: string): { [name: string]: Json }
  setToolSettings(memberId: string, toolId: string, values: { [name: string]: Json }): void
  /** Ids of members whose private keys are on this device. */
  membersWithKeys(): string[]
}

export interface Store {
  /**
   * Runs `work` in one synchronous transaction that no other process can interleave with. Rolls back if it throws, and
   * if it answers with a failure: what was refused has changed nothing (ER-3). One inside another is part of it.
   */
  transaction<T>(work: () => T): T
  readonly state: StateView
  put(change: Change): void
  readonly log: EventLog
  readonly reads: Reads
  readonly liveRuns: LiveRuns
  readonly local: LocalState
  /** Logs and results by SHA-256 (RN-9). */
  keepContent(sha256: string, bytes: Uint8Array): void
  content(sha256: string): Uint8Array | null
  readonly attachments: Attachments
  readonly cases: Cases
  /** All rows of a folded table, for comparing them with what the events give. */
  foldedRows<T extends TableName>(table: T): Iterable<Tables[T]>
  snapshot(): Snapshot
  /** Hashes of the files that runs kept, each once. */
  keptFiles(): string[]
  /** Changes whenever another process committed something. */
  changeCounter(): number
  checkIntegrity(): string[]
  close(): void
}

/** This process's identity towards the others on one data folder; it lives as long as its lock is held (RN-5). */
export interface ProcessOwner {
  readonly id: string
  isAlive(owner: string): boolean
}

export interface PythonProblem {
  code: string
  message: string
  line: number
  column: number
  isSyntaxError: boolean
}

/** Reads Python without running it. */
export interface Linter {
  check(source: string): PythonProblem[]
  /** Security findings, whatever a comment in the script asks to be passed over (EV-2). Null: it can't be read. */
  securityFindings(source: string): Finding[] | null
}
