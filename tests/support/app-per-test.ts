import { afterAll, afterEach } from 'vitest'
import { keepPicturesOfFailures } from './page.ts'
import { closeBrowser, openApp, type App } from './window.ts'

/**
 * Opens the app anew in each test of a group, to be called once there; closing it tells of every error that was thrown
 * in the page.
 */
export function appPerTest(): typeof openApp {
  let app: App | undefined
  keepPicturesOfFailures(() => app?.page)
  afterEach(async () => {
    await app?.close()
    app = undefined
  }, 120_000)
  afterAll(closeBrowser)
  return async (...given) => (app = await openApp(...given))
}
