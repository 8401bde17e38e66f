import type { HistoryProblem } from './history-walk.ts'
import { beside } from './verify-history.ts'
import type { Context } from './context.ts'

/**
 * Files that the history cites by their hash. One that is gone was pruned, which is no lie; one that differs is wrong.
 */

const PIECE_BYTES = 1024 * 1024

export async function verifyKeptFiles(
  context: Pick<Context, 'store' | 'blobs' | 'hashBytes'>,
): Promise<HistoryProblem | null> {
  for (const sha256 of context.store.keptFiles()) {
    const found = await hashOfFile(context, sha256)
    if (found !== null && found !== sha256) return beside('file_changed', `The kept file ${sha256} is not what it was.`)
  }
  return null
}

export async function hashOfFile(
  context: Pick<Context, 'blobs' | 'hashBytes'>,
  sha256: string,
): Promise<string | null> {
  const hash = context.hashBytes()
  for (let offset = 0; ; offset += PIECE_BYTES) {
    const piece = await context.blobs.read(sha256, offset, PIECE_BYTES)
    if (piece === null) return null
    hash.update(piece)
    if (piece.length < PIECE_BYTES) return hash.digest()
  }
}
