import { protocol, type Session } from 'electron'
import type { PreviewHost } from '../../app/core.ts'
import { pageHeaders, pagePolicy, previewHeaders } from '../shared/page-policy.ts'
import { createPreviewStore } from '../shared/preview-store.ts'
import { openStaticFiles } from '../shared/static-files.ts'

/** The page and script HTML each have a scheme, and so an origin, of their own. Nothing is served from `file:`. */

export const PAGE_ADDRESS = 'app://scriptorium/index.html'
const PREVIEW_PREFIX = 'preview://document/'

/** Must run before Electron is ready. */
export function declareSchemes(): void {
  const privileges = { standard: true, secure: true }
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { ...privileges, supportFetchAPI: true, codeCache: true } },
    { scheme: 'preview', privileges },
  ])
}

export function isPageAddress(address: string, developmentServer: URL | null): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (developmentServer !== null) return url.origin === developmentServer.origin
  return url.protocol === 'app:' && url.host === 'scriptorium'
}

export function isPreviewAddress(address: string): boolean {
  return address.startsWith(PREVIEW_PREFIX)
}

/** Serves the page's files with the policy of every other window. */
export function servePage(session: Session, pageDir: string): void {
  const files = openStaticFiles(pageDir)
  const headers = pageHeaders(pagePolicy('preview:'))
  session.protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = url.host === 'scriptorium' && request.method === 'GET' ? await files.read(url.pathname) : null
    if (file === null) return new Response(null, { status: 404, headers })
    return new Response(new Uint8Array(file.body), {
      headers: { ...headers, 'Content-Type': file.type, ETag: file.etag, 'Cache-Control': file.cacheControl },
    })
  })
}

/** Serves script HTML, which can do nothing, see `PREVIEW_POLICY`. */
export function servePreviews(session: Session): PreviewHost {
  const store = createPreviewStore()
  session.protocol.handle('preview', (request) => {
    const html = isPreviewAddress(request.url) ? store.find(request.url.slice(PREVIEW_PREFIX.length)) : null
    return new Response(html ?? '', { status: html === null ? 404 : 200, headers: previewHeaders() })
  })
  return { publish: (html) => PREVIEW_PREFIX + store.add(html) }
}
