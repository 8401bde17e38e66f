import type { Context } from './context.ts'

type Reporting = Pick<Context, 'reportBug'>

/** A timer's work is nobody's call: what it throws would end the process, and is a bug to report instead. */

export function later(context: Reporting, afterMs: number, work: () => void): ReturnType<typeof setTimeout> {
  return setTimeout(() => attempt(context, work), afterMs)
}

/** Keeps no process from ending. */
export function everySoOften(context: Reporting, everyMs: number, work: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(() => attempt(context, work), everyMs)
  timer.unref()
  return timer
}

function attempt(context: Reporting, work: () => void): void {
  try {
    work()
  } catch (error) {
    context.reportBug('timer', error)
  }
}
