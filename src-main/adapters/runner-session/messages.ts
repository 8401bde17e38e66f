import { z } from 'zod'
import type { Json } from '../../domain/result.ts'
import { PROTOCOL_VERSION } from './frames.ts'
import type { Frame } from './frames.ts'

/** The JSON payloads that a runner sends. Whatever isn't exactly of these shapes is a protocol violation. */

/** Control frames are small; only `O`, `E`, `R` and `A` carry bulk. */
const MAX_CONTROL_BYTES = 256 * 1024

const count = z.int().min(0)

/** `H`: what the harness read from its own kernel before any script ran. */
export const helloSchema = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  python: z.string().max(200),
  kernel: z.record(z.string(), z.json() as z.ZodType<Json>),
})
export type RunnerHello = z.infer<typeof helloSchema>

/** `X`: how the script's process ended. */
export const exitSchema = z.object({
  exit_code: z.int().nullable(),
  signal: z.int().nullable(),
  duration_ms: z.number().min(0),
  max_rss_bytes: z.number().min(0),
  cpu_ms: z.number().min(0),
  /** Processes that the kernel killed for memory, by its own count; absent where the harness can't know. */
  oom_kills: count.nullable().optional(),
})
export type RunnerExit = z.infer<typeof exitSchema>

/** `r`: whether there is a result; the bytes follow as `R` only when it is present. */
export const resultHeaderSchema = z.object({
  state: z.enum(['present', 'missing', 'too_large', 'not_regular']),
  bytes: count,
})

/** `a`: an artifact; exactly this many bytes follow as `A`. */
export const artifactHeaderSchema = z.object({ path: z.string(), bytes: count })

/** `n`: what the harness itself didn't send, and why. */
export const notesSchema = z.object({
  refused: z.array(z.object({ path: z.string(), reason: z.string() })),
  refused_count: count,
})

export type Parsed<T> = { value: T; problem: null } | { value: null; problem: string }

/** Parses a control frame strictly; never throws. */
export function parseMessage<T>(frame: Frame, schema: z.ZodType<T>): Parsed<T> {
  if (frame.payload.length > MAX_CONTROL_BYTES) return { value: null, problem: `${frame.type} frame is too long` }
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame.payload))
    const parsed = schema.safeParse(json)
    if (parsed.success) return { value: parsed.data, problem: null }
    return { value: null, problem: `${frame.type} frame: ${parsed.error.issues[0]?.message ?? 'of another shape'}` }
  } catch {
    // Not UTF-8, not JSON, or nested so deep that checking it overflows the stack.
    return { value: null, problem: `${frame.type} frame is not JSON` }
  }
}
