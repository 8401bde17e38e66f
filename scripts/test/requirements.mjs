/** What tests may need of a machine; the first four are asked through tests/support/needs.ts. */
export const KNOWN_NEEDS = ['docker', 'chromium', 'electron', 'root', 'python']

/**
 * Makes a skip for lack of something required a failure. That nothing used it is one as well: a suite that quietly
 * stops asking would otherwise look as good as one that passed.
 */
export function applyRequirements(results, required, everything) {
  const judged = results.map((result) => {
    const missing = result.needs.filter(({ need, available }) => !available && required.includes(need))
    if (result.state !== 'skipped' || missing.length === 0) return result
    return { ...result, state: 'failed', reason: `required, but skipped: ${result.reason}` }
  })
  if (!everything) return judged
  for (const need of required) {
    const hasUsed = ({ state, needs }) => state !== 'skipped' && needs.some((one) => one.need === need && one.available)
    if (judged.some(hasUsed)) continue
    judged.push({ part: 'required', name: need, state: 'failed', reason: 'no test used it', needs: [] })
  }
  return judged
}
