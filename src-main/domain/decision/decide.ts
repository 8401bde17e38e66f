import { POLICY_ID, POLICY_VERSION, type Decision, type Finding, type Place, type RiskLevel } from './decision.ts'
import { packageList, uncuratedPackages } from '../packages.ts'
import {
  OTHER_SECURITY_WEIGHT,
  OWN_RULES,
  REORDERING_CHARACTERS,
  SECURITY_RULES,
  TEXT_PATTERNS,
  type RiskRule,
} from './rules.ts'

/** Bounds between the levels (since policy version 1). */
const YELLOW_FROM = 25
const RED_FROM = 70
const MAX_PLACES = 10
const LARGE_SCRIPT_CHARACTERS = 200_000
/** Above this share of new lines a change counts as a rewrite. */
const REWRITE_SHARE = 0.8
const REWRITE_MIN_LINES = 20

/** What is judged, beside what the linter found. */
export interface Judged {
  source: string
  entrypoint: string
  /** The form has a field for files; null when the version has no form at all. */
  hasFileField: boolean | null
  /** Packages that the version says it needs. */
  packages: readonly string[]
  /** What is active now, for measuring the change. */
  active: { manifest_hash: string; source: string } | null
  /** Where the script isn't Python; nothing else is judged then. */
  syntaxError: { line: number; column: number; message: string } | null
}

