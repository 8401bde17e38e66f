import type { AdvisoryView } from '../../src-preload/contract/evidence.ts'

export type AdvisoryKind = AdvisoryView['kind']

export const KIND_NAMES: Record<AdvisoryKind, string> = {
  explanation: 'Explanation',
  suggestion: 'Suggestion',
  note: 'Note',
  override_request: 'Override request',
}

/** The names under which a device approves by itself (AD-4), as people may look for them. */
export const SYSTEM_REVIEWERS: readonly { value: string; label: string }[] = [
  { value: 'system:auto_explanation_green', label: 'Automatic, low risk (system:auto_explanation_green)' },
  { value: 'system:auto_explanation', label: 'Automatic, any risk (system:auto_explanation)' },
]

export function isAutomatic({ reviewed_by }: Pick<AdvisoryView, 'reviewed_by'>): boolean {
  return reviewed_by?.startsWith('system:') ?? false
}

/** Who or what it comes from: an engine with its version, or a person. */
export function authorOf({ engine_id, engine_version, created_by_name }: AdvisoryView): string {
  if (engine_id !== null) return `${engine_id}, version ${engine_version ?? '?'}`
  return created_by_name ?? 'somebody who isn’t known here'
}

/** Of an override request on a RED or ERROR decision, which not every admin may approve (EV-3). */
export function isHighRiskOverride({ override_scope }: Pick<AdvisoryView, 'override_scope'>): boolean {
  return override_scope?.risk_level === 'RED' || override_scope?.risk_level === 'ERROR'
}
