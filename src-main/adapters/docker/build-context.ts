import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the Dockerfile copies; some kilobytes, so all of it fits in memory. */
const SINGLE_FILES = ['Dockerfile', 'requirements.txt', 'prepare-libraries']
const EXECUTABLE_FILES = new Set(['prepare-libraries'])
const PYTHON_FOLDER = 'python'

const BLOCK_BYTES = 512
const NAME_BYTES = 100

interface ContextFile {
  path: string
  bytes: Buffer
}

export interface BuildContext {
  /** A tar archive, the same bytes for the same files: neither times nor owners of this machine go into the image. */
  tar: Buffer
  /** What the image carries as label `org.scriptorium.harness`, as `runner-image/harness-hash` prints it. */
  harnessSha256: string
}

/** Reads the folder `runner-image` into what the engine's build call takes. Rejects when a file can't be read. */
export async function readBuildContext(folder: string): Promise<BuildContext> {
  const present = new Set(await readdir(folder))
  const files: ContextFile[] = []
  for (const path of SINGLE_FILES.filter((name) => present.has(name))) {
    files.push({ path, bytes: await readFile(join(folder, path)) })
  }
  const python = await readPythonFiles(folder)
  return { tar: packTar([...files, ...python]), harnessSha256: harnessSha256Of(python) }
}

/** Also tells whether an image is this app's own: its label must be the same. */
export async function readHarnessSha256(folder: string): Promise<string> {
  return harnessSha256Of(await readPythonFiles(folder))
}

async function readPythonFiles(folder: string): Promise<ContextFile[]> {
  const entries = await readdir(join(folder, PYTHON_FOLDER), { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
  paths.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })))
}

function harnessSha256Of(python: readonly ContextFile[]): string {
  const lines = python.map(({ path, bytes }) => `${sha256(bytes)}  ./${path.slice(PYTHON_FOLDER.length + 1)}\n`)
  return sha256(lines.join(''))
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

function packTar(files: readonly ContextFile[]): Buffer {
  const blocks: Buffer[] = []
  for (const file of files) {
    const padding = (BLOCK_BYTES - (file.bytes.length % BLOCK_BYTES)) % BLOCK_BYTES
    blocks.push(tarHeader(file), file.bytes, Buffer.alloc(padding))
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)])
}

/** A POSIX ustar header. Names longer than it holds would be a mistake in our own folder. */
function tarHeader(file: ContextFile): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  if (Buffer.byteLength(file.path) > NAME_BYTES) throw new Error(`path too long for the archive: ${file.path}`)
  header.write(file.path, 0)
  header.write(EXECUTABLE_FILES.has(file.path) ? '0000755\0' : '0000644\0', 100)
  header.write('0000000\x000000000\0', 108)
  header.write(`${file.bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
