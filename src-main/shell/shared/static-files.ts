import { createHash } from 'node:crypto'
import { lstat, readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** The files of the page. Nothing outside its folder can be named, and nothing that isn't of a known type is served. */
export interface StaticFiles {
  /** `path` as it stands in the request, with its leading slash. Null when there is no such file. */
  read(path: string): Promise<StaticFile | null>
}

export interface StaticFile {
  body: Buffer
  type: string
  etag: string
  cacheControl: string
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

const MAX_FILE_BYTES = 64 * 1024 * 1024
const MAX_ETAGS = 2000
const SEGMENT = /^[A-Za-z0-9_@][A-Za-z0-9_@.+-]*$/
/** The bundler puts a hash of the content into these names, so a name never changes what it means. */
const HASHED = /^assets\/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

export function openStaticFiles(folder: string): StaticFiles {
  const etags = new Map<string, string>()

  function etagOf(key: string, body: Buffer): string {
    const known = etags.get(key)
    if (known !== undefined) return known
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
    if (etags.size >= MAX_ETAGS) etags.clear()
    etags.set(key, etag)
    return etag
  }

  async function read(path: string): Promise<StaticFile | null> {
    const relative = path === '/' ? 'index.html' : path.slice(1)
    const segments = relative.split('/')
    // Names are taken as they stand: an escaped dot or slash isn't a name of ours, so there is nothing to decode.
    if (!segments.every((segment) => SEGMENT.test(segment))) return null
    const type = TYPES[extname(relative)]
    if (type === undefined) return null
    const file = join(folder, ...segments)
    try {
      const found = await lstat(file)
      if (!found.isFile() || found.size > MAX_FILE_BYTES) return null
      // A link among the folders could still lead out.
      if (!(await realpath(file)).startsWith((await realpath(folder)) + sep)) return null
      const body = await readFile(file)
      return {
        body,
        type,
        etag: etagOf(`${relative} ${found.size} ${found.mtimeMs}`, body),
        cacheControl: HASHED.test(relative) ? 'private, max-age=31536000, immutable' : 'no-cache',
      }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  return { read }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
}
