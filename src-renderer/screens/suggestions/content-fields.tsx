import { TagsInput, Textarea, TextInput } from '@mantine/core'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { SuggestionContent } from '../../../src-main/domain/suggestion.ts'
import { problemOf } from '../../bridge/failure-text.ts'

/** As the input calls them, for the failures that the fields show themselves. */
export const CONTENT_FIELDS = ['title', 'description', 'professions', 'categories'] as const

interface ContentFieldsProps {
  value: SuggestionContent
  onChange(value: SuggestionContent): void
  failure: Failure | undefined
  /** Where the content sits in the command's input: `modified.`. */
  prefix?: string
  autoFocus?: boolean
}

/** What a suggested tool is to do, and for whom. */
export function ContentFields({ value, onChange, failure, prefix = '', autoFocus = false }: ContentFieldsProps) {
  const problem = (field: (typeof CONTENT_FIELDS)[number]) => problemOf(failure, `${prefix}${field}`)
  return (
    <>
      <TextInput
        label="Title"
        {...(autoFocus ? { 'data-autofocus': true } : {})}
        autoComplete="off"
        value={value.title}
        maxLength={255}
        error={problem('title')}
        onChange={(event) => onChange({ ...value, title: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        description="What goes in, what should come out, and what it saves people from doing by hand."
        autosize
        minRows={4}
        maxRows={14}
        value={value.description}
        maxLength={10_000}
        error={problem('description')}
        onChange={(event) => onChange({ ...value, description: event.currentTarget.value })}
      />
      <TagsInput
        label="Professions"
        description="Who would use it."
        placeholder={value.professions.length === 0 ? 'Enter after each' : ''}
        maxTags={20}
        maxLength={100}
        acceptValueOnBlur
        value={value.professions}
        error={problem('professions')}
        onChange={(professions) => onChange({ ...value, professions })}
      />
      <TagsInput
        label="Categories"
        description="They become the tool’s tags."
        placeholder={value.categories.length === 0 ? 'Enter after each' : ''}
        maxTags={20}
        maxLength={100}
        acceptValueOnBlur
        value={value.categories}
        error={problem('categories')}
        onChange={(categories) => onChange({ ...value, categories })}
      />
    </>
  )
}
