import type { Decision } from '../domain/decision/decision.ts'
import { covers, decide, isBlocked } from '../domain/decision/decide.ts'
import type { RunContext } from '../domain/run.ts'
import type { ToolRow } from '../domain/state.ts'
import { withoutByteOrderMark, type VersionContent } from '../domain/version.ts'
import { currentSettings, type Context } from './context.ts'

/** What can't be read to its end may hold anything. */
const NOT_JUDGED = { message: 'Too much of the code stands together for its risks to be read', line: 1, column: 1 }

/** The decision on a content, measured against the tool's active version (EV-2). Computed here, never taken from a caller. */
export function decideContent(context: Context, tool: ToolRow, content: VersionContent): Decision {
  const { store, linter } = context
  const active = tool.active_version_id === null ? null : store.state.version(tool.active_version_id)
  const activeContent = active === null ? null : store.reads.content(active.manifest_hash)
  const problem = linter.check(content.source_code).find(({ isSyntaxError }) => isSyntaxError) ?? null
  const findings = problem === null ? linter.securityFindings(content.source_code) : []
  return decide(
    {
      source: withoutByteOrderMark(content.source_code),
      entrypoint: content.entrypoint,
      hasFileField: content.input_schema === null ? null : content.input_schema.some((field) => field.kind === 'file'),
      packages: content.runtime?.packages ?? [],
      active:
        active === null || activeContent === null
          ? null
          : { manifest_hash: active.manifest_hash, source: withoutByteOrderMark(activeContent.source_code) },
      syntaxError: findings === null ? NOT_JUDGED : problem,
    },
    findings ?? [],
  )
}

/** EV-3: why a content may not run or be published in a context; null when it may, by its level or by an override. */
export function blockReason(
  context: Context,
  decision: Decision,
  manifestHash: string,
  runContext: RunContext,
): string | null {
  const settings = currentSettings(context)
  if (!isBlocked(decision, settings)) return null
  const { policy_id, policy_version } = decision
  const scope = { manifest_hash: manifestHash, context: runContext, policy_id, policy_version }
  const approved = context.store.reads.approvedOverrides(scope)
  if (approved.some((level) => covers(level, decision.risk_level, settings))) return null
  return decision.block_reason ?? decision.warnings.join(' ')
}
