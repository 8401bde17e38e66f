import { setTimeout as sleep } from 'node:timers/promises'
import { MARK_HOST, MARK_RUN, MARK_WORKSPACE } from './child-process.ts'
import { listProcesses } from './process-facts.ts'
import type { ProcessEntry } from './process-facts.ts'

const GONE_LIMIT_MS = 3_000
const LOOK_AGAIN_MS = 50

interface MarkedProcess {
  pid: number
  runId: string
  workspaceId: string
  isOrphan: boolean
}

/**
 * Ends children whose app has died before it could (RN-5). They are found by the marks in their command line: those of
 * runs in this workspace that nobody owns any more, and those that waited for a job and have lost the app they waited
 * for. Answers with the ids of the runs.
 */
export async function reapChildren(workspaceId: string, isLive: (runId: string) => boolean): Promise<string[]> {
  const mine = (child: MarkedProcess): boolean =>
    child.workspaceId === '' ? child.isOrphan : child.workspaceId === workspaceId && !isLive(child.runId)
  const left = (await markedProcesses()).filter(mine)
  for (const { pid } of left) kill(pid)
  const deadline = performance.now() + GONE_LIMIT_MS
  while (performance.now() < deadline && left.some(({ pid }) => kill(pid))) await sleep(LOOK_AGAIN_MS)
  return [...new Set(left.map(({ runId }) => runId).filter((runId) => runId !== ''))]
}

/** The children of any Scriptorium on this machine that may be seen. */
export async function markedProcesses(): Promise<MarkedProcess[]> {
  return (await listProcesses()).flatMap(marksOf)
}

function marksOf({ pid, parentPid, words }: ProcessEntry): MarkedProcess[] {
  const valueOf = (mark: string): string | undefined => words.find((word) => word.startsWith(mark))?.slice(mark.length)
  const runId = valueOf(MARK_RUN)
  const workspaceId = valueOf(MARK_WORKSPACE)
  const hostPid = valueOf(MARK_HOST)
  if (runId === undefined || workspaceId === undefined || hostPid === undefined) return []
  return [{ pid, runId, workspaceId, isOrphan: Number(hostPid) !== parentPid }]
}

/** Answers whether there is still such a process. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
