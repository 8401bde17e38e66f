import type { Envelope } from '../../src-preload/contract/channel.ts'
import type { PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Json, Result } from '../domain/result.ts'
import type { Keychain } from './keychain-port.ts'

export type { Keychain }

/** What the three shells (Electron, loopback, command line) get from `compose.ts`. They know nothing else of the core. */
export interface Core {
  readonly dataDir: string
  /**
   * Who acts (RB-2). One session per window or command; it starts as the member that this device acts as, or as `as`
   * (name or id) for this session only. Fails with NOT_FOUND if `as` isn't an active member with a key on this device.
   */
  openSession(options: { shell: Shell; as?: string }): Result<Session>
  /** The only door. Never rejects: a bug becomes INTERNAL_ERROR with an incident id. */
  dispatch(session: Session, channel: string, input: unknown): Promise<Envelope<Json>>
  /** Pushes what the session's member may see, in order. Answers with a function that stops it. */
  subscribe(session: Session, listener: (event: PushedEvent) => void): () => void
  /** Cancels this process's runs, records them, and closes everything. Bounded; safe to call twice. */
  close(): Promise<void>
}

export type Shell = 'electron' | 'browser' | 'cli'

export interface Session {
  readonly shell: Shell
  /** Null until the workspace exists. Changed by `session.use` only. */
  memberId: string | null
}

/** Serves script HTML to the window from an origin of its own (RC-8); the command line has none. */
export interface PreviewHost {
  /** Answers with the address of one document; the host keeps a bounded number of them, for a bounded time. */
  publish(html: string): string
}

export interface CoreOptions {
  dataDir: string
  /** A second window on one data folder is refused (RN-12); any number of command lines may join. */
  asWindow: boolean
  preview: PreviewHost | null
  /** Where the shell has a real one (TR-6). */
  keychain?: Keychain | null
}

/** In `compose.ts`. Fails, changing nothing, when the folder is newer, read-only, full, corrupt, or has a window already. */
export type OpenCore = (options: CoreOptions) => Promise<Result<Core>>
