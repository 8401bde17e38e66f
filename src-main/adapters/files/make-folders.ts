import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * Makes a folder and those above it that are missing. One by one, since Node's own recursive way never ends where a file
 * system takes no folders and says that the one above isn't there, as /proc does. Throws ENOTDIR where there can be no
 * such folder, and otherwise what the disk refuses.
 */
export function makeFolders(folder: string, mode?: number): void {
  const missing: string[] = []
  for (let at = path.resolve(folder); !madeOrThere(at, mode); at = path.dirname(at)) {
    if (path.dirname(at) === at) throw noFolder(at)
    missing.push(at)
  }
  for (const at of missing.reverse()) if (!madeOrThere(at, mode)) throw noFolder(at)
}

/** False when the one above it is missing. */
function madeOrThere(folder: string, mode?: number): boolean {
  try {
    mkdirSync(folder, mode)
    return true
  } catch (error) {
    if (isFolder(folder)) return true
    const { code } = error as { code?: unknown }
    if (code === 'ENOENT') return false
    throw code === 'EEXIST' || code === 'ENAMETOOLONG' || code === 'ELOOP' ? noFolder(folder) : error
  }
}

function noFolder(folder: string): Error {
  return Object.assign(new Error(`there can be no folder ${folder}`), { code: 'ENOTDIR' })
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
