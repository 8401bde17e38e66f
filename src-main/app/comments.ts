import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayComment } from '../domain/policy.ts'
import { failed, failure, invalidField, success, type Result } from '../domain/result.ts'
import type { CommentRow } from '../domain/state.ts'
import { actingMember } from './actor.ts'
import { commitEvent } from './commit.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { findVersion } from './lookup.ts'
import { memberName } from './views.ts'

/** Comments on a version in review (VR-11), which stay with it for good. */

export function commentVersion(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.comment'>,
): Result<Output<'versions.comment'>> {
  return context.store.transaction(() => {
    const actor = actingMember(context, session)
    if (!actor.ok) return actor
    const found = findVersion(context, actor.value, input.version)
    if (!found.ok) return found
    const { version, standing } = found.value
    if (!mayComment(actor.value, version, standing)) {
      return failed(failure('FORBIDDEN', 'not_allowed', 'Only contributors and admins may comment.'))
    }
    const lines = context.store.reads.content(version.manifest_hash)?.source_code.split('\n').length ?? 0
    if (input.line !== null && input.line > lines) return failed(invalidField('line', `the script has ${lines} lines`))
    const id = context.ids.next()
    const event = commitEvent(context, { memberId: actor.value.id }, 'version.commented', {
      tool_id: version.tool_id,
      version_id: version.id,
      comment_id: id,
      line: input.line,
      text: input.text,
      based_on: { manifest_hash: version.manifest_hash },
    })
    if (!event.ok) return event
    const comment = context.store.state.comment(id)
    if (comment === null) throw new Error('a comment that was made is not there')
    return success(view(context, comment))
  })
}

export function listComments(
  context: Context,
  session: Session,
  input: ParsedInput<'versions.comments'>,
): Result<Output<'versions.comments'>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  const found = findVersion(context, actor.value, input.version)
  if (!found.ok) return found
  const { limit, after } = input
  const page = context.store.reads.comments({ versionId: found.value.version.id, limit, after })
  return success({ items: page.items.map((row) => view(context, row)), next: page.next })
}

function view(context: Context, { id, version_id, line, text, by, at }: CommentRow): Output<'versions.comment'> {
  return { id, version_id, line, text, by_name: memberName(context, by), at }
}
