import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayOperate } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { actingMember } from './actor.ts'
import { changed, currentSettings, type Context } from './context.ts'
import type { Session } from './core.ts'
import { imageArrived } from './runner-image.ts'
import { forgetRunnerStatus } from './runs/choose-runner.ts'

/** Long work that isn't a run: it reports lines under an id that the caller chose, and can be cancelled by it. */
export interface Jobs {
  imageBuild(
    context: Context,
    session: Session,
    input: ParsedInput<'image.build'>,
  ): Promise<Result<Output<'image.build'>>>
  imageExport(
    context: Context,
    session: Session,
    input: ParsedInput<'image.export'>,
  ): Promise<Result<Output<'image.export'>>>
  imageImport(
    context: Context,
    session: Session,
    input: ParsedInput<'image.import'>,
  ): Promise<Result<Output<'image.import'>>>
  cancel(context: Context, session: Session, input: ParsedInput<'job.cancel'>): Result<Output<'job.cancel'>>
  /** Any other long work; without an id nobody hears of it, and only closing the app stops it. */
  follow<T>(context: Context, session: Session, jobId: string | null, work: Work<T>): Promise<Result<T>>
  close(): Promise<void>
}

type Work<T> = (report: (line: string) => void, signal: AbortSignal) => Promise<Result<T>>

const MAX_JOBS = 4

export function createJobs(): Jobs {
  const running = new Map<string, { controller: AbortController; memberId: string; ended: Promise<unknown> }>()

  async function asAdmin<T>(context: Context, session: Session, jobId: string, work: Work<T>): Promise<Result<T>> {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (!mayOperate(actor.value))
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins may change the runner image.'))
    try {
      return await follow(context, session, jobId, work)
    } finally {
      forgetRunnerStatus(context)
      changed(context, 'runners')
    }
  }

  async function follow<T>(
    context: Context,
    session: Session,
    givenId: string | null,
    work: Work<T>,
  ): Promise<Result<T>> {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const jobId = givenId ?? context.ids.next()
    if (running.has(jobId))
      return failed(failure('VALIDATION_ERROR', 'invalid_input', 'job_id: is in use.', { field: 'job_id' }))
    if (running.size >= MAX_JOBS)
      return failed(failure('SERVICE_UNAVAILABLE', 'busy', 'Other long work is under way. Wait for it or cancel it.'))
    const controller = new AbortController()
    const memberId = actor.value.id
    const report = (line: string): void =>
      context.publish(
        { name: 'job.progress', payload: { job_id: jobId, line } },
        (listener) => listener.id === memberId,
      )
    const ended = work(report, controller.signal)
    running.set(jobId, { controller, memberId, ended })
    try {
      return await ended
    } finally {
      running.delete(jobId)
    }
  }

  return {
    follow,
    imageBuild: (context, session, input) =>
      asAdmin(context, session, input.job_id, async (report, signal) =>
        arrived(context, session, await context.image.build(report, signal)),
      ),
    imageExport: (context, session, input) =>
      asAdmin(context, session, input.job_id, async (_report, signal) => {
        const written = await context.image.exportTo(input.path, currentSettings(context).runner_image_id, signal)
        return written.ok ? success({ path: input.path, bytes: written.value.bytes }) : written
      }),
    imageImport: (context, session, input) =>
      asAdmin(context, session, input.job_id, async (report, signal) =>
        arrived(context, session, await context.image.importFrom(input.path, report, signal)),
      ),
    cancel(context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      const job = running.get(input.job_id)
      if (job?.memberId !== actor.value.id) return success({ cancelled: false })
      job.controller.abort()
      return success({ cancelled: true })
    },
    async close() {
      for (const { controller } of running.values()) controller.abort()
      await Promise.allSettled([...running.values()].map(({ ended }) => ended))
    },
  }
}

function arrived(context: Context, session: Session, image: Result<{ id: string }>): Result<Output<'image.build'>> {
  return image.ok ? success(imageArrived(context, session, image.value.id)) : image
}
