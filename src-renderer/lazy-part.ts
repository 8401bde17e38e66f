import { lazy, type ComponentType } from 'react'
import { useConnection } from './bridge/connection.ts'

/** Parts of the page that are fetched when they are first needed, also while the app can't be reached. */

/** Longer than it takes to notice that the connection is lost. */
const PAUSE_MS = 2_000

/** A part that the app doesn't give, though it is there. Loading the page again may help; trying again doesn't. */
export class PartMissing extends Error {}

/**
 * As React's `lazy`. What fails because the app is gone is not a bug of the part: the placeholder stays, and the shell
 * says that the connection is lost and what to do. A browser that once failed to fetch a module doesn't ask again.
 */
export function lazyPart<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => {
    try {
      return await load()
    } catch (error) {
      await whenConnected()
      throw new PartMissing(error instanceof Error ? error.message : String(error))
    }
  })
}

/** Answers once the app gives a file, for what would break where it doesn't and can't be told to wait. */
export async function whenFetched(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isThere) return
    await whenConnected()
  }
}

/** After a pause in which a lost connection is noticed. Never, where the page has to be opened anew. */
async function whenConnected(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  if (useConnection.getState().state === 'connected') return
  await new Promise<void>((resolve) => {
    const stop = useConnection.subscribe(({ state }) => {
      if (state !== 'connected') return
      stop()
      resolve()
    })
  })
}
