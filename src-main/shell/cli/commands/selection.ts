import { InvalidArgumentError } from 'commander'
import type { OpenCore } from '../../../app/core.ts'
import type { Answer } from '../answer.ts'
import type { Context, Say } from '../context.ts'

/** What the words on the command line came to. Parsing only chooses: nothing is opened before all was understood. */
export type Selected =
  | {
      needs: 'core'
      run(context: Context): Promise<Answer>
      /** What is done last, over the same folder closed and opened anew, unless `run` failed. */
      afterRestart?(context: Context, answer: Answer): Promise<Answer>
    }
  /** Null: all there is to say was printed already. */
  | { needs: 'nothing'; run(surroundings: Surroundings): Promise<Answer | null> }

export interface Surroundings {
  openCore: OpenCore
  dataDir: string
  pageDir: string
  environment: NodeJS.ProcessEnv
  say: Say
  /** Prints a result that comes before the command's end. */
  print(answer: Answer): Promise<void>
  isQuiet: boolean
}

export type Select = (selected: Selected) => void

/** For options that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value]
}

export function wholeNumber(text: string): number {
  const number = Number(text)
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return number
}

export function seconds(text: string): number {
  const number = Number(text)
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || number <= 0)
    throw new InvalidArgumentError('It must be more than 0 and less than 1,000,000 seconds, to the thousandth.')
  return number
}

export function oneOf<T extends string>(allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text)
    if (found === undefined) throw new InvalidArgumentError(`It must be one of: ${allowed.join(', ')}.`)
    return found
  }
}

/** Leaves out what was not given, for inputs whose fields may be absent but not undefined. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
