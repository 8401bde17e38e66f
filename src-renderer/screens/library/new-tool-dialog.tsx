import { Button, Group, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { navigate } from '../../routes.ts'
import { useTyped } from '../../typed.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { slugFromTitle } from './slug.ts'

interface Typed {
  title: string
  /** Null: as the title suggests. */
  ownSlug: string | null
  summary: string
  tags: string[]
}
const NOTHING: Typed = { title: '', ownSlug: null, summary: '', tags: [] }

const SHOWN_FIELDS = ['title', 'slug', 'summary', 'tags']

export function NewToolDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'New tool'} onClose={onClose}>
      {() => <NewToolForm onClose={onClose} />}
    </FormDialog>
  )
}

function NewToolForm({ onClose }: { onClose(): void }) {
  const [typed, setTyped, forget] = useTyped<Typed>('new tool', NOTHING)
  const { title, ownSlug, summary, tags } = typed
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const create = useCommand('tools.create', { failures: 'form' })
  const slug = ownSlug ?? slugFromTitle(title)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await create.run({ title, slug, summary, tags })
    if (!answer.ok) return
    forget()
    onClose()
    navigate({ screen: 'editor', tool: answer.data.slug })
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <TextInput
          label="Title"
          data-autofocus
          autoComplete="off"
          value={title}
          maxLength={255}
          error={problemOf(create.error, 'title')}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <TextInput
          label="Slug"
          description="Names the tool in links and on the command line, for good: a–z, 0–9 and -, a letter first."
          autoComplete="off"
          spellCheck={false}
          value={slug}
          maxLength={128}
          error={problemOf(create.error, 'slug')}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onChange={(event) => change({ ownSlug: event.currentTarget.value === '' ? null : event.currentTarget.value })}
        />
        <Textarea
          label="Summary"
          description="A sentence or two for the catalogue. Can be changed later."
          autosize
          minRows={2}
          maxRows={6}
          value={summary}
          maxLength={2000}
          error={problemOf(create.error, 'summary')}
          onChange={(event) => change({ summary: event.currentTarget.value })}
        />
        <TagsInput
          label="Tags"
          placeholder={tags.length === 0 ? 'Enter after each' : ''}
          maxTags={20}
          value={tags}
          error={problemOf(create.error, 'tags')}
          onChange={(next) => change({ tags: next })}
        />
        <FormFailure failure={create.error} fields={SHOWN_FIELDS} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.running} disabled={title.trim() === '' || slug === ''}>
            Make the tool
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
