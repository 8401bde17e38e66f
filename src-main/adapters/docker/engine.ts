import { statSync } from 'node:fs'
import { Agent } from 'node:http'
import { homedir, platform } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import type { DockerOptions } from 'dockerode'
import { failure } from '../../domain/result.ts'
import type { Failure } from '../../domain/result.ts'

/** A connection to an engine's API over its local socket (RN-1). Nothing is opened until a call is made. */
export interface Engine {
  docker: Docker
  /** The socket's path, for messages to administrators. */
  socketPath: string
}

export type EngineLookup = { engine: Engine; problem: null } | { engine: null; problem: string }

/**
 * Finds the engine: `dockerHost` if given (`unix://…` or `npipe://…`), else the first socket that is where Docker,
 * Docker Desktop, rootless Docker, Colima and Podman put theirs. An engine on another machine is refused: files,
 * limits and evidence of a run are only worth what the machine is that they come from.
 */
export function findEngine(dockerHost: string | undefined): EngineLookup {
  const socketPath = dockerHost === undefined || dockerHost === '' ? defaultSocketPath() : localSocketPath(dockerHost)
  if (socketPath === null) {
    return dockerHost === undefined || dockerHost === ''
      ? { engine: null, problem: 'No Docker or compatible engine was found. Install and start one, then try again.' }
      : { engine: null, problem: 'DOCKER_HOST names no local socket. Use unix:// or npipe:// and try again.' }
  }
  // A connection per call: opening one costs next to nothing, and a kept one may be to an engine that has restarted.
  const agent = new Agent({ keepAlive: false })
  // docker-modem fills what is missing from the environment; a host named there would win over the socket.
  const options = { socketPath, agent, protocol: 'http' as const, host: undefined, port: undefined }
  return { engine: { docker: new Docker(options as DockerOptions), socketPath }, problem: null }
}

function localSocketPath(dockerHost: string): string | null {
  for (const scheme of ['unix://', 'npipe://']) {
    if (dockerHost.startsWith(scheme) && dockerHost.length > scheme.length) return dockerHost.slice(scheme.length)
  }
  return null
}

function defaultSocketPath(): string | null {
  if (platform() === 'win32') return '//./pipe/docker_engine'
  const runtimeFolder = process.env['XDG_RUNTIME_DIR']
  const candidates = [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    ...(runtimeFolder === undefined ? [] : [join(runtimeFolder, 'docker.sock')]),
    join(homedir(), '.colima/default/docker.sock'),
    ...(runtimeFolder === undefined ? [] : [join(runtimeFolder, 'podman/podman.sock')]),
    '/run/podman/podman.sock',
  ]
  return candidates.find(isSocket) ?? null
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket()
  } catch {
    return false
  }
}

/** The engine didn't answer in time. */
export class EngineTimeout extends Error {
  override name = 'EngineTimeout'
}

/** What is left for a call that is under way when the person has cancelled: its answer is wanted only to clean up. */
const AFTER_CANCEL_MS = 5_000

/**
 * Runs one call to the engine for at most `limitMs`; every call goes through here, because an engine that hangs accepts
 * connections and never answers. When the time is up the call's signal is aborted, which closes its connection.
 * `cancelled` shortens the time but doesn't end the call: what it creates has to be known to be removed.
 */
export async function withinMs<T>(
  limitMs: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
  cancelled?: AbortSignal,
): Promise<T> {
  const controller = new AbortController()
  const expiry = Promise.withResolvers<never>()
  const expire = (): void => {
    expiry.reject(new EngineTimeout('the engine did not answer in time'))
    controller.abort()
  }
  let timer = setTimeout(expire, limitMs)
  const hurry = (): void => {
    clearTimeout(timer)
    timer = setTimeout(expire, Math.min(limitMs, AFTER_CANCEL_MS))
  }
  cancelled?.addEventListener('abort', hurry, { once: true })
  try {
    const answer = call(controller.signal)
    // Where the timer wins, the call still rejects later, and nobody is left to hear it.
    answer.catch(() => {})
    return await Promise.race([answer, expiry.promise])
  } finally {
    clearTimeout(timer)
    cancelled?.removeEventListener('abort', hurry)
  }
}

/** The HTTP status of an engine's refusal; null when there was no answer to speak of. */
export function statusCodeOf(error: unknown): number | null {
  const code = (error as { statusCode?: unknown } | null)?.statusCode
  return typeof code === 'number' ? code : null
}

/** What went wrong, in one bounded line. For details and administrators; it may name paths of the engine. */
export function engineErrorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500)
}

/** ER-1: the engine couldn't carry a job out. `message` says what to do next. */
export function engineUnavailable(message: string, cause?: unknown): Failure {
  const details = cause === undefined ? {} : { cause: engineErrorText(cause) }
  return failure('SERVICE_UNAVAILABLE', 'engine_unavailable', message, details)
}
