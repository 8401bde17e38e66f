import type { Advisory } from './advisory.ts'
import type { RiskLevel } from './decision/decision.ts'
import type { AdmittedKey } from './event-bodies.ts'
import type { MemberRow, Role } from './member.ts'
import type { RecordedRun } from './run.ts'
import type { Json } from './result.ts'
import type { Suggestion } from './suggestion.ts'
import type { Tool, ToolMaintainerRow } from './tool.ts'
import type { Version, VersionContent } from './version.ts'

/**
 * The folded state: one row type per table. An applied event is a list of whole rows to put in place by their key, so
 * that the same fold can be kept in memory, in SQLite or elsewhere.
 */

export interface WorkspaceRow {
  id: string
  name: string
  genesis_hash: string
  created_at: string
  /** TR-4: who gives the order; this device until another sequencer is chosen. */
  sequencer_device_id: string
}

export interface DeviceRow {
  id: string
  name: string
  status: 'active' | 'revoked'
  admitted_at: string
}

export interface KeyRow extends AdmittedKey {
  status: 'active' | 'revoked'
  /** Made by somebody else for a member, who hasn't set a passphrase yet (TR-6). */
  is_unclaimed: boolean
  admitted_at: string
  revoked_at: string | null
}

export interface NominationRow {
  id: string
  member_id: string
  role: Role
  status: 'pending' | 'approved' | 'declined'
  reason: string
  nominated_by: string
  nominated_at: string
  decided_by: string | null
  decided_at: string | null
  decision_reason: string | null
}

export interface CommentRow {
  id: string
  tool_id: string
  version_id: string
  line: number | null
  text: string
  by: string
  at: string
}

export interface SettingRow {
  key: string
  value: Json
  updated_by: string
  updated_at: string
}

export interface ToolRow extends Tool {
  last_version_number: number
  metadata_event_id: string
}

export interface VersionContentRow extends VersionContent {
  manifest_hash: string
}

export interface DecisionRow {
  /** The id of the event that recorded it. */
  id: string
  tool_id: string
  version_id: string
  verdict: 'submitted' | 'changes_requested' | 'published' | 'withdrawn' | 'rolled_back'
  by: string
  at: string
  message: string | null
  resulting_version_id: string | null
}

export interface RunRow {
  id: string
  tool_id: string
  version_id: string
  context: RecordedRun['context']
  requested_by: string
  status: RecordedRun['status']
  started_at: string
  risk_level: RiskLevel | null
  record: RecordedRun
}

/** What stands beside a run and may change (EV-1, AD-2). No row means NONE, not pinned, no meta. */
export interface RunNotesRow {
  run_id: string
  explanation_status: 'NONE' | 'PENDING' | 'READY' | 'ERROR'
  explanation_error: string | null
  is_pinned: boolean
  meta: Record<string, string>
  meta_event_id: string | null
}

export interface Tables {
  workspace: WorkspaceRow
  devices: DeviceRow
  keys: KeyRow
  members: MemberRow
  nominations: NominationRow
  suggestions: Suggestion
  settings: SettingRow
  tools: ToolRow
  tool_maintainers: ToolMaintainerRow
  version_contents: VersionContentRow
  versions: Version
  decisions: DecisionRow
  comments: CommentRow
  runs: RunRow
  run_notes: RunNotesRow
  advisories: Advisory
}
export type TableName = keyof Tables

/** The columns that name a row. The fold puts rows by them. */
export const TABLE_KEYS = {
  workspace: ['id'],
  devices: ['id'],
  keys: ['key_id'],
  members: ['id'],
  nominations: ['id'],
  suggestions: ['id'],
  settings: ['key'],
  tools: ['id'],
  tool_maintainers: ['tool_id', 'member_id'],
  version_contents: ['manifest_hash'],
  versions: ['id'],
  decisions: ['id'],
  comments: ['id'],
  runs: ['id'],
  run_notes: ['run_id'],
  advisories: ['id'],
} as const satisfies { [T in TableName]: readonly (keyof Tables[T])[] }

export const TABLE_NAMES = Object.keys(TABLE_KEYS) as TableName[]

/** Puts one whole row in place, new or not. */
export type Change = { [T in TableName]: { table: T; row: Tables[T] } }[TableName]

/** What `apply` may look at: the state at the event's place in the order. Answers at once; every look-up is by key. */
export interface StateView {
  workspace(): WorkspaceRow | null
  key(keyId: string): KeyRow | null
  /** All keys of a member, revoked ones too. */
  keysOf(memberId: string): KeyRow[]
  member(id: string): MemberRow | null
  memberByNameKey(nameKey: string): MemberRow | null
  /** Ids of active superusers, sorted. */
  superusers(): string[]
  device(id: string): DeviceRow | null
  setting(key: string): Json | undefined
  tool(id: string): ToolRow | null
  toolBySlug(slug: string): ToolRow | null
  maintainer(toolId: string, memberId: string): ToolMaintainerRow | null
  /** Ids of current maintainers, sorted. */
  maintainers(toolId: string): string[]
  version(id: string): Version | null
  run(id: string): RunRow | null
  runNotes(runId: string): RunNotesRow | null
  advisory(id: string): Advisory | null
  nomination(id: string): NominationRow | null
  suggestion(id: string): Suggestion | null
  comment(id: string): CommentRow | null
}
