/** Why a process that serves a window ends. */
export type EndReason = 'signal' | 'parent' | 'window'

const PARENT_CHECK_MS = 1000

/**
 * Settles once the process is asked to end: by a signal, or, when a launcher of ours started it, by that launcher's
 * end, even a sudden one. `stop` takes the listeners away again.
 */
export function whenAskedToEnd(environment: NodeJS.ProcessEnv): { asked: Promise<EndReason>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<EndReason>()
  const onSignal = () => resolve('signal')
  const onDisconnect = () => resolve('parent')
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  process.on('disconnect', onDisconnect)
  const parent = process.ppid
  // Some launchers offer no channel that closes with them, so they ask us to look.
  const timer =
    environment['SCRIPTORIUM_END_WITH_PARENT'] === '1'
      ? setInterval(() => process.ppid !== parent && resolve('parent'), PARENT_CHECK_MS)
      : null
  timer?.unref()

  function stop(): void {
    for (const signal of signals) process.off(signal, onSignal)
    process.off('disconnect', onDisconnect)
    if (timer !== null) clearInterval(timer)
  }
  return { asked: promise, stop }
}
