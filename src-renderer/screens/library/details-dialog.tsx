import { Button, Group, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
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
  const edit = useCommand('tools.edit', { failures: 'form' })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const answer = await edit.run({ tool: tool.id, title, summary, tags })
    if (!answer.ok) return
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
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={edit.running} disabled={title.trim() === ''}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
