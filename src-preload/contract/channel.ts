import type { z } from 'zod'
import type { Failure } from '../../src-main/domain/result.ts'

/**
 * A channel is one thing that a window or a script may ask of the core: a query reads, a command changes. Both are
 * declared once, here in `contract/`; main, preload and page infer their types from the declaration.
 */
export interface ChannelDeclaration<I extends z.ZodType, O extends z.ZodType> {
  kind: 'query' | 'command'
  input: I
  output: O
  /** One sentence for the reference and for `scriptorium channels`. */
  summary: string
}

export function query<I extends z.ZodType, O extends z.ZodType>(summary: string, input: I, output: O) {
  return { kind: 'query', summary, input, output } as const satisfies ChannelDeclaration<I, O>
}

export function command<I extends z.ZodType, O extends z.ZodType>(summary: string, input: I, output: O) {
  return { kind: 'command', summary, input, output } as const satisfies ChannelDeclaration<I, O>
}

/** What every call answers, on every transport: exactly what the command line prints with `--json`. */
export type Envelope<T> = { ok: true; data: T } | { ok: false; error: Failure }
