import { failed, failure, success, type Json, type Result } from '../../domain/result.ts'

/** What may cross a transport: JSON, of bounded size and depth. The core checks the meaning; this checks the form. */

export const MAX_MESSAGE_BYTES = 2 * 1024 * 1024
/** Deeper than anything a channel takes, and shallow enough for every recursive reader behind it. */
export const MAX_MESSAGE_DEPTH = 100

/** Reads a message from JSON text. */
export function parseMessage(text: string): Result<Json> {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return failed(tooLarge())
  if (isTooDeep(text))
    return failed(failure('VALIDATION_ERROR', 'message_too_deep', 'The message is nested too deeply.'))
  try {
    return success(JSON.parse(text) as Json)
  } catch {
    return failed(failure('VALIDATION_ERROR', 'invalid_json', 'The message is not valid JSON.'))
  }
}

/** The same for a value that came some other way, such as by structured clone, which carries more than JSON can say. */
export function checkMessage(value: unknown): Result<Json> {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // A cycle, a BigInt, or nesting that overflows the stack.
  }
  if (text === undefined) {
    return failed(failure('VALIDATION_ERROR', 'invalid_json', 'The message holds something that JSON cannot say.'))
  }
  return parseMessage(text)
}

/** For messages whose size is known, or has shown itself, before their end. */
export function tooLarge() {
  return failure('VALIDATION_ERROR', 'message_too_large', 'The message is larger than 2 MiB.', {
    max_bytes: MAX_MESSAGE_BYTES,
  })
}

/** Counts brackets outside of strings, without recursion, before any recursive reader sees the text. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (inString) {
      if (character === 0x5c) index++
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) {
      depth++
      if (depth > MAX_MESSAGE_DEPTH) return true
    } else if (character === 0x7d || character === 0x5d) depth--
  }
  return false
}
