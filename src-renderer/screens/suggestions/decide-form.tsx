import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import type { SuggestionView } from '../../../src-preload/contract/suggestions.ts'
import type { SuggestionContent } from '../../../src-main/domain/suggestion.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { useTyped } from '../../typed.ts'
import { FormFailure } from '../../ui/form-failure.tsx'
import { slugFromTitle } from '../library/slug.ts'
import { CONTENT_FIELDS, ContentFields } from './content-fields.tsx'
import { contentOf, isSameContent } from './content.ts'

type Decision = 'accepted' | 'modified' | 'denied'

interface Typed {
  decision: Decision
  /** Null: as the title suggests. */
  slug: string | null
  content: SuggestionContent
  rationale: string
}

const EXPLAINED: Record<Decision, string> = {
  accepted: 'An unpublished tool is made of it, with its suggester as maintainer.',
  modified: 'As accepting, with your changes. What was suggested stays on record beside them.',
  denied: 'It stays on record with your reason, which its suggester reads.',
}
const CONFIRM: Record<Decision, string> = { accepted: 'Accept', modified: 'Accept with changes', denied: 'Deny' }
const SHOWN_FIELDS = ['slug', 'rationale', ...CONTENT_FIELDS.map((field) => `modified.${field}`)]

/** Accepts, accepts with changes, or denies (TL-4). */
export function DecideForm({ suggestion, onClose }: { suggestion: SuggestionView; onClose(): void }) {
  const suggested = contentOf(suggestion)
  const [typed, setTyped, forget] = useTyped<Typed>(`decide ${suggestion.id}`, {
    decision: 'accepted',
    slug: null,
    content: suggested,
    rationale: '',
  })
  const { decision, content, rationale } = typed
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const decide = useCommand('suggestions.decide', { failures: 'form' })
  const slug = typed.slug ?? slugFromTitle(decision === 'modified' ? content.title : suggestion.title)
  const isUnchanged = decision === 'modified' && isSameContent(content, suggested)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await decide.run({
      suggestion_id: suggestion.id,
      decision,
      slug: decision === 'denied' ? null : slug,
      modified: decision === 'modified' ? content : null,
      rationale,
    })
    if (!answer.ok) return
    forget()
    notifySuccess(decision === 'denied' ? 'Denied' : `Accepted. The tool ${slug} is there to be written.`)
    onClose()
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate aria-label="Decision">
      <Stack>
        <div>
          <SegmentedControl
            fullWidth
            aria-label="Decision"
            value={decision}
            onChange={(value) => change({ decision: value as Decision })}
            data={[
              { value: 'accepted', label: 'Accept' },
              { value: 'modified', label: 'With changes' },
              { value: 'denied', label: 'Deny' },
            ]}
          />
          <Text size="sm" c="dimmed" mt={6}>
            {EXPLAINED[decision]}
          </Text>
        </div>
        {decision === 'modified' && (
          <ContentFields
            value={content}
            onChange={(changed) => change({ content: changed })}
            failure={decide.error}
            prefix="modified."
          />
        )}
        {decision !== 'denied' && (
          <TextInput
            label="Slug"
            description="Names the tool in links and on the command line, for good: a–z, 0–9 and -, a letter first."
            autoComplete="off"
            spellCheck={false}
            value={slug}
            maxLength={128}
            error={problemOf(decide.error, 'slug')}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            onChange={(event) => change({ slug: event.currentTarget.value === '' ? null : event.currentTarget.value })}
          />
        )}
        <Textarea
          label="Rationale"
          description="Its suggester reads it, and it goes on record."
          autosize
          minRows={2}
          maxRows={8}
          value={rationale}
          maxLength={2000}
          error={problemOf(decide.error, 'rationale')}
          onChange={(event) => change({ rationale: event.currentTarget.value })}
        />
        <FormFailure failure={decide.error} fields={SHOWN_FIELDS} />
        <Group justify="flex-end" gap="xs">
          {isUnchanged && (
            <Text size="sm" c="dimmed">
              Nothing is changed yet.
            </Text>
          )}
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            loading={decide.running}
            disabled={rationale.trim() === '' || isUnchanged || (decision !== 'denied' && slug === '')}
          >
            {CONFIRM[decision]}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
