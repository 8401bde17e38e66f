import { createHash } from 'node:crypto'
import { lstat, mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { failure, type Failure } from '../../../domain/result.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { megabytes, table } from '../text.ts'

type Artifact = Output<'runs.get'>['artifacts'][number]

/** Writes what a run made to a folder. What is there already is never overwritten, and no link is followed. */
export async function saveArtifacts(context: Context, runId: string, folder: string): Promise<Answer> {
  const run = await context.call('runs.get', { run: runId })
  if (!run.ok) return answer(run, () => '')
  const out = resolve(folder)
  const items: (Artifact & { file: string })[] = []
  for (const artifact of run.data.artifacts) {
    const saved = await saveOne(context, runId, artifact, out)
    if (!saved.ok) return answer(saved, () => '')
    items.push({ ...artifact, file: saved.data })
    context.say.progress(`${artifact.path} (${megabytes(artifact.bytes)})`)
  }
  return answer({ ok: true, data: { id: run.data.id, out, items, next: null } }, (data) =>
    table(
      ['file', 'size'],
      data.items.map((item) => [item.path, megabytes(item.bytes)]),
      'The run made no files.',
    ),
  )
}

async function saveOne(context: Context, runId: string, artifact: Artifact, out: string): Promise<Envelope<string>> {
  const segments = artifact.path.split('/')
  // The record was checked when it was made; a path from a script is still not one to trust with this disk (RC-5).
  if (!segments.every(isPlainName))
    return refused(failure('VALIDATION_ERROR', 'unsafe_path', 'A file has a path that is not safe here.'))
  const file = join(out, ...segments)
  try {
    if (!(await makeFolders(out, segments.slice(0, -1)))) return refused(blockedWay(file))
    return await download(context, runId, artifact, file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return (await isSame(file, artifact)) ? { ok: true, data: file } : refused(occupied(file))
    return refused(
      failure(
        'SERVICE_UNAVAILABLE',
        'cannot_write',
        `${file} cannot be written (${code ?? 'unknown'}). Choose another folder with --out.`,
        { file },
      ),
    )
  }
}

async function download(context: Context, runId: string, artifact: Artifact, file: string): Promise<Envelope<string>> {
  const target = await open(file, 'wx')
  try {
    const hash = createHash('sha256')
    for (let offset = 0; offset < artifact.bytes;) {
      const piece = await context.call('runs.artifact', { run: runId, artifact_id: artifact.artifact_id, offset })
      if (!piece.ok) return piece
      const bytes = Buffer.from(piece.data.data, 'base64')
      if (bytes.byteLength === 0) break
      hash.update(bytes)
      await target.write(bytes)
      offset += bytes.byteLength
    }
    if (hash.digest('hex') === artifact.sha256) return { ok: true, data: file }
    return refused(
      failure('CONFLICT', 'altered', `${artifact.path} is not what the run made: its hash differs.`, {
        path: artifact.path,
      }),
    )
  } finally {
    await target.close()
  }
}

function isPlainName(segment: string): boolean {
  // eslint-disable-next-line no-control-regex
  return segment !== '' && segment !== '.' && segment !== '..' && !/[\u0000-\u001f\u007f\\:]/.test(segment)
}

/** Makes each folder in turn; false when something else is in the way, below `out` a link included. */
async function makeFolders(out: string, segments: readonly string[]): Promise<boolean> {
  if (!(await makeOut(out))) return false
  let folder = out
  for (const segment of segments) {
    folder = join(folder, segment)
    try {
      await mkdir(folder)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      if (!(await lstat(folder)).isDirectory()) return false
    }
  }
  return true
}

/** In turn from where something is, since Node's own recursive way never ends where no folder is taken, as in /proc. */
async function makeOut(out: string): Promise<boolean> {
  try {
    await mkdir(out)
    return true
  } catch (error) {
    if (await isFolder(out)) return true
    if (isCode(error, 'EEXIST', 'ENOTDIR')) return false
    if (!isCode(error, 'ENOENT') || dirname(out) === out || (await isFolder(dirname(out)))) throw error
  }
  return (await makeOut(dirname(out))) && makeOut(out)
}

async function isFolder(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null))?.isDirectory() ?? false
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '')
}

async function isSame(file: string, artifact: Artifact): Promise<boolean> {
  const found = await lstat(file)
  if (!found.isFile() || found.size !== artifact.bytes) return false
  return (
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex') === artifact.sha256
  )
}

function blockedWay(file: string): Failure {
  return failure('CONFLICT', 'file_exists', `${file} cannot be made: something in its way is no folder.`, { file })
}

function occupied(file: string): Failure {
  return failure('CONFLICT', 'file_exists', `${file} is there already, with other content.`, { file })
}

function refused(error: Failure): { ok: false; error: Failure } {
  return { ok: false, error }
}
