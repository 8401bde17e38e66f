const MAX_NAMES = 5

/** What was used, what was skipped and why, what failed, and last the count over everything. */
export function closingLines(results) {
  const passed = results.filter(({ state }) => state === 'passed')
  const failed = results.filter(({ state }) => state === 'failed')
  const skipped = results.filter(({ state }) => state === 'skipped')
  const lines = ['', ...usedLines(passed)]
  if (skipped.length > 0) lines.push('Skipped:', ...skippedLines(skipped))
  if (failed.length > 0) lines.push('Failed:', ...failed.map(failedLine))
  lines.push('', `${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`, '')
  return lines.join('\n')
}

function failedLine({ part, name, reason }) {
  return `  ${part}: ${name === part ? '' : `${name}: `}${reason}`
}

function usedLines(passed) {
  const counts = new Map()
  for (const { needs } of passed) {
    for (const { need, available } of needs) if (available) counts.set(need, (counts.get(need) ?? 0) + 1)
  }
  if (counts.size === 0) return []
  return [`Passed in files that use them: ${[...counts].map(([need, count]) => `${need} ${count}`).join(', ')}`]
}

function skippedLines(skipped) {
  const byReason = new Map()
  for (const test of skipped) byReason.set(test.reason, [...(byReason.get(test.reason) ?? []), test])
  return [...byReason].flatMap(([reason, tests]) => {
    const names = tests.slice(0, MAX_NAMES).map(({ part, name }) => `    ${part}: ${name}`)
    const more = tests.length > MAX_NAMES ? [`    and ${tests.length - MAX_NAMES} more`] : []
    return [`  ${tests.length} because ${reason}`, ...names, ...more]
  })
}