/** Score and level as a pure function of the findings (EV-2): the same on every machine. */
export function decide(judged: Judged, linted: readonly Finding[]): Decision {
  const comparedWith = judged.active?.manifest_hash ?? null
  if (judged.syntaxError !== null) return undecidable(judged.syntaxError, comparedWith)
  const byRule = new Map<string, { count: number; places: Place[] }>()
  // Every finding counts: a cap on all of them together could be filled up with harmless ones first.
  for (const { rule, line, column } of [...linted, ...textFindings(judged)]) {
    const entry = byRule.get(rule) ?? { count: 0, places: [] }
    entry.count += 1
    if (entry.places.length < MAX_PLACES) entry.places.push({ line, column })
    byRule.set(rule, entry)
  }
  const details: Decision['details'] = {}
  let total = 0
  for (const id of [...byRule.keys()].sort()) {
    const rule = ruleOf(id)
    const hit = byRule.get(id)
    if (hit === undefined) continue
    const reason = id === 'SCR-NEEDS' ? needsReason(judged) : rule.reason
    details[id] = { ...rule, reason, count: hit.count, places: hit.places }
    total += rule.weight
  }
  const score = Math.min(100, total)
  const level: RiskLevel = score >= RED_FROM ? 'RED' : score >= YELLOW_FROM ? 'YELLOW' : 'GREEN'
  const warnings = Object.values(details)
    .filter((detail) => detail.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map((detail) => detail.reason)
  return {
    risk_level: level,
    score,
    block_reason: level === 'RED' ? warnings.join(' ') : null,
    warnings,
    details,
    policy_id: POLICY_ID,
    policy_version: POLICY_VERSION,
    compared_with: comparedWith,
  }
}

const SEVERITY: { [L in RiskLevel]: number } = { GREEN: 0, YELLOW: 1, RED: 2, ERROR: 3 }

/**
 * EV-3: an override that was approved for one level is good for that level and those below, never for a higher one; and
 * for RED only while the workspace allows that at all.
 */
export function covers(overridden: RiskLevel, level: RiskLevel, settings: { allow_red_override: boolean }): boolean {
  return SEVERITY[overridden] >= SEVERITY[level] && (settings.allow_red_override || SEVERITY[level] < SEVERITY.RED)
}

/** EV-3: GREEN runs, YELLOW runs unless the workspace says otherwise, RED and ERROR don't. */
export function isBlocked(decision: Decision, settings: { yellow_blocks: boolean }): boolean {
  if (decision.risk_level === 'YELLOW') return settings.yellow_blocks
  return decision.risk_level !== 'GREEN'
}

/** The rule behind an id; a security rule of the linter that isn't named here is noticed with a small weight. */
export function ruleOf(id: string): RiskRule {
  if (Object.hasOwn(OWN_RULES, id)) return OWN_RULES[id as keyof typeof OWN_RULES]
  if (Object.hasOwn(SECURITY_RULES, id)) return SECURITY_RULES[id] as RiskRule
  return {
    weight: OTHER_SECURITY_WEIGHT,
    reason: `The linter’s security rule ${id} hit.`,
    fix: `Look up ${id} in the documentation of ruff.`,
  }
}

function undecidable(error: { line: number; column: number; message: string }, comparedWith: string | null): Decision {
  const reason = `It is not Python: line ${error.line}, column ${error.column}: ${error.message}`
  return {
    risk_level: 'ERROR',
    score: 100,
    block_reason: reason,
    warnings: [reason],
    details: {},
    policy_id: POLICY_ID,
    policy_version: POLICY_VERSION,
    compared_with: comparedWith,
  }
}

function textFindings(judged: Judged): Finding[] {
  const { source, entrypoint } = judged
  const lineStarts = startsOfLines(source)
  const findings: Finding[] = []
  const at = (rule: string, offset: number): void => {
    findings.push({ rule, ...placeOf(lineStarts, offset) })
  }
  // Python reads names in NFKC, so `__ｉmport__` is `__import__`. Places may shift where a character has several forms.
  const code = withoutCommentLines(source).normalize('NFKC')
  const cookie = CODING_COOKIE.exec(source)
  if (cookie !== null && !/^utf-?8(?:-sig)?$/i.test(cookie[1] ?? '')) at('SCR-ENCODING', cookie.index)
  for (const match of source.matchAll(REORDERING_CHARACTERS)) at('SCR-SHOWN-ORDER', match.index)
  for (const { rule, pattern } of TEXT_PATTERNS) {
    for (const match of code.matchAll(pattern)) at(rule, match.index)
  }
  for (const _ of uncuratedPackages(judged.packages)) at('SCR-NEEDS', 0)
  if (source.length > LARGE_SCRIPT_CHARACTERS) at('SCR-SIZE', 0)
  if (!definesAtTopLevel(source, entrypoint)) at('SCR-ENTRYPOINT', 0)
  const readsFiles = /\blist_input_files\s*\(|\bread_input_manifest\s*\(/.exec(source)
  if (judged.hasFileField === false && readsFiles !== null) at('SCR-FORM', readsFiles.index)
  if (judged.active !== null && isRewrite(judged.active.source, source)) at('SCR-REWRITE', 0)
  return findings
}

/** Named, so that the author knows which; what the runner of a device lacks is told apart, before a run. */
function needsReason(judged: Judged): string {
  return `It needs packages that the runner image doesn’t hold: ${packageList(uncuratedPackages(judged.packages))}.`
}

/**
 * Lines that are a comment from their start become blanks, so that places stay. A line that only looks like one may be
 * the end of a string, or code within one, and stays: one that could close a long string or holds a place for a value,
 * and one that the line before goes on in. So does a comment behind code: telling it from a string would take a whole
 * parser, and a mistake there would hide code from the rules.
 */
function withoutCommentLines(source: string): string {
  return source.replaceAll(COMMENT_LINE, (line) => (MAYBE_WITHIN_A_STRING.test(line) ? line : ' '.repeat(line.length)))
}

/** Python's lines end with CR or LF alone; `^` and `.` know of others, which may stand in the middle of a string. */
const COMMENT_LINE = /(?<![^\r\n])(?<!\\(?:\r\n|\r|\n))[ \t]*#[^\r\n]*/g
const MAYBE_WITHIN_A_STRING = /'''|"""|\{/

/** PEP 263: a comment on the first or second line. */
const CODING_COOKIE = /^(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)/

function definesAtTopLevel(source: string, name: string): boolean {
  const escaped = name.replace(/[^A-Za-z0-9_]/g, '')
  return new RegExp(
    `^(?:async\\s+def|def|class)\\s+${escaped}\\b|^${escaped}\\s*[:=]|^(?:from|import)\\b.*\\b${escaped}\\b`,
    'm',
  ).test(source)
}

/** Lines that the active version doesn't have, whatever their order. */
function isRewrite(before: string, after: string): boolean {
  const known = new Set(before.split('\n').map((line) => line.trim()))
  const lines = after
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.length < REWRITE_MIN_LINES) return false
  return lines.filter((line) => !known.has(line)).length / lines.length > REWRITE_SHARE
}

function startsOfLines(source: string): number[] {
  const starts = [0]
  for (let index = source.indexOf('\n'); index >= 0; index = source.indexOf('\n', index + 1)) starts.push(index + 1)
  return starts
}

function placeOf(lineStarts: readonly number[], offset: number): Place {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
}
