import { Button, Group, Modal, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { VersionContent } from '../../../src-main/domain/version.ts'
import { VersionDiff } from '../../code/version-diff.tsx'
import { useSession } from '../../session.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import classes from './editor.module.css'
import { newLine, over, saveAt, takeTheirs } from './save.ts'
import { patch } from './state.ts'
import type { Desk } from './use-desk.ts'
import { runtimeOf } from './work.ts'

/** The head has moved: both sides, and every way to go on. Closing it changes nothing. */
export function ConflictDialog({ desk }: { desk: Desk }) {
  const { state, store, schema } = desk
  const { conflict, work, base } = state
  const { member } = useSession()
  const mine = useMemo<VersionContent>(
    () => ({
      entrypoint: work.entrypoint,
      source_code: work.source_code,
      input_schema: schema.ok ? schema.fields : null,
      settings_schema: base?.settings_schema ?? null,
      usage_instructions: work.usage_instructions === '' ? null : work.usage_instructions,
      runtime: runtimeOf(work, base),
    }),
    [work, schema, base],
  )
  if (conflict === null) return null

  const { head, failure } = conflict
  const close = () => patch(store, { conflict: null })
  const maySaveOver = head !== null && head.state === 'draft' && head.is_head && head.may.save_over
  return (
    <Modal opened onClose={close} size="min(1400px, 94vw)" title="This draft has moved on">
      <div className={classes.conflict}>
        <Text size="sm">
          {head === null ? (
            failure.message
          ) : (
            <>
              {head.created_by === member.id ? 'You' : head.created_by_name} saved{' '}
              {head.version_number === null ? 'a version' : `v${head.version_number}`} <TimeText at={head.created_at} />{' '}
              over the version that you started from. Lines marked − are only in theirs, lines marked + only in yours.
              Nothing is saved until you choose, and your text stays kept.
            </>
          )}
        </Text>
        {head !== null && <VersionDiff before={head} after={mine} label="theirs and yours" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={close}>
            Decide later
          </Button>
          {head !== null && (
            <Button variant="default" onClick={() => takeTheirs(store, head)}>
              Take theirs
            </Button>
          )}
          {maySaveOver && (
            <Button variant="default" onClick={() => void saveAt(store, over(head))}>
              Save mine over theirs
            </Button>
          )}
          <Button loading={state.busy === 'saving'} data-autofocus onClick={() => void saveAt(store, newLine(base))}>
            Keep mine as a new draft line
          </Button>
        </Group>
      </div>
    </Modal>
  )
}
