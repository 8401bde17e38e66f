import type { Output, ParsedInput } from '../../../src-preload/contract/contract.ts'
import type { RunDetailView } from '../../../src-preload/contract/runs.ts'
import { mayCancelRun, maySeeRun } from '../../domain/policy.ts'
import { failed, failure, invalidField, success, type Failure, type Result } from '../../domain/result.ts'
import type { Run, RunContext } from '../../domain/run.ts'
import { actingMember, activeMember } from '../actor.ts'
import type { HeldKey } from '../commit.ts'
import { changed, currentSettings, nowText, type Context } from '../context.ts'
import type { Session } from '../core.ts'
import type { Attachment } from '../kept-files-port.ts'
import { refuseUntilResumed } from '../resume-check.ts'
import type { Runner } from '../runner-port.ts'
import { chooseRunner, demandsOf } from './choose-runner.ts'
import { executeRun } from './execute-run.ts'
import { createInputVault, storeSandboxInputs, type InputVault } from './kept-inputs.ts'
import { isRunIdTaken, limitsFor, planRun, type RunPlan } from './plan-run.ts'
import { findRun, runDetailView, viewLive } from './read-runs.ts'
import { closeBrokenExplanations } from './explain-run.ts'
import { newRun, recordRefused, refuseByDecision } from './refuse-run.ts'
import { holdKey, recordInterrupted, recordRun } from './record-run.ts'
import { reverifyRun } from './reverify-run.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** Runs of this process, and what it does for those of others: cancelling them, and closing what dead processes left. */
export interface Runs {
  readonly uploads: Uploads
  readonly vault: InputVault
  sandbox(
    context: Context,
    session: Session,
    input: ParsedInput<'runs.sandbox'>,
  ): Promise<Result<Output<'runs.sandbox'>>>
  tool(context: Context, session: Session, input: ParsedInput<'runs.tool'>): Promise<Result<Output<'runs.tool'>>>
  wait(context: Context, session: Session, input: ParsedInput<'runs.wait'>): Promise<Result<RunDetailView>>
  reverify(
    context: Context,
    session: Session,
    input: ParsedInput<'runs.reverify'>,
  ): Promise<Result<Output<'runs.reverify'>>>
  cancel(context: Context, session: Session, input: ParsedInput<'runs.cancel'>): Result<Output<'runs.cancel'>>
  /** Closes runs whose process is gone as interrupted, and removes what they left in the engines (RN-5). */
  reconcile(): Promise<void>
  /** Lets the runners make ready for runs with the settings of now; to be called when these may have changed. */
  prepare(): void
  /** Cancels this process's runs and waits until they are recorded. */
  close(): Promise<void>
}

/** How often a process looks whether another one asked it to cancel, and whether another one's run has ended. */
const LOOK_EVERY_MS = 150
/** Runs begun and not yet under way in this process are few; this only bounds a bug. */
const MAX_WAIT_MS = 2 * 60 * 60 * 1000

