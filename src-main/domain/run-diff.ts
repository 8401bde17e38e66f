import { z } from 'zod'
import { isObject } from './result-contract/read-result.ts'
import type { Json, JsonObject } from './result.ts'
import type { RecordedRun, RunResult } from './run.ts'
import { canonicalJson } from './canonical-json.ts'

/** EV-7: what changed between two runs, and how much it matters. Pure: the same two records give the same difference. */

export const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const
export const severitySchema = z.enum(SEVERITIES)
export type Severity = z.infer<typeof severitySchema>

export const PARTS = [
  'version',
  'inputs',
  'values',
  'limits',
  'runner',
  'decision',
  'outcome',
  'outputs',
  'artifacts',
  'logs',
  'timings',
] as const

export const runChangeSchema = z.object({
  part: z.enum(PARTS),
  severity: severitySchema,
  message: z.string(),
  before: z.json() as z.ZodType<Json>,
  after: z.json() as z.ZodType<Json>,
})
export type RunChange = z.infer<typeof runChangeSchema>

export const runDiffSchema = z.object({ severity: severitySchema.nullable(), changes: z.array(runChangeSchema) })
export type RunDiff = z.infer<typeof runDiffSchema>

export interface ComparedRun {
  record: RecordedRun
  /** Null when it was pruned; then only its hash is compared. */
  result: RunResult | null
}

/** Durations always differ a little; only such a factor is worth a line. */
const NOTABLE_FACTOR = 2
const NOTABLE_MS = 1000

export function diffRuns(a: ComparedRun, b: ComparedRun): RunDiff {
  const [before, after] = [a.record, b.record]
  const changes: RunChange[] = []
  const compare = (part: RunChange['part'], severity: Severity, message: string, x: unknown, y: unknown): void => {
    if (canonicalJson(x) !== canonicalJson(y))
      changes.push({ part, severity, message, before: x as Json, after: y as Json })
  }
  compare('version', 'CRITICAL', 'They ran different content.', before.manifest_hash, after.manifest_hash)
  if (before.manifest_hash === after.manifest_hash) {
    compare('version', 'INFO', 'They ran the same content as two versions.', before.version_id, after.version_id)
  }
  compare('inputs', 'CRITICAL', 'The input files differ.', fileHashes(before.inputs), fileHashes(after.inputs))
  compare('values', 'WARNING', 'The form was filled in differently.', before.values, after.values)
  compare('limits', 'WARNING', 'The limits differ.', before.limits, after.limits)
  compare('runner', 'WARNING', 'Another runner or image was used.', runnerOf(before), runnerOf(after))
  compare('runner', 'WARNING', 'The isolation that was in force differs.', isolationOf(before), isolationOf(after))
  compare('decision', 'WARNING', 'The risk decision differs.', decisionOf(before), decisionOf(after))
  compare('outcome', 'CRITICAL', 'They ended differently.', outcomeOf(before), outcomeOf(after))
  compare('outcome', 'WARNING', 'What was told about the error differs.', before.error_summary, after.error_summary)
  if (before.result_sha256 !== after.result_sha256) {
    compare('outputs', 'CRITICAL', 'The outputs differ.', outputsOf(a), outputsOf(b))
  }
  compareArtifacts(before, after, changes)
  compare('logs', 'INFO', 'Standard output differs.', before.stdout.sha256, after.stdout.sha256)
  compare('logs', 'INFO', 'Standard error differs.', before.stderr.sha256, after.stderr.sha256)
  if (isNotable(before.duration_ms, after.duration_ms)) {
    changes.push({
      part: 'timings',
      severity: 'INFO',
      message: 'One took much longer.',
      before: before.duration_ms,
      after: after.duration_ms,
    })
  }
  return { severity: overall(changes), changes }
}

/** The same difference as somebody sees it who may see some parts of runs only. */
export function onlyParts(diff: RunDiff, parts: readonly RunChange['part'][]): RunDiff {
  const changes = diff.changes.filter(({ part }) => parts.includes(part))
  return { severity: overall(changes), changes }
}

function compareArtifacts(before: RecordedRun, after: RecordedRun, changes: RunChange[]): void {
  const [hashesBefore, hashesAfter] = [artifactHashes(before), artifactHashes(after)]
  for (const path of [...new Set([...hashesBefore.keys(), ...hashesAfter.keys()])].sort()) {
    const [x, y] = [hashesBefore.get(path) ?? null, hashesAfter.get(path) ?? null]
    if (x === y) continue
    const message = x === null ? `${path} is new.` : y === null ? `${path} is gone.` : `${path} has another content.`
    changes.push({ part: 'artifacts', severity: 'CRITICAL', message, before: x, after: y })
  }
}

/** A map, since a script may name its file as what every object has. */
function artifactHashes({ artifacts }: RecordedRun): Map<string, string> {
  return new Map(artifacts.map(({ path, sha256 }) => [path, sha256]))
}

function fileHashes(files: RecordedRun['inputs']): JsonObject {
  return Object.fromEntries(files.map((file) => [file.name, file.sha256]))
}

function runnerOf({ runner }: RecordedRun): Json {
  return runner === null
    ? null
    : { kind: runner.kind, version: runner.version, image_id: runner.image_id, isolation: runner.isolation }
}

/** Every run has a container of its own; what that is called isolates nothing, nor does the order of its mounts. */
function isolationOf({ runner }: RecordedRun): Json {
  if (runner === null) return null
  const { container: _, ...effective } = runner.effective
  const { kernel } = effective
  return isObject(kernel) ? { ...effective, kernel: { ...kernel, mounts: inOrder(kernel['mounts']) } } : effective
}

function inOrder(mounts: Json | undefined): Json {
  if (!Array.isArray(mounts)) return mounts ?? null
  return mounts.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
}

function decisionOf({ decision }: RecordedRun): Json {
  if (decision === null) return null
  const { risk_level, score, policy_id, policy_version, details } = decision
  return { risk_level, score, policy_id, policy_version, rules: Object.keys(details).sort() }
}

function outcomeOf({ status, reason, record_status, exit_code, signal, oom }: RecordedRun): Json {
  return { status, reason, record_status, exit_code, signal, oom }
}

function outputsOf({ record, result }: ComparedRun): Json {
  if (result !== null) return result as unknown as Json
  // There never was one, or it was pruned.
  return record.result_sha256 === null ? null : { sha256: record.result_sha256 }
}

function isNotable(a: number, b: number): boolean {
  return Math.abs(a - b) >= NOTABLE_MS && Math.max(a, b) >= NOTABLE_FACTOR * Math.min(a, b)
}

function overall(changes: readonly RunChange[]): Severity | null {
  const worst = Math.max(-1, ...changes.map((change) => SEVERITIES.indexOf(change.severity)))
  return SEVERITIES[worst] ?? null
}
