import type { Result } from '../domain/result.ts'

/** Files of this device that a person named, outside the data folder. Failures name the path and say what to do. */
export interface LocalFiles {
  /**
   * Pieces in order. Fails with VALIDATION_ERROR where there is no such file; reading itself throws what the disk
   * refuses.
   */
  open(path: string): Promise<Result<AsyncIterable<Uint8Array>>>
  /** Null-free text of a small file; fails when it is larger, not UTF-8, or a link, which could lead anywhere. */
  readText(path: string, maxBytes: number): Promise<Result<string>>
  /** Whether there is anything at this path. */
  exists(path: string): Promise<boolean>
  /** Names of the folders in a folder, sorted; fails when there are more than `maxCount`. */
  folders(path: string, maxCount: number): Promise<Result<string[]>>
  /** The folder that a file is to be written to, and those above it. Fails where there can be no such folder. */
  makeFolderOf(path: string): Promise<Result<void>>
  /**
   * A file that appears under its name only when it is whole: another name first, fsync, rename. Readable by its owner
   * only.
   */
  create(path: string): Promise<Result<FileWriter>>
  /** Parts of a path put together as this system writes them. */
  join(...parts: string[]): string
}

/** Ends with exactly one call of `finish` or `discard`. */
export interface FileWriter {
  write(text: string): Promise<void>
  finish(): Promise<Result<{ bytes: number }>>
  discard(): Promise<void>
}