export function createRuns(context: Context): Runs {
  const uploads = createUploads()
  const vault = createInputVault(context)
  const active = new Map<string, { controller: AbortController; ended: Promise<void> }>()
  let closing = false
  /** What the runners were told last. Telling them again would keep alive what nobody uses. */
  let prepared = ''
  let looking: ReturnType<typeof setInterval> | null = null

  function begin(plan: RunPlan, inputs: Attachment[]): Result<Run> {
    const run = newRun(context, plan)
    const begun = context.store.transaction(() => {
      if (closing) return failed(closingFailure())
      if (isRunIdTaken(context, run.id)) return failed(invalidField('run_id', 'is in use'))
      const busy = tooManyRuns()
      if (busy !== null) return failed(busy)
      context.store.liveRuns.start({
        id: run.id,
        owner: context.owner.id,
        phase: 'preparing',
        cancelRequested: false,
        run,
        values: plan.recordedValues,
      })
      for (const input of inputs) context.store.attachments.add(input)
      return success(run)
    })
    if (begun.ok) changed(context, 'runs')
    return begun
  }

  /** RN-4 counts all processes; what a dead one left doesn't count. */
  function tooManyRuns(): Failure | null {
    const limit = currentSettings(context).max_concurrency
    const living = context.store.liveRuns.all().filter((live) => context.owner.isAlive(live.owner))
    if (living.length < limit) return null
    const message = `${limit === 1 ? 'A run is' : `${limit} runs are`} under way already. Wait for one to end, or cancel one.`
    return failure('SERVICE_UNAVAILABLE', 'runner_busy', message, { limit })
  }

  async function start(
    session: Session,
    runContext: RunContext,
    input: ParsedInput<'runs.sandbox'> | ParsedInput<'runs.tool'>,
  ): Promise<Result<Run>> {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    if (closing) return failed(closingFailure())
    const plan = await planRun(context, actor.value, runContext, input, { uploads, vault })
    if (!plan.ok) return plan
    const run = await startPlanned(plan.value)
    if (run.ok && plan.value.caseId !== null) {
      context.store.cases.used(plan.value.caseId, nowText(context))
      changed(context, 'cases')
    }
    return run
  }

  async function startPlanned(plan: RunPlan): Promise<Result<Run>> {
    // A run that couldn't be recorded must not begin (TR-11).
    const stopped = refuseUntilResumed(context)
    if (stopped !== null) return failed(stopped)
    const refusal = refuseByDecision(context, plan)
    if (refusal !== null) {
      const refused = recordRefused(context, plan, refusal)
      if (refused.ok) uploads.forget(plan.uploadIds)
      return refused
    }
    // Asking the engine takes time; who would be refused anyway is refused first (RN-4).
    const busy = tooManyRuns()
    if (busy !== null) return failed(busy)
    const chosen = await chooseRunner(context, plan.context, plan.runner)
    if (!chosen.ok) return chosen
    const inputs = plan.context === 'sandbox' ? await storeSandboxInputs(context, plan.runId, plan.files) : success([])
    if (!inputs.ok) return inputs
    const begun = begin(plan, inputs.value)
    if (!begun.ok) return begun
    uploads.forget(plan.uploadIds)
    carryOut(plan, begun.value, chosen.value)
    return begun
  }

  async function executePlanned(plan: RunPlan): Promise<Result<string>> {
    if (closing) return failed(closingFailure())
    const run = await startPlanned(plan)
    if (!run.ok) return run
    await active.get(run.value.id)?.ended
    return success(run.value.id)
  }

  function carryOut(plan: RunPlan, run: Run, runner: Runner): void {
    const controller = new AbortController()
    const held = holdKey(context, run.requested_by)
    const ended = executeAndRecord(plan, run, runner, controller.signal, held)
      .catch((error: unknown) => {
        context.reportBug('run', error)
        closeBroken(run.id)
      })
      .finally(() => {
        active.delete(run.id)
        if (active.size === 0 && looking !== null) {
          clearInterval(looking)
          looking = null
        }
        context.publish({ name: 'run.finished', payload: { run_id: run.id } }, (actor) => maySeeRun(actor, run))
        changed(context, 'runs')
      })
    active.set(run.id, { controller, ended })
    looking ??= setInterval(lookForCancels, LOOK_EVERY_MS)
  }

  /** A bug or a full disk must not leave a run that never ends: it is closed, or, where even that fails, forgotten. */
  function closeBroken(runId: string): void {
    try {
      const live = context.store.liveRuns.get(runId)
      if (live !== null && !recordInterrupted(context, live).ok) context.store.liveRuns.end(runId)
    } catch (error) {
      context.reportBug('closing a broken run', error)
    }
  }

  async function executeAndRecord(
    plan: RunPlan,
    run: Run,
    runner: Runner,
    signal: AbortSignal,
    held: HeldKey | null,
  ): Promise<void> {
    const ended = await executeRun(context, plan, run, runner, signal)
    if (plan.context === 'production') {
      if ((ended.result?.next_actions.length ?? 0) > 0) vault.keep(run.id, plan.files)
      // A step that failed can be tried again; reverifying takes no step at all.
      const isDone = plan.action !== null && ended.run.status === 'succeeded'
      if (isDone && plan.parentRunId !== null) vault.forget(plan.parentRunId)
    }
    const recorded = recordRun(context, ended, plan.recordedValues, held)
    if (!recorded.ok) throw new Error(`a run can't be recorded: ${recorded.failure.message}`)
  }

  function lookForCancels(): void {
    try {
      for (const [id, { controller }] of active) {
        if (!controller.signal.aborted && context.store.liveRuns.get(id)?.cancelRequested === true) controller.abort()
      }
    } catch (error) {
      context.reportBug('looking for cancels', error)
    }
  }

  async function reconcile(): Promise<void> {
    const workspaceId = context.store.state.workspace()?.id
    if (workspaceId === undefined) return
    closeBrokenExplanations(context)
    for (const live of context.store.liveRuns.all()) {
      // One of this process's own that it no longer works on is one whose end couldn't be written down.
      const isAbandoned = live.owner === context.owner.id && !active.has(live.id)
      if (isAbandoned || !context.owner.isAlive(live.owner)) {
        const closed = recordInterrupted(context, live)
        if (closed.ok) changed(context, 'runs')
      }
    }
    const isLive = (runId: string): boolean => {
      const live = context.store.liveRuns.get(runId)
      return live !== null && context.owner.isAlive(live.owner)
    }
    for (const runner of context.runners) await runner.reap(workspaceId, isLive)
  }

  function prepare(): void {
    const workspaceId = context.store.state.workspace()?.id
    if (workspaceId === undefined || closing) return
    const settings = currentSettings(context)
    const limits = limitsFor(settings, 'production', null)
    const demands = demandsOf(settings)
    const hint = JSON.stringify([workspaceId, limits, demands])
    if (hint === prepared) return
    prepared = hint
    for (const runner of context.runners) runner.prepare?.(workspaceId, limits, demands)
  }

  return {
    uploads,
    vault,
    reconcile,
    reverify: (_context, session, input) => reverifyRun(context, session, input, vault, executePlanned),
    prepare,
    async sandbox(_context, session, input) {
      const run = await start(session, 'sandbox', input)
      return run.ok ? success(viewLive(context, { run: run.value })) : run
    },
    async tool(_context, session, input) {
      const run = await start(session, 'production', input)
      return run.ok ? success({ id: run.value.id }) : run
    },
    async wait(_context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      const untilMs = context.clock.monotonicMs() + MAX_WAIT_MS
      for (;;) {
        // Much may happen meanwhile: whoever was revoked, or has another role by now, sees no more than that allows.
        const member = activeMember(context, actor.value.id)
        if (!member.ok) return member
        const found = findRun(context, member.value, input.run)
        if (!found.ok) return found
        if (found.value.run.status !== 'running') return success(runDetailView(context, member.value, found.value))
        if (context.clock.monotonicMs() > untilMs)
          return failed(failure('SERVICE_UNAVAILABLE', 'still_running', 'The run goes on. Ask again later.'))
        await (active.get(input.run)?.ended ?? pause(LOOK_EVERY_MS))
      }
    },
    cancel(_context, session, input) {
      const actor = actingMember(context, session)
      if (!actor.ok) return actor
      const found = findRun(context, actor.value, input.run)
      if (!found.ok) return found
      if (!mayCancelRun(actor.value, found.value.run)) {
        return failed(failure('FORBIDDEN', 'not_allowed', 'Only who started a run, and admins, may cancel it.'))
      }
      const cancelled = context.store.liveRuns.requestCancel(input.run)
      active.get(input.run)?.controller.abort()
      return success({ id: input.run, cancelled })
    },
    async close() {
      closing = true
      if (looking !== null) clearInterval(looking)
      for (const { controller } of active.values()) controller.abort()
      await Promise.all([...active.values()].map(({ ended }) => ended))
    },
  }
}

function closingFailure(): Failure {
  return failure('SERVICE_UNAVAILABLE', 'closing', 'The app is closing.')
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
