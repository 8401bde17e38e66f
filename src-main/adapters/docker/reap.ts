import type Docker from 'dockerode'
import { failed, success } from '../../domain/result.ts'
import type { Result } from '../../domain/result.ts'
import { LABEL_DEADLINE, LABEL_RUN, LABEL_WAITING, LABEL_WORKSPACE, NO_WORKSPACE } from './container.ts'
import { engineUnavailable, withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { removeContainer } from './sandbox.ts'

const LIST_LIMIT_MS = 10_000

/** RN-5: removes the workspace's containers whose run nobody owns any more. Answers with the ids of those runs. */
export async function reapContainers(
  engine: Engine,
  workspaceId: string,
  isLive: (runId: string) => boolean,
): Promise<Result<string[]>> {
  try {
    const removed: string[] = []
    for (const { Id: id, Labels: labels, State: state } of await listWorkspace(engine, workspaceId)) {
      if (labels[LABEL_WAITING] !== undefined) {
        // Whose it is, nobody can tell. One whose app is gone has lost its stdin, and has ended.
        if (state === 'exited' || state === 'dead' || isOverdue(labels))
          await removeContainer(engine.docker.getContainer(id))
        continue
      }
      const runId = labels[LABEL_RUN] ?? ''
      if (isLive(runId)) continue
      if (await removeContainer(engine.docker.getContainer(id))) removed.push(runId)
    }
    await reapHelpers(engine)
    return success(removed)
  } catch (error) {
    return failed(engineUnavailable('The engine does not answer, so what runs left in it stays for now.', error))
  }
}

/** Containers that looked into the image and whose app died meanwhile. Nobody's run, so only the deadline counts. */
async function reapHelpers(engine: Engine): Promise<void> {
  for (const { Id: id, Labels: labels } of await listWorkspace(engine, NO_WORKSPACE)) {
    if (isOverdue(labels)) await removeContainer(engine.docker.getContainer(id))
  }
}

function isOverdue(labels: { [name: string]: string }): boolean {
  return Date.parse(labels[LABEL_DEADLINE] ?? '') < Date.now()
}

function listWorkspace(engine: Engine, workspaceId: string): Promise<Docker.ContainerInfo[]> {
  const filters = JSON.stringify({ label: [`${LABEL_WORKSPACE}=${workspaceId}`] })
  return withinMs(LIST_LIMIT_MS, (abortSignal) => engine.docker.listContainers({ all: true, filters, abortSignal }))
}
