import type { Topic, PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Actor } from '../domain/policy.ts'
import type { Failure } from '../domain/result.ts'
import { settingsInForce, type Settings } from '../domain/setting.ts'
import type { Backups } from './backups-port.ts'
import type { PreviewHost } from './core.ts'
import type { LocalFiles } from './files-port.ts'
import type { Explainer } from './explainer-port.ts'
import type { ImageStore } from './image-port.ts'
import type { SignatureThreads } from './history-port.ts'
import type { Blobs } from './kept-files-port.ts'
import type { Storage } from './storage-port.ts'
import type { Activity, Clock, Ids, Keys, Linter, ProcessOwner, Store } from './ports.ts'
import type { Runner } from './runner-port.ts'

/** What every use case gets: the ports, and a way to tell the windows what changed. */
export interface Context {
  readonly appVersion: string
  readonly dataDir: string
  readonly store: Store
  readonly keys: Keys
  readonly clock: Clock
  /** Threads for verifying a long history. Whoever opens them closes them. */
  openSignatureThreads(): SignatureThreads
  readonly ids: Ids
  readonly blobs: Blobs
  readonly localFiles: LocalFiles
  readonly backups: Backups
  readonly storage: Storage
  readonly owner: ProcessOwner
  readonly linter: Linter
  readonly explainer: Explainer
  /** In order of preference. */
  readonly runners: readonly Runner[]
  readonly image: ImageStore
  readonly preview: PreviewHost | null
  readonly deviceName: string
  /** Changes when the data folder is copied or restored (TR-11). */
  readonly folderMark: string
  /** When somebody last did something, for locking after idle time. */
  readonly activity: Activity
  pause(ms: number): Promise<void>
  /** SHA-256 over bytes that come piece by piece, as lower-case hexadecimal. */
  hashBytes(): { update(chunk: Uint8Array): void; digest(): string }
  /** Pushes an event to this process's windows; without `mayHear`, to every member's. */
  publish(event: PushedEvent, mayHear?: (actor: Actor) => boolean): void
  /** Logs a bug with a new incident id and answers with the failure to show (ER-1). */
  reportBug(where: string, error: unknown): Failure
  /** Turns what the disk refuses into a failure that says what to do; null for anything else, which is a bug. */
  explainError(error: unknown): Failure | null
}

export function changed(context: Context, ...topics: Topic[]): void {
  context.publish({ name: 'changed', payload: { topics } })
}

export function currentSettings(context: Context): Settings {
  return settingsInForce(new Map(context.store.reads.settings().map((row) => [row.key, row.value])))
}

export function nowText(context: Context): string {
  return new Date(context.clock.now()).toISOString()
}
