/** What a data folder takes on its disk. */
export interface Storage {
  /** The database with its write-ahead log. */
  databaseBytes(): number
  backups(): { files: number; bytes: number }
  /** Room on the disk for this user; null where the system doesn't say. */
  freeBytes(): Promise<number | null>
}
