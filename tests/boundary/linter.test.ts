import { describe, expect, test } from 'vitest'
import { createRuffLinter } from '../../src-main/adapters/linter/ruff.ts'
import { ruffWorker } from '../support/ruff-linter.ts'

/** EV-2: reading a script to judge it is bounded, whatever the script is. */

const KIBIBYTE = 1024
const LIMIT_MS = 5_000
const DANGEROUS = 'import os\n\n\ndef run_tool(input_dir, output_dir):\n    return eval("1")\n'

describe('the linter', () => {
  test.each([
    // Each of these would take it from minutes to hours.
    ['characters that Python does not have', '\ufeff'.repeat(170 * KIBIBYTE)],
    ['text in a hundred thousand pieces', `x = ${'f"{x}"'.repeat(85 * KIBIBYTE)}\n`],
    ['brackets without end', '('.repeat(512 * KIBIBYTE)],
  ])('gives %s up, and reads the next script as ever', { timeout: 60_000 }, (_what, source) => {
    const linter = createRuffLinter(ruffWorker, LIMIT_MS)
    expect(linter.check(source)).toMatchObject([{ isSyntaxError: true, line: 1 }])
    expect(linter.check(DANGEROUS)).toMatchObject([{ code: 'F401' }])
    expect(linter.securityFindings(DANGEROUS)).toMatchObject([{ rule: 'S307', line: 5 }])
    expect(linter.securityFindings(source)).toBeNull()
  })
})
