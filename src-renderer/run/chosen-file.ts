import type { CaseView } from '../../src-preload/contract/cases.ts'

/** A file of saved inputs: it is with the core already and needn't be handed over. */
export interface KeptFile {
  name: string
  size: number
  caseId: string
}

/** What a file field holds. */
export type ChosenFile = File | KeptFile

export function isKept(file: ChosenFile): file is KeptFile {
  return 'caseId' in file
}

export function keptFilesOf(saved: CaseView): KeptFile[] {
  return saved.files.map(({ name, bytes }) => ({ name, size: bytes, caseId: saved.id }))
}
