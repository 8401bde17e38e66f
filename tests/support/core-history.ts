import { createHash } from 'node:crypto'
import { apply } from '../../src-main/domain/apply/apply.ts'
import type { Outcome } from '../../src-main/domain/apply/outcome.ts'
import { keyIdOf, type AdmittedKey, type EventBody, type EventType } from '../../src-main/domain/event-bodies.ts'
import type { SignedEvent } from '../../src-main/domain/event.ts'
import type { Role } from '../../src-main/domain/member.ts'
import { createMemoryState } from '../../src-main/domain/memory-state.ts'
import type { RecordedRun } from '../../src-main/domain/run.ts'
import type { Change, StateView } from '../../src-main/domain/state.ts'
import { contentHash, manifestHash, type VersionContent } from '../../src-main/domain/version.ts'

/** Events straight into `apply`, with no store, clock or keys: outcomes at any place of an order that tests make up. */

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The n-th id: a UUIDv7 in form, readable in a failure. */
export const idNumber = (n: number): string => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

export interface Subject extends StateView {
  put(change: Change): void
}

export interface MadeHistory {
  readonly state: Subject
  newId(): string
  /** A member's id by their name; the first, a superuser, is `root`. */
  id(name: string): string
  /** What becomes of an event; its changes are put in place when it is applied. */
  make<T extends EventType>(by: string, type: T, body: EventBody<T>): Outcome
  /** As `make`, for any type and body. */
  makeRaw(by: string, type: string, body: unknown, changes?: Partial<SignedEvent>): Outcome
  /** As `make`, for what must apply. */
  applied<T extends EventType>(by: string, type: T, body: EventBody<T>): void
  member(name: string, role: Role): string
  setRole(name: string, role: Role): void
  tool(maintainers?: string[]): string
  saved(by: string, toolId: string, source?: string, parent?: string | null): string
  submitted(by: string, toolId: string): string
  keyOf(name: string): string
  readonly systemKey: string
}

const content: VersionContent = {
  entrypoint: 'run_tool',
  source_code: '',
  input_schema: null,
  settings_schema: null,
  usage_instructions: null,
  runtime: null,
}

export function savedBody(
  versionId: string,
  toolId: string,
  source: string,
  parent: string | null = null,
  from: string | null = null,
): EventBody<'version.saved'> {
  const whole = { ...content, source_code: source }
  return {
    tool_id: toolId,
    version_id: versionId,
    content: whole,
    content_hash: contentHash(whole, sha256),
    manifest_hash: manifestHash(whole, sha256),
    change_summary: null,
    from_version_id: from,
    based_on: { parent_version_id: parent },
  }
}

/** Not a key that anybody could sign with: these histories are about rules, not signatures. */
export function publicKeyOf(name: string): string {
  return Buffer.from(sha256(`key of ${name}`), 'hex').toString('base64')
}

