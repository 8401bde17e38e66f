/** What every window is told about what its page may do, whichever shell serves it. */

/** Names of the Trusted Types policies that the page, the editor and its workers create. */
const TRUSTED_TYPES = [
  'default',
  'standaloneColorizer',
  'editorViewLayer',
  'richScreenReaderContent',
  'domLineBreaksComputer',
  'defaultWorkerFactory',
  'diffReview',
  'diffEditorWidget',
  'tokenizeToString',
  'editorGhostText',
  'stickyScrollViewLayer',
  'scriptorium-worker',
]

/** Script HTML: an opaque origin, no script, no network, whatever frame it is shown in (RC-8). */
export const PREVIEW_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"

/**
 * `previewSource` is where script HTML is framed from. `developmentServer` is set only while the page comes from a
 * development server, whose reloading needs an inline script and a socket.
 */
export function pagePolicy(previewSource: string, developmentServer: URL | null = null): string {
  const inlineScript = developmentServer === null ? '' : " 'unsafe-inline'"
  const sockets = developmentServer === null ? '' : ` ${developmentServer.origin} ws://${developmentServer.host}`
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval'${inlineScript}`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${sockets}`,
    `frame-src ${previewSource}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES.join(' ')} 'allow-duplicates'`,
  ].join('; ')
}

/** Sent with every file of the page. */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  }
}

/** Sent with every document of a script. Never cached: a run may be pruned. */
export function previewHeaders(): Record<string, string> {
  return {
    'Content-Security-Policy': PREVIEW_POLICY,
    'Content-Type': 'text/html; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-site',
    'Cache-Control': 'no-store',
    // Names that the document links to are not looked up ahead, and no element of it can change that.
    'X-DNS-Prefetch-Control': 'off',
  }
}

/** The address of a development server, if there is one and it is on this machine; anything else is ignored. */
export function developmentServer(address: string | undefined): URL | null {
  if (address === undefined || !URL.canParse(address)) return null
  const url = new URL(address)
  const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  return url.protocol === 'http:' && isLocal ? url : null
}
