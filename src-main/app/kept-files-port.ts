import type { Result } from '../domain/result.ts'

/** Files that runs read and wrote: which are kept for whom, and their bytes on the disk (EV-6, RN-9). */

/** A file that a record names. The row stays for good; the content may be let go (RN-9). */
export interface Attachment {
  runId: string
  kind: 'input' | 'artifact'
  name: string
  sha256: string
  bytes: number
  mime: string
  createdAt: string
  /** Since when the content is no longer kept, or that it never was; null while it is. */
  releasedAt: string | null
}

/** Files by run. */
export interface Attachments {
  /** One that is there already stays as it is. */
  add(attachment: Attachment): void
  of(runId: string): Attachment[]
  /**
   * Kept files of sandbox runs that began to be kept before a time, oldest first; without held ones. Held are those of
   * runs that are pinned, cited (a person attached an advisory to them) or still under way.
   */
  overAge(before: string, after: Attachment | null, limit: number): Attachment[]
  /** Contents that no run holds and that a run last came to keep before a time, oldest first. */
  unheld(before: string, after: KeptContent | null, limit: number): KeptContent[]
  /** Kept files of a content, whichever run they belong to. */
  keeping(sha256: string, after: Attachment | null, limit: number): Attachment[]
  /** Unless it is held by now. */
  release(runId: string, kind: Attachment['kind'], name: string, at: string): void
  /** How many files of runs and of saved inputs keep a content. */
  keepers(sha256: string): number
  /** Of all kept files, of runs and of saved inputs, each content counted once. */
  totals(): { files: number; bytes: number; heldBytes: number }
}

export interface KeptContent extends StoredFile {
  lastKeptAt: string
}

export interface StoredFile {
  sha256: string
  bytes: number
}

/** Ends with exactly one call of `finish` or `discard`. A disk that refuses is told by `finish`. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>
  finish(): Promise<Result<StoredFile>>
  discard(): Promise<void>
}

/** What a file on disk is, compared with the hash that names it. `not_a_file`: a link, a folder or something stranger. */
export type FileState = 'whole' | 'altered' | 'missing' | 'not_a_file' | 'unreadable'

/** Files by SHA-256 on disk, written atomically (EV-6). */
export interface Blobs {
  put(bytes: Uint8Array): Promise<Result<StoredFile>>
  /** For content that comes in pieces and need not fit into memory. */
  write(): BlobWriter
  /** A piece of a file; null when it is not there, or is no plain file. */
  read(sha256: string, offset: number, length: number): Promise<Uint8Array | null>
  /** Bytes of a file that is there; 0 for one that isn't. */
  size(sha256: string): Promise<number>
  /** Hashes a file again. */
  check(sha256: string): Promise<FileState>
  /** Removes a file unless somebody wrote the same content within `youngerThanMs`; answers with the bytes that were freed. */
  remove(sha256: string, youngerThanMs: number): Promise<number>
  /** Every file that is there, and what crashes left half-written is removed on the way when it is older than that. */
  list(leftoversOlderThanMs: number): AsyncIterable<StoredFile>
}
