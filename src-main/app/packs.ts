import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { PACK_FORMAT, PACK_HASHES_A_LINE, PACK_VERSION } from '../domain/evidence-pack.ts'
import type { SignedEvent } from '../domain/event.ts'
import { maySeeRunLogs, type Actor } from '../domain/policy.ts'
import { failed, failure, invalidField, success, type Failure, type Result } from '../domain/result.ts'
import { openStoredEvent } from '../domain/stored-event.ts'
import { actingMember } from './actor.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { fileExists } from './export-audit.ts'
import { findVersion } from './lookup.ts'
import type { OrderedEvent } from './ports.ts'
import { createPackWriter, type PackSubject, type PackWriter } from './pack-writer.ts'
import { writeContents } from './pack-contents.ts'
import { findEndedRun } from './runs/read-runs.ts'

/** Evidence packs: what they hold is in `domain/evidence-pack.ts`. Whoever may see a run's logs may take it along. */

/** A version's pack holds the records of so many of its newest runs, without their files; each has a pack of its own. */
const MAX_RUNS = 100

export async function exportPack(
  context: Context,
  session: Session,
  input: ParsedInput<'packs.export'>,
): Promise<Result<Output<'packs.export'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if ((input.run === null) === (input.version === null))
    return failed(invalidField('run', 'name either a run or a version'))
  const subject =
    input.run !== null
      ? runSubject(context, actor.value, input.run)
      : versionSubject(context, actor.value, input.version ?? '')
  if (!subject.ok) return subject
  if (await context.localFiles.exists(input.path)) return failed(fileExists(input.path))
  const file = await context.localFiles.create(input.path)
  if (!file.ok) return file
  try {
    const pack = createPackWriter(context, file.value)
    const root = await writeEvents(context, subject.value, pack)
    if (!root.ok) {
      await file.value.discard()
      return root
    }
    const contents = await writeContents(context, subject.value, input.files, pack)
    await pack.end()
    const finished = await file.value.finish()
    if (!finished.ok) return finished
    return success({ id: subject.value.id, path: input.path, bytes: finished.value.bytes, ...root.value, ...contents })
  } catch (error) {
    await file.value.discard()
    throw error
  }
}

function runSubject(context: Context, actor: Actor, id: string): Result<PackSubject> {
  const found = findEndedRun(context, actor, id)
  if (!found.ok) return found
  const run = found.value
  if (!maySeeRunLogs(actor, run))
    return failed(
      failure('FORBIDDEN', 'not_allowed', 'Only those who may see a run’s logs may take its evidence along.'),
    )
  return success({
    kind: 'run',
    id,
    manifestHash: run.record.manifest_hash,
    runs: [run],
    events: context.store.reads.eventsOfRun(id),
  })
}

function versionSubject(context: Context, actor: Actor, reference: string): Result<PackSubject> {
  const found = findVersion(context, actor, reference)
  if (!found.ok) return found
  const { id, manifest_hash: manifestHash, tool_id: toolId } = found.value.version
  const { reads } = context.store
  const filter = {
    toolId: null,
    memberId: null,
    context: null,
    status: null,
    risk: null,
    since: null,
    until: null,
    text: '',
    after: null,
  }
  const runs = reads
    .runs({ ...filter, versionId: id, limit: MAX_RUNS })
    .items.filter((run) => maySeeRunLogs(actor, run))
  const events = [...reads.eventsOfVersion(toolId, id), ...runs.flatMap((run) => reads.eventsOfRun(run.id))]
  return success({ kind: 'version', id, manifestHash, runs, events })
}

/** The events about the subject, those that admitted the keys which signed them, and where all of them stand. */
async function writeEvents(
  context: Context,
  subject: PackSubject,
  pack: PackWriter,
): Promise<Result<{ events: number; root: string; head_hash: string }>> {
  const { reads } = context.store
  const genesis = reads.keyEvents()[0]
  const chosen = withAdmissions(context, subject.events)
  const last = chosen.at(-1)
  if (genesis === undefined || last === undefined) return failed(damaged('The events of this are not there.'))
  const opened = chosen.map((stored) => ({
    order: stored.order_number,
    event: openStoredEvent(stored, context.keys.sha256),
  }))
  await pack.add({
    format: PACK_FORMAT,
    version: PACK_VERSION,
    subject: { kind: subject.kind, id: subject.id },
    workspace_id: genesis.workspace_id,
    root: genesis.key_id,
  })
  let headHash = ''
  for (let from = 1; from <= last.order_number; from += PACK_HASHES_A_LINE) {
    const entries = reads.orderedHashes(from - 1, Math.min(PACK_HASHES_A_LINE, last.order_number - from + 1))
    headHash = entries.at(-1)?.head_hash ?? headHash
    await pack.add({ from_order: from, event_hashes: entries.map(({ hash }) => hash) })
  }
  await pack.add({ head: { order: last.order_number, head_hash: headHash } })
  for (const { order, event } of opened) {
    if (!event.ok) return failed(damaged(`Event ${order} is damaged.`))
    await pack.add({ order, event: event.value })
  }
  return success({ events: chosen.length, root: genesis.key_id, head_hash: headHash })
}

const damaged = (what: string): Failure =>
  failure('CONFLICT', 'damaged', `${what} Run audit verify, and restore a backup.`)

/** In order, each once; a key's admission brings that of the key which signed it, back to the genesis event. */
function withAdmissions(context: Context, events: readonly OrderedEvent[]): OrderedEvent[] {
  const admissions = new Map<string, OrderedEvent>()
  let genesis: OrderedEvent | null = null
  for (const stored of context.store.reads.keyEvents()) {
    genesis ??= stored
    for (const keyId of admittedBy(context, stored)) admissions.set(keyId, stored)
  }
  const chosen = new Map<string, OrderedEvent>()
  const add = (stored: OrderedEvent): void => {
    if (chosen.has(stored.id)) return
    chosen.set(stored.id, stored)
    const admission = admissions.get(stored.key_id)
    if (admission !== undefined) add(admission)
  }
  if (genesis !== null) add(genesis)
  for (const stored of events) add(stored)
  return [...chosen.values()].sort((a, b) => a.order_number - b.order_number)
}

function admittedBy(context: Context, stored: OrderedEvent): string[] {
  const event = openStoredEvent(stored, context.keys.sha256)
  if (!event.ok) return []
  const {
    keys = [],
    key = null,
    new_key: newKey = null,
  } = event.value.body as SignedEvent & {
    keys?: { key_id: string }[]
    key?: { key_id: string } | null
    new_key?: { key_id: string } | null
  }
  return [...keys, key, newKey].flatMap((admitted) => (admitted === null ? [] : [admitted.key_id]))
}
