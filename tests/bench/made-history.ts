import type Database from 'better-sqlite3'
import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto'
import { rawPublicKey } from '../../src-main/adapters/keys/ed25519.mjs'
import { createEventLog } from '../../src-main/adapters/sqlite/event-log.ts'
import { createFoldWriter } from '../../src-main/adapters/sqlite/fold.ts'
import { createStatements } from '../../src-main/adapters/sqlite/statements.ts'
import { apply } from '../../src-main/domain/apply/apply.ts'
import { keyIdOf, type AdmittedKey, type EventBody, type EventType } from '../../src-main/domain/event-bodies.ts'
import { hashedEvent } from '../../src-main/domain/stored-event.ts'
import { nextHeadHash, signedText } from '../../src-main/domain/event.ts'
import { createMemoryState, type MemoryState } from '../../src-main/domain/memory-state.ts'
import { contentHash, manifestHash, type VersionContent } from '../../src-main/domain/version.ts'

/**
 * Long histories, made without the app: really signed, chained and ordered, and folded into an opened database in one
 * transaction. What the app would have written, only faster.
 */
export interface HistoryMaker {
  readonly state: MemoryState
  readonly count: number
  make<T extends EventType>(by: string, type: T, body: EventBody<T>): void
  newId(): string
  memberId(name: string): string
  /** From here on events are of this time, a second apart. */
  goTo(timeMs: number): void
  /** Puts the keys of the first member and of `author 0` on this device, so that the app can go on from here. */
  settle(): void
}

interface Signer {
  keyId: string
  privateKey: KeyObject
  seq: number
  previous: string | null
}

