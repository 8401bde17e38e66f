import { unreachable } from '../../src-main/domain/result.ts'
import type { RunPhase, RunReason, RunStatus } from '../../src-main/domain/run.ts'

/** What happened to a run in plain words, and what to do next. */
export interface OutcomeText {
  title: string
  advice: string
}

/** Whoever reads of a run's outcome. */
export interface OutcomeReader {
  /** They see the run's log, and so may be sent there. */
  hasLog: boolean
  /** They ran it: an override is theirs to ask for. */
  isRequester: boolean
}

export function outcomeText(
  status: RunStatus,
  reason: RunReason | null,
  timeoutMs: number | null,
  reader: OutcomeReader,
): OutcomeText {
  switch (status) {
    case 'running':
      return { title: 'Running', advice: '' }
    case 'succeeded':
      return { title: 'Succeeded', advice: '' }
    case 'timed_out': {
      const limit = timeoutMs === null ? 'its time limit' : `its limit of ${Math.round(timeoutMs / 1000)} s`
      return {
        title: `Timed out: the script ran into ${limit}`,
        advice: 'Try with less data, or look for a loop that never ends.',
      }
    }
    case 'failed':
      return reason === null ? { title: 'Failed', advice: '' } : failureText(reason, reader)
    default:
      return unreachable(status)
  }
}

const TELL_MAINTAINER = 'If your files and values are right, tell whoever looks after the tool.'

function failureText(reason: RunReason, { hasLog, isRequester }: OutcomeReader): OutcomeText {
  switch (reason) {
    case 'script_error':
      return {
        title: 'The script stopped with an error',
        advice: hasLog ? 'The log has the details.' : TELL_MAINTAINER,
      }
    case 'syntax_error':
      return {
        title: 'The script isn’t valid Python',
        advice: 'Correct the marked place and run it again. Nothing was run.',
      }
    case 'entrypoint_missing':
      return {
        title: 'The entrypoint wasn’t found',
        advice: 'Define the function that the entrypoint names, or change the name.',
      }
    case 'exit':
      return { title: 'The script ended its own process', advice: 'It should return a result rather than call exit().' }
    case 'oom':
      return {
        title: 'Out of memory',
        advice: 'The script needed more memory than a run may have. Try with less data at a time.',
      }
    case 'cancelled':
      return { title: 'Cancelled', advice: 'Nothing it had written was kept as a result.' }
    case 'interrupted':
      return { title: 'Interrupted: the app was closed while the script ran', advice: 'Run it again.' }
    case 'blocked':
      return {
        title: 'Blocked by the risk rules',
        advice:
          `Nothing was run. ${hasLog ? 'Change what the rules object to' : 'Tell whoever looks after the tool'}` +
          (isRequester ? ', or ask for an override.' : '. Whoever ran it may ask for an override.'),
      }
    case 'runner_contract_violation':
      return {
        title: 'The script’s result couldn’t be read',
        advice: hasLog
          ? 'Return a text or a dict as the script contract says. The log has the details.'
          : TELL_MAINTAINER,
      }
    case 'engine_unavailable':
      return {
        title: 'The runner couldn’t start',
        advice: 'See Settings, Runners for what is missing, or choose the other runner.',
      }
    case 'limit_exceeded':
      return { title: 'The script went over a limit', advice: 'It wrote more files or data than a run may have.' }
    default:
      return unreachable(reason)
  }
}

export function phaseText(phase: RunPhase): string {
  switch (phase) {
    case 'preparing':
      return 'Preparing'
    case 'starting':
      return 'Starting the runner'
    case 'running':
      return 'Running the script'
    case 'collecting':
      return 'Collecting results'
    case 'recording':
      return 'Recording'
    default:
      return unreachable(phase)
  }
}
