import type { Field } from '../../../src-main/domain/field.ts'
import { MAX_PACKAGES, packagesSchema } from '../../../src-main/domain/version.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'
import type { UnsavedWork } from '../../../src-preload/contract/versions.ts'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'

/** What can be typed in the editor, as text: also a form that isn't valid JSON yet is work worth keeping. */
export interface Work {
  entrypoint: string
  source_code: string
  input_schema_text: string
  usage_instructions: string
  change_summary: string
  /** Names of packages, with commas or spaces between them. */
  packages_text: string
}

export function workOfVersion(version: VersionWithContent): Work {
  return {
    entrypoint: version.entrypoint,
    source_code: version.source_code,
    input_schema_text: schemaText(version.input_schema),
    usage_instructions: version.usage_instructions ?? '',
    change_summary: '',
    packages_text: (version.runtime?.packages ?? []).join(', '),
  }
}

export function workOfStarter(starter: Output<'editor.open'>['starter']): Work {
  return { ...starter, input_schema_text: '', usage_instructions: '', change_summary: '', packages_text: '' }
}

/** What an older version of the app kept doesn't name packages: then they are those of what it was typed on. */
export function workOfUnsaved(unsaved: UnsavedWork, saved: Work): Work {
  const { entrypoint, source_code, input_schema_text, usage_instructions, change_summary, packages_text } = unsaved
  return {
    entrypoint,
    source_code,
    input_schema_text,
    usage_instructions,
    change_summary,
    packages_text: packages_text ?? saved.packages_text,
  }
}

/** The names as they were typed; whether they are any, the core says when they are saved. */
function typedPackages(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '')
}

/** Those that can be names of packages. */
export function validPackages(text: string): string[] {
  const names = typedPackages(text).filter((name) => packagesSchema.safeParse([name]).success)
  return names.slice(0, MAX_PACKAGES)
}

export function arePackages(text: string): boolean {
  return packagesSchema.safeParse(typedPackages(text)).success
}

/** What is saved. The same names as before are the same content, however they are separated here. */
export function runtimeOf(work: Work, base: VersionWithContent | null): VersionWithContent['runtime'] {
  const packages = typedPackages(work.packages_text)
  const before = base?.runtime ?? null
  if (packages.length === 0 && (before?.packages.length ?? 0) === 0) return before
  return packages.length === 0 ? null : { packages }
}

export function sameWork(a: Work, b: Work): boolean {
  return (Object.keys(a) as (keyof Work)[]).every((key) => a[key] === b[key])
}

export function schemaText(schema: readonly Field[] | null): string {
  return schema === null ? '' : JSON.stringify(schema, null, 2)
}
