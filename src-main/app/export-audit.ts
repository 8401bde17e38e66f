import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { exportEndText, EXPORT_FORMAT, exportLine, type ExportEnd, type ExportHeader } from '../domain/audit-export.ts'
import { failed, failure, success, type Failure, type Result } from '../domain/result.ts'
import { canonicalValue } from '../domain/canonical-json.ts'
import type { StoredEvent } from '../domain/stored-event.ts'
import { ownKeyId } from './own-keys.ts'
import { actingAuditor } from './audit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import type { FileWriter } from './files-port.ts'
import type { StoredEntry } from './history-port.ts'

/** Writes the history as one JSON Lines file that can be checked with nothing but itself and the root's fingerprint. */
export async function exportAudit(
  context: Context,
  session: Session,
  input: ParsedInput<'audit.export'>,
): Promise<Result<Output<'audit.export'>>> {
  const actor = actingAuditor(context, session)
  if (!actor.ok) return actor
  const keyId = ownKeyId(context, actor.value.id)
  if (keyId === null)
    return failed(failure('FORBIDDEN', 'no_key', 'Your key is not on this device; it must sign the end of the export.'))
  if (await context.localFiles.exists(input.path)) return failed(fileExists(input.path))
  const writer = await context.localFiles.create(input.path)
  if (!writer.ok) return writer
  const written = await writeHistory(context, keyId, writer.value).catch(async (error: unknown) => {
    await writer.value.discard()
    throw error
  })
  if (!written.ok) {
    await writer.value.discard()
    return written
  }
  const finished = await writer.value.finish()
  if (!finished.ok) return finished
  return success({ path: input.path, bytes: finished.value.bytes, ...written.value })
}

async function writeHistory(
  context: Context,
  keyId: string,
  file: FileWriter,
): Promise<Result<{ events: number; root: string; head_hash: string }>> {
  const snapshot = context.store.snapshot()
  try {
    let header: ExportHeader | null = null
    let last: StoredEntry | null = null
    for (const page of snapshot.entries()) {
      for (const entry of page) {
        if (entry.event === null) return failed(damaged(entry.order_number))
        if (header === null) {
          header = headerOf(entry.event)
          await file.write(exportLine(header))
        }
        const line = lineOf(entry, entry.event)
        if (line === null) return failed(damaged(entry.order_number))
        await file.write(line)
        last = entry
      }
    }
    if (header === null || last === null) throw new Error('a workspace without events')
    const end: ExportEnd['end'] = { events: last.order_number, head_hash: last.head_hash, key_id: keyId }
    const signature = context.keys.sign(keyId, exportEndText(header, end))
    if (signature === null)
      return failed(failure('FORBIDDEN', 'locked', 'Your key is locked. Unlock it with your passphrase first.'))
    await file.write(exportLine({ end, signature }))
    return success({ events: end.events, root: header.root, head_hash: end.head_hash })
  } finally {
    snapshot.close()
  }
}

function headerOf(genesis: StoredEvent): ExportHeader {
  const { workspace_id, hash: genesis_hash, key_id: root } = genesis
  return { format: EXPORT_FORMAT, version: 1, workspace_id, genesis_hash, root }
}

function lineOf(entry: StoredEntry, stored: StoredEvent): string | null {
  const { seen_order: order, seen_head_hash, ...event } = stored
  const body = canonicalValue(stored.body)
  if (body === undefined) return null
  return exportLine({
    order: entry.order_number,
    head_hash: entry.head_hash,
    outcome: entry.outcome,
    reason: reasonOf(entry.failure),
    event: { ...event, body, seen: { order, head_hash: seen_head_hash } },
  })
}

function reasonOf(text: string | null): { code: string; reason: string } | null {
  if (text === null) return null
  const { code, reason } = JSON.parse(text) as Failure
  return { code, reason }
}

function damaged(order: number): Failure {
  return failure('CONFLICT', 'damaged', `Event ${order} is damaged. Run audit verify, and restore a backup.`)
}

export function fileExists(path: string): Failure {
  return failure(
    'CONFLICT',
    'file_exists',
    `path: ${path} is there already. Choose another name, or remove it first.`,
    { field: 'path' },
  )
}
