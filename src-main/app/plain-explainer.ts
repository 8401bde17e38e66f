import { EXPLANATION_ENGINE, explainDecision } from '../domain/advisory.ts'
import { failed, failure, success } from '../domain/result.ts'
import type { Explainer } from './explainer-port.ts'

/** From the record alone: the same record gives the same words on every device. */
export const plainExplainer: Explainer = {
  ...EXPLANATION_ENGINE,
  explain: async ({ decision, record_status }) =>
    decision === null
      ? failed(failure('CONFLICT', 'no_decision', 'The run has no decision to explain.'))
      : success(explainDecision(decision, record_status)),
}
