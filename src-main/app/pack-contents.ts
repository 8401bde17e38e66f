import { PACK_HASHES_A_LINE, PACK_PIECE_BYTES } from '../domain/evidence-pack.ts'
import type { RunRow } from '../domain/state.ts'
import type { Context } from './context.ts'
import type { PackSubject, PackWriter } from './pack-writer.ts'

interface Written {
  files: number
  absent: number
}

/** The script, the advisories, and, each once, every log, result and file that a record names. */
export async function writeContents(
  context: Context,
  subject: PackSubject,
  withFiles: boolean,
  pack: PackWriter,
): Promise<Written> {
  const content = context.store.reads.content(subject.manifestHash)
  if (content !== null) await pack.add({ manifest_hash: subject.manifestHash, content })
  for (const run of subject.runs) for (const advisory of advisoriesOf(context, run.id)) await pack.add({ advisory })
  const named = new Map<string, Named>()
  for (const run of subject.runs)
    for (const part of partsOf(run, subject.kind === 'run' && withFiles)) {
      const known = named.get(part.sha256)
      named.set(part.sha256, known === undefined ? part : { ...part, names: [...known.names, ...part.names] })
    }
  const written: Written = { files: 0, absent: 0 }
  for (const part of [...named.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    const isWritten = await writePart(context, part, pack)
    written.files += Number(isWritten)
    written.absent += Number(!isWritten)
  }
  return written
}

function* advisoriesOf(context: Context, runId: string) {
  const filter = {
    runId,
    kind: null,
    reviewed: null,
    reviewedBy: null,
    automaticNotes: null,
    since: null,
    until: null,
    requestedBy: null,
  }
  let after: string | null = null
  do {
    const page = context.store.reads.advisories({ ...filter, limit: PACK_HASHES_A_LINE, after })
    yield* page.items
    after = page.next
  } while (after !== null)
}

interface Named {
  sha256: string
  names: string[]
  from: 'database' | 'disk' | 'left_out'
}

function partsOf({ id, record }: RunRow, withFiles: boolean): Named[] {
  const from = withFiles ? ('disk' as const) : ('left_out' as const)
  const contents = [
    ['log/stdout', record.stdout.kept_sha256],
    ['log/stderr', record.stderr.kept_sha256],
    ['result', record.result_sha256],
  ] as const
  return [
    ...contents.flatMap(([name, sha256]) =>
      sha256 === null ? [] : [{ sha256, names: [`${id}/${name}`], from: 'database' as const }],
    ),
    ...record.inputs.map(({ name, sha256 }) => ({ sha256, names: [`${id}/input/${name}`], from })),
    ...record.artifacts.map(({ path, sha256 }) => ({ sha256, names: [`${id}/artifact/${path}`], from })),
  ]
}

/** Answers whether the pack holds it; if not, it says why. */
async function writePart(context: Context, { sha256, names, from }: Named, pack: PackWriter): Promise<boolean> {
  const absent = async (reason: 'not_kept' | 'missing' | 'altered' | 'left_out'): Promise<false> => {
    await pack.add({ sha256, names, absent: reason })
    return false
  }
  if (from === 'left_out') return absent('left_out')
  if (from === 'database') {
    const body = context.store.content(sha256)
    if (body === null) return absent('missing')
    if (context.keys.sha256OfBytes(body) !== sha256) return absent('altered')
    await writePieces(
      body.length,
      async (offset, length) => body.subarray(offset, offset + length),
      { sha256, names },
      pack,
    )
    return true
  }
  const state = await context.blobs.check(sha256)
  // What a member saved for themselves is on the disk, and no run keeps it.
  const isSaved = context.store.cases.keeps(sha256)
  const isKept = context.store.attachments.keeping(sha256, null, 1).length > 0
  if ((state === 'missing' || isSaved) && !isKept) return absent('not_kept')
  if (state !== 'whole') return absent(state === 'missing' ? 'missing' : 'altered')
  const bytes = await context.blobs.size(sha256)
  await writePieces(bytes, (offset, length) => context.blobs.read(sha256, offset, length), { sha256, names }, pack)
  return true
}

async function writePieces(
  bytes: number,
  read: (offset: number, length: number) => Promise<Uint8Array | null>,
  part: { sha256: string; names: string[] },
  pack: PackWriter,
): Promise<void> {
  let offset = 0
  do {
    const piece = await read(offset, PACK_PIECE_BYTES)
    if (piece === null) throw new Error('a file went away while it was read')
    await pack.add({ ...part, bytes, offset, data: Buffer.from(piece).toString('base64') })
    offset += PACK_PIECE_BYTES
  } while (offset < bytes)
}
