import type { Case } from '../domain/case.ts'

/** A case as this device keeps it: the member's own. */
export interface StoredCase extends Case {
  member_id: string
}

/** Saved inputs of tools. Local to this device, and no events (TR-1). */
export interface Cases {
  get(id: string): StoredCase | null
  /** Of a member and a tool, the one used last first. */
  of(memberId: string, toolId: string): StoredCase[]
  /** Takes the place of the one with this id. */
  put(stored: StoredCase): void
  used(id: string, at: string): void
  /** Its files are let go with it, unless something else keeps them. */
  remove(id: string): void
  removeOf(memberId: string): void
  /** Sizes of the files of all cases of a member, added up. */
  bytesOf(memberId: string): number
  /** Whether any case keeps a content. */
  keeps(sha256: string): boolean
}
