import type { Failure } from '../../src-main/domain/result.ts'
import { call } from '../bridge/client.ts'
import { base64ToBytes } from './base64.ts'

/** Fetches an artifact in pieces and hands it to the browser or to Electron to save. Null when it worked. */
export async function saveArtifact(
  runId: string,
  artifactId: string,
  onProgress: (receivedBytes: number) => void,
): Promise<Failure | null> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let received = 0
  for (;;) {
    const envelope = await call('runs.artifact', { run: runId, artifact_id: artifactId, offset: received })
    if (!envelope.ok) return envelope.error
    const piece = base64ToBytes(envelope.data.data)
    pieces.push(piece)
    received += piece.length
    onProgress(received)
    if (received >= envelope.data.bytes || piece.length === 0) {
      saveBlob(new Blob(pieces, { type: 'application/octet-stream' }), lastPart(envelope.data.name))
      return null
    }
  }
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The address must outlive the start of the download, which nothing announces.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
