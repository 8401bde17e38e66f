import type { Session } from 'electron'

/** The one thing that the page may ask the system for: copying text, from our own page. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write'

/** What the window may load and ask for: its own schemes, and nothing of the system's. */
export function restrictSession(
  session: Session,
  isOurs: (url: string) => boolean,
  developmentServer: URL | null,
): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(permission === ALLOWED_PERMISSION && isOurs(details.requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return permission === ALLOWED_PERMISSION && isOurs(requestingOrigin)
  })
  session.setDevicePermissionHandler(() => false)
  // The policies of page and previews reach no network; this holds even for what no policy covers.
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isLocal(details.url, developmentServer) })
  })
  session.on('will-download', (event, item) => {
    // Files are saved from data that the page holds; anything else would be the network's.
    if (!/^(blob|data|app):/.test(item.getURL())) event.preventDefault()
  })
}

const LOCAL_SCHEMES = ['app:', 'preview:', 'data:', 'blob:', 'devtools:']

function isLocal(address: string, developmentServer: URL | null): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (LOCAL_SCHEMES.includes(url.protocol)) return true
  return developmentServer !== null && url.host === developmentServer.host
}
