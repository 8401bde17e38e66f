import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Core, Session } from '../../app/core.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'

/** Who may use the loopback server: whoever holds a token, which whoever holds a fresh code may fetch once. */
export interface Access {
  /** A new code, good once and for a while. The oldest unused one makes room when there are too many. */
  newCode(): string
  /** Spends a code, right or wrong, and answers with the token of a new window. */
  redeem(code: string): Result<string>
  find(token: string): WindowSession | null
  windows(): Iterable<WindowSession>
}

/** One window: its session in the core and how many event streams it has open. */
export interface WindowSession {
  readonly session: Session
  openStreams: number
  lastUsedAtMs: number
}

export const CODE_LIFETIME_MS = 10 * 60 * 1000
const MAX_CODES = 10
const MAX_WINDOWS = 16
const SECRET_BYTES = 32

export function createAccess(core: Core, now: () => number = Date.now): Access {
  /** Digests, not the secrets themselves, so that all have one length and compare in constant time. */
  let codes: { digest: Buffer; expiresAtMs: number }[] = []
  const windows: { digest: Buffer; window: WindowSession }[] = []

  function newCode(): string {
    codes = codes.filter((code) => code.expiresAtMs > now()).slice(-(MAX_CODES - 1))
    const code = newSecret()
    codes.push({ digest: digestOf(code), expiresAtMs: now() + CODE_LIFETIME_MS })
    return code
  }

  function redeem(code: string): Result<string> {
    const digest = digestOf(code)
    const known = codes.filter((candidate) => timingSafeEqual(candidate.digest, digest))
    codes = codes.filter((candidate) => !known.includes(candidate) && candidate.expiresAtMs > now())
    if (!known.some((candidate) => candidate.expiresAtMs > now())) return failed(codeRefused())
    if (!makeRoom()) {
      return failed(
        failure('SERVICE_UNAVAILABLE', 'too_many_windows', 'Too many windows are open. Close one and try again.'),
      )
    }
    const session = core.openSession({ shell: 'browser' })
    if (!session.ok) return session
    const token = newSecret()
    windows.push({ digest: digestOf(token), window: { session: session.value, openStreams: 0, lastUsedAtMs: now() } })
    return success(token)
  }

  /** A window without an event stream is closed, or as good as. */
  function makeRoom(): boolean {
    if (windows.length < MAX_WINDOWS) return true
    const idle = windows.filter((entry) => entry.window.openStreams === 0)
    const oldest = idle.sort((a, b) => a.window.lastUsedAtMs - b.window.lastUsedAtMs)[0]
    if (oldest === undefined) return false
    windows.splice(windows.indexOf(oldest), 1)
    return true
  }

  function find(token: string): WindowSession | null {
    const digest = digestOf(token)
    let found: WindowSession | null = null
    // No early end: how long it takes says nothing about which one matched.
    for (const entry of windows) if (timingSafeEqual(entry.digest, digest)) found = entry.window
    if (found !== null) found.lastUsedAtMs = now()
    return found
  }

  return { newCode, redeem, find, windows: () => windows.map((entry) => entry.window) }
}

/** A name that can't be guessed. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Whether two secrets are the same, in a time that says nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b))
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function codeRefused() {
  return failure(
    'FORBIDDEN',
    'code_refused',
    'This address was used already or has expired. Ask for a new one where Scriptorium was started.',
  )
}
