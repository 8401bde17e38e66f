import type { Page } from 'playwright-core'

/** Listens to pages for what must never happen in them: errors, breaches of the page's policy, requests that leave. */
export interface Watcher {
  watch(page: Page): Promise<void>
  /** What a test brings about on purpose. It stays allowed. */
  allow(pattern: RegExp): void
  throwIfAny(): void
}

/** While the app is down, a page that tries to reach it says so; nothing is wrong with the page. */
export const UNREACHABLE =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/

export function watchPage(): Watcher {
  const problems: string[] = []
  const allowed: RegExp[] = []
  const note = (problem: string) => {
    if (!allowed.some((pattern) => pattern.test(problem))) problems.push(problem)
  }

  return {
    async watch(page) {
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(
            `policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
          )
        })
      })
      page.on('pageerror', (error) => note(`page error: ${error.name}: ${error.message} ${error.stack ?? ''}`))
      page.on('crash', () => note('the page crashed'))
      page.on('console', (message) => {
        if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`)
      })
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url())
        const stays = protocol !== 'http:' && protocol !== 'https:' ? true : hostname === '127.0.0.1'
        if (!stays) note(`a request left: ${request.url()}`)
      })
    },
    allow: (pattern) => void allowed.push(pattern),
    throwIfAny() {
      const found = problems.splice(0)
      if (found.length > 0) throw new Error(`in the page:\n${found.join('\n')}`)
    },
  }
}
