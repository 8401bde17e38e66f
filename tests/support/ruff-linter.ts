import { fileURLToPath } from 'node:url'

/** Where the linter's thread is in the source tree. */
export const ruffWorker = fileURLToPath(new URL('../../src-main/adapters/linter/ruff-worker.mjs', import.meta.url))
