import { setTimeout as pause } from 'node:timers/promises'
import type { Sandbox } from './sandbox.ts'

/**
 * Removes used sandboxes in the background, since removing one costs more than a short run (RN-7: none is left). What
 * the engine doesn't remove now is tried again when it answers next.
 */
export interface Disposal {
  /** Begins a moment later: whoever waits for the outcome goes first. Never throws. */
  add(sandbox: Sandbox): void
  /** Waits while so many removals are under way that the engine can't keep up. */
  room(): Promise<void>
  retry(): void
  /** Delays no removal any longer, and waits until all have been tried. */
  settled(): Promise<void>
}

/** Recording an outcome takes some milliseconds, and so does the next run of somebody who works. */
const DELAY_MS = 100
const MAX_UNDER_WAY = 8
/** Beyond these the reaper finds them by their labels. */
const MAX_REMEMBERED = 100

export function createDisposal(): Disposal {
  const underWay = new Set<Promise<void>>()
  const left = new Set<Sandbox>()
  const hurry = new AbortController()

  function add(sandbox: Sandbox): void {
    const removal = delay(hurry.signal).then(async () => {
      const isGone = await sandbox.dispose()
      underWay.delete(removal)
      if (isGone) left.delete(sandbox)
      else if (left.size < MAX_REMEMBERED) left.add(sandbox)
    })
    underWay.add(removal)
  }

  return {
    add,
    async room() {
      while (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay)
    },
    retry() {
      for (const sandbox of left) {
        left.delete(sandbox)
        add(sandbox)
      }
    },
    async settled() {
      hurry.abort()
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

function delay(signal: AbortSignal): Promise<void> {
  return pause(DELAY_MS, undefined, { signal }).catch(() => {})
}
