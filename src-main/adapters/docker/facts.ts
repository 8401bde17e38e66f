import type Docker from 'dockerode'
import type { Json } from '../../domain/result.ts'
import type { RunnerHello } from '../runner-session/messages.ts'
import { withinMs } from './engine.ts'
import type { Engine } from './engine.ts'
import { escapeWarnings } from './known-escapes.ts'
import type { EnginePart } from './known-escapes.ts'

/** What the engine says of itself; the same for all its containers. */
export interface EngineFacts {
  version: string
  isolation: string
  warnings: string[]
  /** What it can run containers in, by name. */
  runtimes: string[]
}

const MAX_RUNTIMES = 20

/** What a sandbox is kept apart by; a runtime that was asked for by name is part of the wall. */
export function isolationIn(facts: EngineFacts, runtime: string | null): string {
  return runtime === null ? facts.isolation : `${facts.isolation}, runtime ${runtime}`
}

/**
 * Rejects when the engine doesn't answer, or answers with something else than an engine would. Once `cancelled`, it is
 * given little time more.
 */
export async function readEngineFacts(engine: Engine, limitMs: number, cancelled?: AbortSignal): Promise<EngineFacts> {
  // Both take options that their types don't know.
  const docker = engine.docker as unknown as {
    version(options: { abortSignal: AbortSignal }): Promise<Partial<Docker.DockerVersion>>
    info(options: { abortSignal: AbortSignal }): Promise<Record<string, unknown>>
  }
  const [version, info] = await withinMs(
    limitMs,
    (abortSignal) => Promise.all([docker.version({ abortSignal }), docker.info({ abortSignal })]),
    cancelled,
  )
  if (typeof version?.Version !== 'string') throw new Error('the answer is not an engine’s')
  const component = version.Components?.[0]?.Name ?? 'Engine'
  const name = component === 'Engine' ? 'Docker Engine' : component
  const security = (Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'] : []).map(String)
  const has = (option: string): boolean => security.some((entry) => entry.includes(option))
  const parts = ['Linux container', 'own seccomp profile', 'no network']
  if (has('apparmor')) parts.push('AppArmor')
  if (has('selinux')) parts.push('SELinux')
  if (has('userns')) parts.push('user namespace')
  if (has('rootless')) parts.push('rootless engine')
  return {
    version: `${name} ${version.Version}`.slice(0, 100),
    isolation: `${parts.join(', ')}, cgroup v${String(info['CgroupVersion'] ?? '1').slice(0, 10)}`,
    warnings: [...warningsOf(info, has('seccomp')), ...escapeWarnings(partsOf(version))],
    runtimes: runtimesOf(info),
  }
}

function runtimesOf(info: Record<string, unknown>): string[] {
  const runtimes = info['Runtimes']
  if (typeof runtimes !== 'object' || runtimes === null) return []
  const names = Object.keys(runtimes).map((name) => name.slice(0, 100))
  return names.sort().slice(0, MAX_RUNTIMES)
}

/** The runtime and the supervisor below the engine, where it names them. */
function partsOf(version: Partial<Docker.DockerVersion>): EnginePart[] {
  if (!Array.isArray(version.Components)) return []
  return version.Components.slice(0, 20).map(({ Name: name, Version: text }) => ({
    name: String(name).slice(0, 100),
    version: String(text).slice(0, 100),
  }))
}

/** RN-2 needs these of the kernel; without one, the engine ignores a limit in silence. */
function warningsOf(info: Record<string, unknown>, hasSeccomp: boolean): string[] {
  const warnings: string[] = []
  const lacks = (key: string): boolean => info[key] === false
  if (!hasSeccomp) warnings.push('The engine has no seccomp support, so runs are refused.')
  if (lacks('MemoryLimit')) warnings.push('The engine can’t limit memory.')
  if (lacks('SwapLimit')) warnings.push('The engine can’t limit swap.')
  if (lacks('PidsLimit')) warnings.push('The engine can’t limit the number of processes.')
  if (lacks('CPUCfsQuota') || lacks('CpuCfsQuota')) warnings.push('The engine can’t limit processor time.')
  return warnings
}

/**
 * RN-2: why the sandbox isn't one, or null. Read by the harness from its own kernel entries, before any script ran:
 * the engine's inspect only repeats what it was asked for.
 */
export function kernelProblem(hello: RunnerHello): string | null {
  const { uid, cap_eff: capabilities, no_new_privs: noNewPrivileges, seccomp } = hello.kernel
  if (typeof uid !== 'number' || uid === 0) return 'it runs as root'
  if (typeof capabilities !== 'string' || !/^0+$/.test(capabilities)) return 'it holds capabilities'
  if (noNewPrivileges !== 1) return 'it may gain privileges'
  if (seccomp !== 2) return 'its system calls are not filtered'
  return null
}

const MOUNTS_OF_INTEREST = new Set(['/', '/work', '/tmp', '/dev/shm'])

function isMountOfInterest(mount: Json): boolean {
  if (typeof mount !== 'object' || mount === null || Array.isArray(mount)) return false
  return MOUNTS_OF_INTEREST.has(String(mount['target']))
}

/** EV-1: the limits in force: the engine's settings of this container, and what the kernel told the harness. */
export function effectiveLimits(
  inspected: Docker.ContainerInspectInfo,
  hello: RunnerHello,
  seccompSha256: string,
): Record<string, Json> {
  const host = inspected.HostConfig
  const { mounts, ...kernel } = hello.kernel
  return {
    memory_bytes: host.Memory ?? null,
    memory_and_swap_bytes: host.MemorySwap ?? null,
    cpus: host.NanoCpus === undefined ? null : host.NanoCpus / 1e9,
    pids: host.PidsLimit ?? null,
    network: host.NetworkMode ?? null,
    read_only_root: host.ReadonlyRootfs ?? null,
    tmpfs: (host.Tmpfs as { [path: string]: string } | undefined) ?? null,
    ipc: host.IpcMode ?? null,
    runtime: host.Runtime ?? null,
    user: inspected.Config.User,
    capabilities_dropped: (host.CapDrop as string[] | null | undefined) ?? null,
    seccomp_profile_sha256: seccompSha256,
    apparmor_profile: (inspected as { AppArmorProfile?: string }).AppArmorProfile ?? null,
    python: hello.python,
    kernel: { ...kernel, mounts: Array.isArray(mounts) ? mounts.filter(isMountOfInterest) : [] },
  }
}
