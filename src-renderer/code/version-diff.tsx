import { Tabs } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { VersionContent } from '../../src-main/domain/version.ts'
import { CodeDiff } from './code-diff.tsx'
import { CodeEditor } from './code-editor.tsx'
import classes from './code.module.css'
import type { LineNotes } from './line-notes.ts'
import type { Language } from './monaco.ts'

interface Part {
  id: string
  label: string
  language: Language
  before: string
  after: string
}

interface VersionDiffProps {
  /** Null: there is nothing to compare with, and the whole of `after` is shown. */
  before: VersionContent | null
  after: VersionContent
  /** What is compared, for screen readers: `v3 and v5`. */
  label: string
  /** On the lines of the script of `after`. */
  notes?: LineNotes | undefined
}

/** Everything that decides how a version runs, side by side: the script, and each other part that has changed. */
export function VersionDiff({ before, after, label, notes }: VersionDiffProps) {
  const parts = useMemo(() => partsOf(before, after), [before, after])
  const [chosen, setChosen] = useState('script')
  // A place that is to be shown is one of the script.
  const reveal = notes?.reveal ?? null
  const [revealed, setRevealed] = useState(reveal)
  if (reveal !== revealed) {
    setRevealed(reveal)
    setChosen('script')
  }
  const part = parts.find((each) => each.id === chosen) ?? parts[0]
  if (part === undefined) return null
  const isSame = before !== null && part.before === part.after

  return (
    <div className={classes.diff}>
      <Tabs value={part.id} onChange={(id) => setChosen(id ?? 'script')} variant="default" className={classes.diffTabs}>
        <Tabs.List aria-label="Parts of the version">
          {parts.map((each) => (
            <Tabs.Tab key={each.id} value={each.id}>
              {each.label}
              {before !== null && (
                <span className={classes.change}>{each.before === each.after ? 'same' : changeOf(each)}</span>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <div className={classes.diffBody} role="tabpanel" aria-label={part.label}>
        {before === null || isSame ? (
          <CodeEditor
            key={part.id}
            value={part.after}
            language={part.language}
            label={`${part.label} of ${label}`}
            readOnly
            notes={part.id === 'script' ? notes : undefined}
          />
        ) : (
          <CodeDiff
            original={part.before}
            modified={part.after}
            language={part.language}
            label={`${part.label}, ${label}`}
            notes={part.id === 'script' ? notes : undefined}
          />
        )}
      </div>
    </div>
  )
}

/** The script always; of the rest what differs, or, where nothing is compared, what there is. */
function partsOf(before: VersionContent | null, after: VersionContent): Part[] {
  const parts: Part[] = [
    { id: 'script', label: 'Script', language: 'python', before: before?.source_code ?? '', after: after.source_code },
    {
      id: 'entrypoint',
      label: 'Entrypoint',
      language: 'plaintext',
      before: before?.entrypoint ?? '',
      after: after.entrypoint,
    },
    {
      id: 'form',
      label: 'Form fields',
      language: 'json',
      before: pretty(before?.input_schema),
      after: pretty(after.input_schema),
    },
    {
      id: 'settings',
      label: 'Settings',
      language: 'json',
      before: pretty(before?.settings_schema),
      after: pretty(after.settings_schema),
    },
    {
      id: 'usage',
      label: 'Instructions',
      language: 'markdown',
      before: before?.usage_instructions ?? '',
      after: after.usage_instructions ?? '',
    },
    {
      id: 'runtime',
      label: 'Packages',
      language: 'json',
      before: pretty(before?.runtime),
      after: pretty(after.runtime),
    },
  ]
  const isNew = (part: Part) => part.after !== '' && part.id !== 'entrypoint'
  return parts.filter((part) => part.id === 'script' || (before === null ? isNew(part) : part.before !== part.after))
}

/** As a person would write a field; whatever isn't named here follows in the alphabet's order. */
const KEY_ORDER = [
  'kind',
  'name',
  'value',
  'label',
  'help',
  'required',
  'secret',
  'accept',
  'min',
  'max',
  'default',
  'options',
]

/** Keys in one order, whoever wrote them: a mere order of keys is no change (VR-2). */
function pretty(value: unknown): string {
  if (value === null || value === undefined) return ''
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? ordered(part) : part), 2)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function ordered(record: Record<string, unknown>): Record<string, unknown> {
  const place = (key: string) => (KEY_ORDER.includes(key) ? KEY_ORDER.indexOf(key) : KEY_ORDER.length)
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1)))
}

function changeOf(part: Part): string {
  if (part.before === '') return 'added'
  return part.after === '' ? 'removed' : 'changed'
}
