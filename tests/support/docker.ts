import type Docker from 'dockerode'
import { findEngine, withinMs } from '../../src-main/adapters/docker/engine.ts'
import { inspectImage } from '../../src-main/adapters/docker/image.ts'
import { recordNeed } from './record-need.ts'

/** The engine that tests may use: DOCKER_HOST, else where engines put their sockets. */
export const dockerHost = process.env['DOCKER_HOST']
export const runnerImage = 'scriptorium-runner:1'
export const runnerImageFolder = new URL('../../runner-image', import.meta.url).pathname

/** Null when an engine with the runner image answers, else why the tests that need one are skipped. */
export async function dockerAvailable(): Promise<string | null> {
  const reason = await whyNoDocker()
  recordNeed('docker', reason)
  return reason
}

async function whyNoDocker(): Promise<string | null> {
  const { engine, problem } = findEngine(dockerHost)
  if (engine === null) return problem
  try {
    const image = await inspectImage(engine, runnerImage, 5_000)
    return image === null ? `the engine has no image ${runnerImage}` : null
  } catch (error) {
    return `no engine answers: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** The names of containers with one of our labels, for checking that nothing is left. */
export async function labelledContainers(workspaceId: string): Promise<string[]> {
  return (await listContainers(workspaceId)).map(({ Names }) => Names.join(' '))
}

async function listContainers(workspaceId: string): Promise<Docker.ContainerInfo[]> {
  const { engine } = findEngine(dockerHost)
  if (engine === null) return []
  const filters = JSON.stringify({ label: [`org.scriptorium.workspace=${workspaceId}`] })
  return withinMs(10_000, () => engine.docker.listContainers({ all: true, filters }))
}

/** The names of all volumes of the engine: runs make none. */
export async function volumes(): Promise<string[]> {
  const { engine } = findEngine(dockerHost)
  if (engine === null) return []
  const { Volumes: found } = await withinMs(10_000, () => engine.docker.listVolumes())
  return (found ?? []).map(({ Name }) => Name).sort()
}

/** The workspace's containers that wait for a job, ready to take it. */
export async function waitingContainers(workspaceId: string): Promise<string[]> {
  const containers = await listContainers(workspaceId)
  return containers
    .filter(({ Labels, State }) => isWaiting(Labels) && State === 'running')
    .map(({ Names }) => Names.join(' '))
}

/** The workspace's containers that are or were at work: all but those that wait. */
export async function workContainers(workspaceId: string): Promise<string[]> {
  const containers = await listContainers(workspaceId)
  const left = containers.filter(({ Labels, State }) => !isWaiting(Labels) || State === 'exited' || State === 'dead')
  return left.map(({ Names, State }) => `${Names.join(' ')} ${State}`)
}

const isWaiting = (labels: { [name: string]: string }): boolean => labels['org.scriptorium.waiting'] !== undefined
