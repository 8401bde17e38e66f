import type { Field } from '../../src-main/domain/field.ts'

/** What a run panel runs. */
export type RunSubject =
  | {
      kind: 'tool'
      /** Slug of a published tool. */
      tool: string
      inputSchema: readonly Field[] | null
      /** What it says it needs beside Python. */
      packages: readonly string[]
    }
  | {
      kind: 'sandbox'
      tool: string
      /** Id of the version that was saved last. */
      version: string | null
      inputSchema: readonly Field[] | null
      packages: readonly string[]
      /**
       * Called before a run, so that what runs is what the person sees: the editor saves its text here and answers with
       * the version to run. Null means: don't run; the reason has been shown.
       */
      prepare?: () => Promise<string | null>
    }

/** Where the panel remembers its newest run for this window, so that a reload finds it again. */
export function subjectKey(subject: RunSubject): string {
  return `scriptorium.run.${subject.kind}.${subject.tool}`
}

/** The version that is on the screen, saved if need be; null when there is none, and the reason has been shown. */
export async function versionToRun(subject: Extract<RunSubject, { kind: 'sandbox' }>): Promise<string | null> {
  return subject.prepare === undefined ? subject.version : subject.prepare()
}
