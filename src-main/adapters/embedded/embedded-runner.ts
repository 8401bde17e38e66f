import type { Runner, RunnerJob, RunnerOutcome, RunnerStatus, RunObserver } from '../../app/runner-port.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Failure, Result } from '../../domain/result.ts'
import type { RunnerInfo } from '../../domain/run.ts'
import { neverStarted } from '../runner-session/never-started.ts'
import { createRunsUnderWay } from '../runner-session/runs-under-way.ts'
import { carryOut, within } from './carry-out.ts'
import { createChildReserve } from './child-reserve.ts'
import type { ChildReserve } from './child-reserve.ts'
import { ISOLATION, probeInstallation, readInstallation } from './installation.ts'
import type { EmbeddedFiles, Installation } from './installation.ts'
import { reapChildren } from './reap.ts'

export interface EmbeddedRunnerOptions extends EmbeddedFiles {
  /** How many children wait with Python loaded; each holds some 170 MB. 0 starts one for each run. */
  warmProcesses?: number
}

const STATUS_LIMIT_MS = 2_800

type Usable =
  | { status: Extract<RunnerStatus, { available: true }>; reserve: ChildReserve }
  | { status: Extract<RunnerStatus, { available: false }>; reserve: null }

/**
 * RN-1: CPython compiled to WebAssembly, in a process of its own for each run, which Node's permission model shuts in.
 * Where that isn't in force nothing is run. Only the standard library is there, and no PDF.
 */
export function createEmbeddedRunner(options: EmbeddedRunnerOptions): Runner {
  const underWay = createRunsUnderWay()
  let usable: Promise<Usable> | null = null

  /** Looked up once; a failed look is forgotten, so that the next one sees what has been repaired. */
  function findUsable(): Promise<Usable> {
    if (usable !== null) return usable
    const finding = lookUp(options)
    usable = finding
    void finding.then(({ status }) => {
      if (!status.available && usable === finding) usable = null
    })
    return finding
  }

  async function run(job: RunnerJob, observer: RunObserver, signal: AbortSignal): Promise<Result<RunnerOutcome>> {
    if (underWay.isClosed) return failed(unavailable('The app is closing.'))
    return underWay.carryOut(signal, (cancelled) => runOnce(job, observer, cancelled))
  }

  async function runOnce(
    job: RunnerJob,
    observer: RunObserver,
    cancelled: AbortSignal,
  ): Promise<Result<RunnerOutcome>> {
    observer.phase('preparing')
    const { status, reserve } = await findUsable()
    if (reserve === null) return failed(unavailable(status.message))
    const info = infoOf(status, {})
    if (cancelled.aborted) return success(neverStarted('cancelled', info))
    if (inputBytesOf(job) > job.limits.work_bytes) {
      return success({ ...neverStarted('lost', info), failureHint: 'limit_exceeded' })
    }
    observer.phase('starting')
    const taken = await reserve.take(job, cancelled)
    if (taken.kind === 'cancelled') return success(neverStarted('cancelled', info))
    if (taken.kind === 'failed') {
      return failed(unavailable('The built-in runner does not start. Try again.', taken.problem))
    }
    const { child } = taken
    try {
      const effective = { ...child.session.hello.kernel, ...child.effective() }
      const ended = await carryOut(child, job, observer, cancelled)
      return ended.ok ? success({ ...ended.value, info: infoOf(status, effective) }) : ended
    } finally {
      child.kill()
      child.disconnect()
    }
  }

  return {
    kind: 'embedded',
    async status() {
      const answer = await within(findUsable(), STATUS_LIMIT_MS)
      return answer?.status ?? unreachable('The built-in runner does not answer. Try again.')
    },
    run,
    // A process that lives long has looked before somebody waits for it; a command that runs nothing never looks.
    prepare() {
      if ((options.warmProcesses ?? 0) > 0) void findUsable()
    },
    async reap(workspaceId, isLive) {
      try {
        return success(await reapChildren(workspaceId, isLive))
      } catch {
        return failed(unavailable('The processes of this machine can not be listed.'))
      }
    },
    async close() {
      await underWay.close()
      await (await usable)?.reserve?.close()
    },
  }
}

async function lookUp(options: EmbeddedRunnerOptions): Promise<Usable> {
  let installation: Installation
  try {
    installation = await readInstallation(options)
  } catch {
    const message = 'Parts of the built-in runner are missing. Install the app again, or use Docker.'
    return { status: { available: false, message, reason: 'engine_missing' }, reserve: null }
  }
  const status = await probeInstallation(installation)
  if (!status.available) return { status, reserve: null }
  return { status, reserve: createChildReserve(installation, options.warmProcesses ?? 0) }
}

function unreachable(message: string): RunnerStatus {
  return { available: false, message, reason: 'engine_unreachable' }
}

function unavailable(message: string, detail?: string): Failure {
  return failure('SERVICE_UNAVAILABLE', 'engine_unavailable', message, detail === undefined ? {} : { runner: detail })
}

function inputBytesOf(job: RunnerJob): number {
  const settings = JSON.stringify(job.settings)
  const other = Buffer.byteLength(job.scriptSource) + Buffer.byteLength(settings)
  return job.files.reduce((sum, file) => sum + file.bytes.length, other)
}

function infoOf(status: Extract<RunnerStatus, { available: true }>, effective: RunnerInfo['effective']): RunnerInfo {
  return { kind: 'embedded', version: status.version, isolation: ISOLATION, image_id: status.image_id, effective }
}
