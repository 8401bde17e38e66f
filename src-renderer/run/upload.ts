import type { Envelope } from '../../src-preload/contract/channel.ts'
import { call } from '../bridge/client.ts'
import { bytesToBase64 } from './base64.ts'

/** The contract's `MAX_PIECE_BYTES`, repeated so that a page with a file field needn't load every channel's schema. */
const PIECE_BYTES = 768 * 1024

export interface UploadProgress {
  sentBytes: number
  totalBytes: number
}

/** Hands files to the core in pieces, one after the other. If one can't be handed over, none is kept. */
export async function uploadFiles(
  files: readonly File[],
  onProgress: (progress: UploadProgress) => void,
): Promise<Envelope<string[]>> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0)
  const ids: string[] = []
  let sentBytes = 0
  for (const file of files) {
    const envelope = await uploadFile(file, ids, (pieceBytes) => {
      sentBytes += pieceBytes
      onProgress({ sentBytes, totalBytes })
    })
    if (!envelope.ok) {
      await discardUploads(ids)
      return envelope
    }
  }
  return { ok: true, data: ids }
}

export async function discardUploads(ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => call('uploads.discard', { id })))
}

async function uploadFile(file: File, ids: string[], onSent: (bytes: number) => void): Promise<Envelope<null>> {
  const begun = await call('uploads.begin', { name: file.name, bytes: file.size })
  if (!begun.ok) return begun
  const { id } = begun.data
  ids.push(id)
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    const piece = await readPiece(file, offset)
    if (piece === null) return unreadable(file.name)
    const appended = await call('uploads.append', { id, offset, data: bytesToBase64(piece) })
    if (!appended.ok) return appended
    onSent(piece.length)
  }
  return { ok: true, data: null }
}

/** Null when the file on disk was changed, moved or removed after it had been chosen. */
async function readPiece(file: File, offset: number): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer())
  } catch {
    return null
  }
}

function unreadable(name: string): Envelope<never> {
  const message = `“${name}” can’t be read any more. It was changed or moved after you chose it; choose it again.`
  return { ok: false, error: { code: 'VALIDATION_ERROR', reason: 'file_unreadable', message, details: {} } }
}
