import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import environmentPaths from 'env-paths'

/** The folder that a window or a command works on when it isn't told otherwise. */
export function defaultDataDir(environment: NodeJS.ProcessEnv): string {
  const given = environment['SCRIPTORIUM_DATA_DIR']
  if (given !== undefined && given !== '') return resolve(given)
  return environmentPaths('scriptorium', { suffix: '' }).data
}

/** The folder of the built page, seen from an entry's folder: beside it once built, in `out` when run from source. */
export function pageDir(entryDir: string): string {
  const built = join(entryDir, '..', 'renderer')
  return existsSync(join(built, 'index.html')) ? built : join(entryDir, '..', 'out', 'renderer')
}
