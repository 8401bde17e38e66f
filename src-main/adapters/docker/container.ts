import type Docker from 'dockerode'
import type { RunLimits } from '../../domain/run.ts'

/** How a run's container is made (RN-2): what isn't needed is taken away, and everything left has a bound. */

export const LABEL_WORKSPACE = 'org.scriptorium.workspace'
export const LABEL_RUN = 'org.scriptorium.run'
/** When the container must be gone, as ISO time. A reaper may remove it after that without asking whose it is. */
export const LABEL_DEADLINE = 'org.scriptorium.deadline'

/** On containers that wait for a job, or did: their run label names no run. */
export const LABEL_WAITING = 'org.scriptorium.waiting'

/** In place of a workspace's id on containers that look into the image and run no script. */
export const NO_WORKSPACE = 'none'

/** The user in the image that owns nothing. */
const SANDBOX_USER_ID = 65532
/** More than pandas and WeasyPrint need for their caches; few enough that their memory doesn't count. */
const TMPFS_INODES = 16_384
const SHARED_MEMORY_BYTES = 16 * 1024 * 1024
const OPEN_FILES = 1024

export interface ContainerSpec {
  image: string
  /** The profile's JSON text, given inline: the stock profiles of engines differ and allow io_uring and vsock. */
  seccompProfile: string
  limits: RunLimits
  workspaceId: string
  runId: string
  deadline: Date
  /** Made ahead, for a run that isn't known yet; `runId` is then only a name. */
  isWaiting?: boolean
  /** Modules for the harness to import ahead, separated by commas. */
  preload?: string
  /** Another runtime of the engine's than its default, e.g. `runsc`. */
  runtime?: string | null
  /** Instead of the image's own, for helpers that aren't the harness. */
  entrypoint?: string[]
}

/** Known before the engine answers, so that a container can be removed even when the answer to its creation is lost. */
export function containerName(runId: string): string {
  return `scriptorium-${runId}`
}

/** Options for the engine's create call: RN-2 and RN-3 in the engine's words. */
export function containerOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const { limits } = spec
  return {
    name: containerName(spec.runId),
    Image: spec.image,
    ...(spec.entrypoint === undefined ? {} : { Entrypoint: spec.entrypoint, Cmd: [] }),
    User: `${SANDBOX_USER_ID}:${SANDBOX_USER_ID}`,
    Hostname: 'runner',
    Labels: {
      [LABEL_WORKSPACE]: spec.workspaceId,
      [LABEL_RUN]: spec.runId,
      [LABEL_DEADLINE]: spec.deadline.toISOString(),
      ...(spec.isWaiting === true ? { [LABEL_WAITING]: 'true' } : {}),
    },
    ...(spec.preload === undefined || spec.preload === '' ? {} : { Env: [`SCRIPTORIUM_PRELOAD=${spec.preload}`] }),
    Tty: false,
    OpenStdin: true,
    // When the app goes, its connection goes, and the harness sees its stdin close.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...(spec.runtime === undefined || spec.runtime === null ? {} : { Runtime: spec.runtime }),
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${spec.seccompProfile}`],
      IpcMode: 'private',
      ShmSize: SHARED_MEMORY_BYTES,
      Tmpfs: {
        '/work': tmpfsOptions(limits.work_bytes),
        '/tmp': tmpfsOptions(limits.tmp_bytes),
      },
      NanoCpus: Math.round(limits.cpus * 1e9),
      Memory: limits.memory_bytes,
      // Equal to Memory means no swap.
      MemorySwap: limits.memory_bytes,
      PidsLimit: limits.pids,
      Ulimits: [
        { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      // The attached stream is the evidence; a log kept by the engine would be a second, unbounded copy.
      LogConfig: { Type: 'none', Config: {} },
      // Explicit, because a daemon can be configured to add its own init, and the harness must be PID 1.
      Init: false,
      // Loses the exit status: the container is removed by hand.
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    },
  }
}

function tmpfsOptions(sizeBytes: number): string {
  const owner = `mode=0700,uid=${SANDBOX_USER_ID},gid=${SANDBOX_USER_ID}`
  return `rw,noexec,nosuid,nodev,size=${sizeBytes},nr_inodes=${TMPFS_INODES},${owner}`
}
