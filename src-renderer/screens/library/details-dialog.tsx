import { Button, Group, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'

/** Title, summary and tags of a tool: what the catalogue says about it. */
export function DetailsDialog({ tool, onClose }: { tool: ToolView | null; onClose(): void }) {
  return (
    <FormDialog subject={tool} title={() => 'Edit details'} onClose={onClose}>
      {(shown) => <DetailsForm tool={shown} onClose={onClose} />}
    </FormDialog>
  )
}

function DetailsForm({ tool, onClose }: { tool: ToolView; onClose(): void }) {
  const [title, setTitle] = useState(tool.title)
  const [summary, setSummary] = useState(tool.summary)
  const [tags, setTags] = useState<string[]>(tool.tags)
  /** The edit that this one is made on. Once another is shown, saving again means to replace it. */
  const [seen, setSeen] = useState(tool.metadata_event_id)
  const edit = useCommand('tools.edit', { failures: 'form' })

  const theirs = edit.error === undefined ? null : movedTo(edit.error)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await edit.run({ tool: tool.id, title, summary, tags, expected_metadata_event_id: seen })
    if (!answer.ok) {
      const moved = movedTo(answer.error)
      if (moved !== null) setSeen(moved.metadata_event_id)
      return
    }
    notifySuccess('Details saved')
    onClose()
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
          error={problemOf(edit.error, 'title')}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label="Summary"
          autosize
          minRows={2}
          maxRows={8}
          value={summary}
          maxLength={2000}
          error={problemOf(edit.error, 'summary')}
          onChange={(event) => setSummary(event.currentTarget.value)}
        />
        <TagsInput label="Tags" maxTags={20} value={tags} error={problemOf(edit.error, 'tags')} onChange={setTags} />
        <FormFailure failure={edit.error} fields={['title', 'summary', 'tags']} />
        {theirs !== null && (
          <Text size="sm">
            It now says: “{theirs.title}”{theirs.summary === '' ? '' : `, ${theirs.summary}`}
            {theirs.tags.length === 0 ? '' : ` (${theirs.tags.join(', ')})`}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={edit.running} disabled={title.trim() === ''}>
            {theirs === null ? 'Save' : 'Save mine instead'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type Details = Pick<ToolView, 'title' | 'summary' | 'tags' | 'metadata_event_id'>

/** What somebody else made of it meanwhile; null for any other failure. */
function movedTo(failure: Failure): Details | null {
  return failure.reason === 'metadata_moved' ? (failure.details as unknown as Details) : null
}
