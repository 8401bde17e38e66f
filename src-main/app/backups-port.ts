import type { Result } from '../domain/result.ts'
import type { Snapshot } from './history-port.ts'

/** Copies of the database, each in one file. A copy counts only once it was checked and kept. */
export interface Backups {
  /**
   * An unchecked copy of this folder's database, with the files of runs and of saved inputs if `files`. `path` null: under `name`.
   */
  copy(target: { path: string } | { name: string }, files: boolean): Promise<Result<BackupCopy>>
  /** An unchecked copy of a backup from elsewhere, brought to the present schema, on its way to be restored. */
  copyForRestore(path: string): Promise<Result<RestoreCopy>>
  /** Names of the files in the folder of backups. */
  names(): string[]
  describe(name: string): { path: string; bytes: number; createdAt: string; events: number } | null
  remove(name: string): void
}

export interface BackupCopy {
  /** What the database's own checks find wrong; empty for a sound file. */
  problems(): Promise<string[]>
  snapshot(): Snapshot
  files(): Iterable<{ sha256: string; body: Uint8Array }>
  /** On the disk for good, under its name. */
  keep(): Promise<Result<{ path: string; bytes: number }>>
  discard(): void
}

export interface RestoreCopy extends Omit<BackupCopy, 'keep'> {
  /**
   * Puts it in the database's place at the next start of a process that is alone here; answers with the old one's name
   * then.
   */
  stage(): Result<{ keptAs: string }>
}
