import type { Envelope } from '../../src-preload/contract/channel.ts'
import { channels, isChannel } from '../../src-preload/contract/contract.ts'
import { BROKEN_TEXT, brokenText } from '../domain/broken-text.ts'
import { plainIssue } from '../domain/plain-issue.ts'
import { failure, invalidField, type Failure, type Json } from '../domain/result.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import type { Handler, Handlers } from './handlers.ts'

export type Dispatch = (session: Session, channel: string, input: unknown) => Promise<Envelope<Json>>

export interface DispatchOptions {
  /** Parses every answer against its declaration; a difference is a bug. For tests and development. */
  checkOutput: boolean
}

/**
 * The only door (RB-1): the channel must be declared, the input must parse, and the answer is one envelope. It knows no
 * transport. What the disk refuses is a failure that says what to do; anything else that throws is a bug, logged under
 * an incident id (ER-1).
 */
export function createDispatch(context: Context, handlers: Handlers, options: DispatchOptions): Dispatch {
  return async (session, channel, input) => {
    if (!isChannel(channel)) {
      return refuse(failure('NOT_FOUND', 'unknown_channel', `There is no channel ${String(channel).slice(0, 100)}.`))
    }
    const declaration = channels[channel]
    const broken = brokenText(input)
    if (broken !== null) return refuse(invalidField(broken, BROKEN_TEXT))
    const parsed = declaration.input.safeParse(input, { error: plainIssue })
    if (!parsed.success) return refuse(inputFailure(parsed.error.issues[0]))
    // Commands are somebody's doing; queries may be a screen that reads again by itself.
    if (declaration.kind === 'command') context.activity.touch()
    try {
      const handler = handlers[channel] as Handler<never>
      const result = await handler(context, session, parsed.data as never)
      if (!result.ok) return refuse(result.failure)
      if (options.checkOutput) declaration.output.parse(result.value)
      return { ok: true, data: result.value as Json }
    } catch (error) {
      return refuse(context.explainError(error) ?? context.reportBug(channel, error))
    }
  }
}

function refuse(error: Failure): { ok: false; error: Failure } {
  return { ok: false, error }
}

/** ER-3: names the field, in the words of its schema. */
function inputFailure(issue: { path: PropertyKey[]; message: string } | undefined): Failure {
  const field = issue?.path.map(String).join('.') ?? ''
  const message = issue?.message ?? 'is not valid'
  return failure('VALIDATION_ERROR', 'invalid_input', `${field || 'input'}: ${message}`, { field })
}
