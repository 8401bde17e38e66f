import type { Field } from '../../../src-main/domain/field.ts'
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
}

export function workOfVersion(version: VersionWithContent): Work {
  return {
    entrypoint: version.entrypoint,
    source_code: version.source_code,
    input_schema_text: schemaText(version.input_schema),
    usage_instructions: version.usage_instructions ?? '',
    change_summary: '',
  }
}

export function workOfStarter(starter: Output<'editor.open'>['starter']): Work {
  return { ...starter, input_schema_text: '', usage_instructions: '', change_summary: '' }
}

export function workOfUnsaved(unsaved: UnsavedWork): Work {
  const { entrypoint, source_code, input_schema_text, usage_instructions, change_summary } = unsaved
  return { entrypoint, source_code, input_schema_text, usage_instructions, change_summary }
}

export function sameWork(a: Work, b: Work): boolean {
  return (Object.keys(a) as (keyof Work)[]).every((key) => a[key] === b[key])
}

export function schemaText(schema: readonly Field[] | null): string {
  return schema === null ? '' : JSON.stringify(schema, null, 2)
}
