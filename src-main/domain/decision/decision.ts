import { z } from 'zod'
import { sha256Schema } from '../identifier.ts'

/** The risk judgement made before a run or a review (EV-2). Never taken from a caller; a pure function of the findings. */

export const RISK_LEVELS = ['GREEN', 'YELLOW', 'RED', 'ERROR'] as const
export const riskLevelSchema = z.enum(RISK_LEVELS)
export type RiskLevel = z.infer<typeof riskLevelSchema>

/** The rule set that judged. The version changes with every change of a rule, a weight or a bound. */
export const POLICY_ID = 'scriptorium-risk'
export const POLICY_VERSION = 4

export const placeSchema = z.strictObject({ line: z.int(), column: z.int() })
export type Place = z.infer<typeof placeSchema>

export const decisionSchema = z.strictObject({
  risk_level: riskLevelSchema,
  /** 0 to 100: the weights of the rules that hit, each once. */
  score: z.int().min(0).max(100),
  /** Why runs and publishing are blocked, in plain words; null unless RED or ERROR. */
  block_reason: z.string().nullable(),
  warnings: z.array(z.string()),
  /** By rule id: what hit, where, and what to do about it. At most `MAX_PLACES` places each. */
  details: z.record(
    z.string(),
    z.strictObject({
      weight: z.int(),
      reason: z.string(),
      fix: z.string(),
      count: z.int(),
      places: z.array(placeSchema),
    }),
  ),
  policy_id: z.string(),
  policy_version: z.int(),
  /** The active content that the change was measured against; null when there was none. */
  compared_with: sha256Schema.nullable(),
})
export type Decision = z.infer<typeof decisionSchema>

/** One thing that a linter or a rule of ours saw. */
export interface Finding {
  /** An id of `rules.ts`, or a code of the linter's security rules (`S307`). */
  rule: string
  line: number
  column: number
}
