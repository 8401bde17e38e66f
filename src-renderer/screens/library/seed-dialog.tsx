import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconEqual, IconPlus, IconRefresh, IconX, type Icon } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import type { SeededTool } from '../../../src-preload/contract/bank.ts'
import { useCommand } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import { ToneBadge, type Tone } from '../../ui/badges.tsx'
import { DataList, type Column } from '../../ui/data-list.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { FormFailure } from '../../ui/form-failure.tsx'
import { formatCount } from '../../ui/formats.ts'
import { PathInput } from '../../ui/path-input.tsx'

/** Makes tools of a script bank's folders (TL-5): first what would happen, then doing it. */
export function SeedDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  return (
    <FormDialog subject={isOpen || null} title={() => 'Seed tools from a folder'} size="xl" onClose={onClose}>
      {() => <SeedForm onClose={onClose} />}
    </FormDialog>
  )
}

const OUTCOMES: Record<SeededTool['outcome'], { label: string; tone: Tone; icon: Icon }> = {
  created: { label: 'New', tone: 'good', icon: IconPlus },
  updated: { label: 'Updated', tone: 'info', icon: IconRefresh },
  unchanged: { label: 'Same', tone: 'neutral', icon: IconEqual },
  differs: { label: 'Differs, kept', tone: 'warn', icon: IconAlertTriangle },
  failed: { label: 'Failed', tone: 'bad', icon: IconX },
}

const COLUMNS: readonly Column<SeededTool>[] = [
  {
    id: 'slug',
    label: 'Tool',
    track: 'minmax(8rem, 1fr)',
    cell: ({ slug }) => (
      <Text component="code" size="sm">
        {slug}
      </Text>
    ),
  },
  {
    id: 'outcome',
    label: 'Outcome',
    track: '8.5rem',
    cell: ({ outcome }) => (
      <ToneBadge tone={OUTCOMES[outcome].tone} icon={OUTCOMES[outcome].icon}>
        {OUTCOMES[outcome].label}
      </ToneBadge>
    ),
  },
  {
    id: 'message',
    label: 'What about it',
    track: 'minmax(8rem, 2fr)',
    cell: ({ message }) => (
      <Text size="sm" c="dimmed">
        {message}
      </Text>
    ),
  },
]

interface Options {
  path: string
  sync_metadata: boolean
  sync_code: boolean
  publish: boolean
}

function SeedForm({ onClose }: { onClose(): void }) {
  const [options, setOptions] = useState<Options>({ path: '', sync_metadata: false, sync_code: false, publish: false })
  // What is shown belongs to the options that it was tried with.
  const [shown, setShown] = useState<{ options: Options; isDryRun: boolean; items: readonly SeededTool[] } | null>(null)
  const seed = useCommand('bank.seed', { failures: 'form' })
  const wasTried = shown !== null && shown.isDryRun && shown.options === options
  const change = (part: Partial<Options>) => setOptions({ ...options, ...part })

  const run = async (isDryRun: boolean) => {
    const answer = await seed.run({ ...options, path: options.path.trim(), dry_run: isDryRun })
    if (!answer.ok) return
    const { items } = answer.data
    setShown({ options, isDryRun, items })
    if (!isDryRun) notifySuccess(`Seeded: ${told(items)}`)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(!wasTried)
  }
  const hasWork = shown?.items.some(({ outcome }) => outcome === 'created' || outcome === 'updated') === true
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <PathInput
          label="Folder"
          description="On this device, by its full path: a folder for each tool, named by its slug, with tool.json and script.py."
          isFocused
          value={options.path}
          error={problemOf(seed.error, 'path')}
          onChange={(path) => change({ path })}
        />
        <Stack gap="xs">
          <Checkbox
            label="Overwrite titles, summaries and tags of tools that are there"
            checked={options.sync_metadata}
            onChange={(event) => change({ sync_metadata: event.currentTarget.checked })}
          />
          <Checkbox
            label="Save scripts that differ as new versions"
            checked={options.sync_code}
            onChange={(event) => change({ sync_code: event.currentTarget.checked })}
          />
          <Checkbox
            label="Publish what is seeded"
            description="Where another person must review, it waits in review instead."
            checked={options.publish}
            onChange={(event) => change({ publish: event.currentTarget.checked })}
          />
        </Stack>
        <FormFailure failure={seed.error} fields={['path']} />
        {shown !== null && (
          <section aria-label="Result" aria-live="polite">
            <Text size="sm" fw={560} mb={6}>
              {shown.isDryRun ? 'This would happen: ' : 'Done: '}
              {told(shown.items)}
            </Text>
            <DataList label="Tools of the bank" columns={COLUMNS} items={shown.items} keyOf={({ slug }) => slug} />
          </section>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {shown?.isDryRun === false ? 'Done' : 'Cancel'}
          </Button>
          <Button type="submit" loading={seed.running} disabled={options.path.trim() === '' || (wasTried && !hasWork)}>
            {wasTried ? 'Seed' : 'See what would happen'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function told(items: readonly SeededTool[]): string {
  const count = (outcome: SeededTool['outcome']) => items.filter((item) => item.outcome === outcome).length
  const parts = [
    [count('created'), 'new'],
    [count('updated'), 'updated'],
    [count('unchanged'), 'the same'],
    [count('differs'), 'that differ and are kept'],
    [count('failed'), 'failed'],
  ] as const
  const words = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`)
  return `${formatCount(items.length, 'tool')}${words.length === 0 ? '' : ` (${words.join(', ')})`}`
}