export function createHistory(state: Subject = createMemoryState()): MadeHistory {
  let count = 0
  const newId = (): string => idNumber((count += 1))
  const workspaceId = newId()
  const deviceId = newId()
  const ids = new Map<string, string>()
  const keyOf = (name: string): string => keyIdOf(publicKeyOf(name), sha256)
  const admitted = (name: string, memberId: string | null): AdmittedKey => ({
    key_id: keyOf(name),
    public_key: publicKeyOf(name),
    kind: memberId === null ? 'system' : 'member',
    member_id: memberId,
    device_id: deviceId,
  })
  const id = (name: string): string => {
    const known = ids.get(name)
    if (known === undefined) throw new Error(`there is no member ${name}`)
    return known
  }

  const makeRaw: MadeHistory['makeRaw'] = (by, type, body, changes = {}) => {
    const eventId = newId()
    const event: SignedEvent = {
      id: eventId,
      workspace_id: workspaceId,
      key_id: keyOf(by),
      key_seq: 1,
      prev_hash: null,
      at: new Date(1_700_000_000_000 + count * 1000).toISOString(),
      type,
      body,
      seen: { order: 0, head_hash: null },
      hash: sha256(eventId),
      signature: '',
      ...changes,
    }
    const outcome = apply(state, event, sha256)
    if (outcome.outcome === 'applied') for (const change of outcome.changes) state.put(change)
    return outcome
  }
  const make: MadeHistory['make'] = (by, type, body) => makeRaw(by, type, body)
  const applied: MadeHistory['applied'] = (by, type, body) => {
    const outcome = make(by, type, body)
    if (outcome.outcome !== 'applied') throw new Error(`${type} by ${by}: ${JSON.stringify(outcome)}`)
  }

  const rootId = newId()
  ids.set('root', rootId)
  applied('root', 'workspace.created', {
    workspace_id: workspaceId,
    name: 'Shelf',
    member: { id: rootId, name: 'root' },
    device: { id: deviceId, name: 'here' },
    keys: [admitted('root', rootId), admitted('system', null)],
  })

  const superusers = (touches: boolean): string[] | null => (touches ? state.superusers() : null)
  const history: MadeHistory = {
    state,
    newId,
    id,
    make,
    makeRaw,
    applied,
    keyOf,
    systemKey: keyOf('system'),
    member(name, role) {
      const memberId = newId()
      ids.set(name, memberId)
      applied('root', 'member.added', {
        member_id: memberId,
        name,
        role,
        key: admitted(name, memberId),
        based_on: { superusers: superusers(role === 'superuser') },
      })
      return memberId
    },
    setRole(name, role) {
      const was = state.member(id(name))?.role ?? 'user'
      applied('root', 'member.role_changed', {
        member_id: id(name),
        role,
        based_on: { role: was, superusers: superusers([was, role].includes('superuser')) },
      })
    },
    tool(maintainers = []) {
      const toolId = newId()
      applied('root', 'tool.created', {
        tool_id: toolId,
        slug: `tool-${count}`,
        title: 'Tool',
        summary: '',
        tags: ['a'],
        maintainers: maintainers.map(id),
      })
      return toolId
    },
    saved(by, toolId, source, parent = null) {
      const versionId = newId()
      applied(by, 'version.saved', savedBody(versionId, toolId, source ?? `# ${versionId}`, parent))
      return versionId
    },
    submitted(by, toolId) {
      const versionId = history.saved(by, toolId)
      applied(by, 'version.submitted', {
        tool_id: toolId,
        version_id: versionId,
        review_note: null,
        based_on: { state: 'draft', manifest_hash: manifestOf(state, versionId) },
      })
      return versionId
    },
  }
  return history
}

export function manifestOf(state: StateView, versionId: string): string {
  return state.version(versionId)?.manifest_hash ?? ''
}

/** The record of a run that succeeded and said nothing. */
export function runBody(
  history: MadeHistory,
  by: string,
  versionId: string,
  manifest: string,
  changes: Partial<RecordedRun> = {},
): EventBody<'run.recorded'> {
  const log = { bytes: 0, sha256: sha256(''), kept_sha256: null, truncated: false }
  const record: RecordedRun = {
    id: history.newId(),
    version_id: versionId,
    manifest_hash: manifest,
    context: 'sandbox',
    requested_by: history.id(by),
    status: 'succeeded',
    reason: null,
    record_status: 'OK',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:00:01.000Z',
    duration_ms: 1000,
    error_summary: null,
    location: null,
    runner: null,
    limits: { timeout_ms: 1, memory_bytes: 1, cpus: 1, pids: 1, work_bytes: 1, tmp_bytes: 1 },
    exit_code: 0,
    signal: null,
    oom: false,
    inputs: [],
    artifacts: [],
    action_id: null,
    parent_run_id: null,
    stdout: log,
    stderr: log,
    result_sha256: null,
    values: {},
    decision: null,
    ...changes,
  }
  return {
    tool_id: history.state.version(versionId)?.tool_id ?? history.newId(),
    run: record,
    based_on: { version_id: versionId, manifest_hash: manifest },
  }
}
