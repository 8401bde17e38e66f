import { fileURLToPath } from 'node:url'
import { createEmbeddedRunner } from '../../src-main/adapters/embedded/embedded-runner.ts'
import type { EmbeddedRunnerOptions } from '../../src-main/adapters/embedded/embedded-runner.ts'
import { markedProcesses } from '../../src-main/adapters/embedded/reap.ts'
import type { Runner } from '../../src-main/app/runner-port.ts'

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Where the embedded runner's parts are in the source tree. */
export const embeddedFiles = {
  nodePath: process.execPath,
  childPath: inRepository('src-main/adapters/embedded/child/child.mjs'),
  pyodidePath: inRepository('node_modules/pyodide'),
  pythonPath: inRepository('runner-image/python'),
}

export function makeEmbeddedRunner(changes: Partial<EmbeddedRunnerOptions> = {}): Runner {
  return createEmbeddedRunner({ ...embeddedFiles, ...changes })
}

/** Processes of runs in this workspace that are still there. */
export async function leftChildren(workspaceId: string): Promise<string[]> {
  const left = (await markedProcesses()).filter((child) => child.workspaceId === workspaceId)
  return left.map(({ pid, runId }) => `${pid} ${runId}`)
}
