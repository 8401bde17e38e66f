import { constants } from 'node:os'

const running = new Set()

/** A test run that is broken off leaves no process behind. */
export function endWithUs(child) {
  running.add(child)
  child.once('close', () => running.delete(child))
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM')
    process.exit(128 + constants.signals[signal])
  })
}