export const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** A workspace with a first member `root`, and contributors, `author 0` to `author 4` or more. */
export function createHistoryMaker(
  database: Database.Database,
  { authors = 5, state = createMemoryState() }: { authors?: number; state?: MemoryState } = {},
): HistoryMaker {
  const statements = createStatements(database)
  const putChange = createFoldWriter(statements)
  const log = createEventLog(statements)
  const signers = new Map<string, Signer>()
  const memberIds = new Map<string, string>()
  let ids = 0
  let order = 0
  let nextAtMs = 1_700_000_000_000
  let head: string | null = null
  const newId = (): string => `01900000-0000-7000-8000-${(ids += 1).toString(16).padStart(12, '0')}`
  const workspaceId = newId()
  const deviceId = newId()

  function newKey(name: string, memberId: string | null): AdmittedKey {
    const pair = generateKeyPairSync('ed25519')
    const publicKey = rawPublicKey(pair.publicKey)
    const keyId = keyIdOf(publicKey, sha256)
    signers.set(name, { keyId, privateKey: pair.privateKey, seq: 0, previous: null })
    if (memberId !== null) memberIds.set(name, memberId)
    return {
      key_id: keyId,
      public_key: publicKey,
      kind: memberId === null ? 'system' : 'member',
      member_id: memberId,
      device_id: deviceId,
    }
  }

  function make<T extends EventType>(by: string, type: T, body: EventBody<T>): void {
    const signer = signers.get(by)
    if (signer === undefined) throw new Error(`there is no ${by}`)
    const unsigned = {
      id: newId(),
      workspace_id: workspaceId,
      key_id: signer.keyId,
      key_seq: signer.seq + 1,
      prev_hash: signer.previous,
      at: new Date(nextAtMs).toISOString(),
      type,
      body,
      seen: { order, head_hash: head },
    }
    const hashed = hashedEvent(unsigned, sha256)
    const signature = sign(null, Buffer.from(signedText(hashed.hash)), signer.privateKey).toString('base64')
    const outcome = apply(state, { ...unsigned, hash: hashed.hash, signature }, sha256)
    if (outcome.outcome !== 'applied') throw new Error(`${type} by ${by}: ${outcome.failure.message}`)
    order += 1
    nextAtMs += 1000
    head = nextHeadHash(head, order, hashed.hash, sha256)
    const entry = {
      order_number: order,
      event_id: hashed.id,
      head_hash: head,
      outcome: 'applied' as const,
      failure: null,
    }
    log.append({ ...hashed, signature }, entry)
    for (const change of outcome.changes) {
      putChange(change, state.present(change))
      state.put(change)
    }
    signer.seq += 1
    signer.previous = hashed.hash
  }

  const memberId = (name: string): string => memberIds.get(name) ?? ''
  const rootId = newId()
  make(
    'root',
    'workspace.created',
    (() => {
      const keys = [newKey('root', rootId), newKey('system', null)]
      return {
        workspace_id: workspaceId,
        name: 'Shelf',
        member: { id: rootId, name: 'root' },
        device: { id: deviceId, name: 'here' },
        keys,
      }
    })(),
  )
  for (let author = 0; author < authors; author += 1) {
    const id = newId()
    const name = `author ${author}`
    make('root', 'member.added', {
      member_id: id,
      name,
      role: 'contributor',
      key: newKey(name, id),
      based_on: { superusers: null },
    })
  }
  const settle = (): void => {
    const keep = database.prepare(
      `INSERT INTO private_keys (key_id, member_id, protection, sealed) VALUES (?, ?, 'none', ?)`,
    )
    const remember = database.prepare('INSERT INTO local_state (name, value) VALUES (?, ?)')
    for (const name of ['root', 'author 0', 'system']) {
      const signer = signers.get(name)
      if (signer === undefined) continue
      const owner = memberIds.get(name) ?? null
      keep.run(signer.keyId, owner, signer.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'))
      remember.run(owner === null ? 'system_key_id' : `member_key_id/${owner}`, signer.keyId)
    }
    remember.run('device_id', deviceId)
    remember.run('current_member_id', rootId)
  }
  return {
    state,
    make,
    newId,
    memberId,
    goTo(timeMs) {
      nextAtMs = timeMs
    },
    settle,
    get count() {
      return order
    },
  }
}

/** About a kilobyte of script, another each time. */
export function scriptNumber(number: number): VersionContent {
  const lines = Array.from({ length: 20 }, (_, line) => `    total += len(row) * ${line} + ${number}`)
  return {
    entrypoint: 'run_tool',
    source_code: `import csv\n\n\ndef run_tool(input_dir, output_dir):\n    total = 0\n    row = "${number}"\n${lines.join('\n')}\n    return f"<p>{total}</p>"\n`,
    input_schema: [{ kind: 'string', name: 'title', label: 'Title' }],
    settings_schema: null,
    usage_instructions: 'Give it a file.',
    runtime: null,
  }
}

export function savedBody(
  maker: HistoryMaker,
  toolId: string,
  content: VersionContent,
  parent: string | null,
): EventBody<'version.saved'> {
  return {
    tool_id: toolId,
    version_id: maker.newId(),
    content,
    content_hash: contentHash(content, sha256),
    manifest_hash: manifestHash(content, sha256),
    change_summary: null,
    from_version_id: null,
    based_on: { parent_version_id: parent },
  }
}

/** Tools of five authors, each saved three times, sent to review, commented and published, until there are `events`. */
export function fillWithWork(database: Database.Database, events: number): HistoryMaker {
  const maker = createHistoryMaker(database)
  const active = new Map<string, string>()
  const tools = Array.from({ length: 50 }, (_, tool) => {
    const toolId = maker.newId()
    const maintainers = [maker.memberId(`author ${tool % 5}`)]
    maker.make('root', 'tool.created', {
      tool_id: toolId,
      slug: `tool-${tool}`,
      title: `Tool ${tool}`,
      summary: '',
      tags: ['a'],
      maintainers,
    })
    return toolId
  })
  for (let round = 0; maker.count < events; round += 1) {
    const toolId = tools[round % tools.length] ?? ''
    const author = `author ${(round % tools.length) % 5}`
    let parent: string | null = null
    for (let save = 0; save < 3; save += 1) {
      const body = savedBody(maker, toolId, scriptNumber(round * 3 + save), parent)
      maker.make(author, 'version.saved', body)
      parent = body.version_id
    }
    const versionId = parent ?? ''
    const manifest = maker.state.version(versionId)?.manifest_hash ?? ''
    maker.make(author, 'version.submitted', {
      tool_id: toolId,
      version_id: versionId,
      review_note: 'Please look.',
      based_on: { state: 'draft', manifest_hash: manifest },
    })
    maker.make('root', 'version.commented', {
      tool_id: toolId,
      version_id: versionId,
      comment_id: maker.newId(),
      line: 3,
      text: 'Why this?',
      based_on: { manifest_hash: manifest },
    })
    const newId = maker.newId()
    maker.make('root', 'version.published', {
      tool_id: toolId,
      version_id: versionId,
      new_version_id: newId,
      change_summary: null,
      based_on: { state: 'in_review', manifest_hash: manifest, active_version_id: active.get(toolId) ?? null },
    })
    active.set(toolId, newId)
  }
  return maker
}

/** One tool with so many versions, all by its first member. */
export function fillWithVersions(database: Database.Database, versions: number): HistoryMaker {
  const maker = createHistoryMaker(database)
  const toolId = maker.newId()
  maker.make('root', 'tool.created', {
    tool_id: toolId,
    slug: 'one',
    title: 'One',
    summary: '',
    tags: [],
    maintainers: [],
  })
  let parent: string | null = null
  for (let number = 0; number < versions; number += 1) {
    const body = savedBody(maker, toolId, scriptNumber(number), parent)
    maker.make('root', 'version.saved', body)
    parent = body.version_id
  }
  return maker
}
