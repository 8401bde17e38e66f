import { ActionIcon, Anchor, Button, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconChevronLeft,
  IconDeviceFloppy,
  IconHistory,
  IconPencilPlus,
  IconPlayerPlay,
  IconSend,
} from '@tabler/icons-react'
import { useState } from 'react'
import { RiskBadge } from '../../evidence/risk-badge.tsx'
import { goBackInstead } from '../../history-entry.ts'
import { toHref } from '../../routes.ts'
import { StateBadge, ToneBadge } from '../../ui/badges.tsx'
import { keysToShow } from '../../ui/keys.ts'
import classes from './editor.module.css'
import { newDraftFromThis } from './new-draft.ts'
import { hasContentChanges } from './state.ts'
import { SubmitDialog } from './submit-dialog.tsx'
import type { Desk } from './use-desk.ts'

export function EditorToolbar({ desk }: { desk: Desk }) {
  const { state } = desk
  const [submitting, setSubmitting] = useState(false)
  const { base, tool, mode } = state
  const risk = desk.decision.data?.risk_level
  const maySubmit = mode === 'over' && base !== null && base.may.submit

  return (
    <header className={classes.bar}>
      <Tooltip label="Back to the tools">
        <ActionIcon
          component="a"
          href={toHref({ screen: 'library' })}
          aria-label="Back to the tools"
          onClick={goBackInstead}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <div className={classes.titles}>
        <h1 className={classes.title}>{tool.title}</h1>
        {base === null ? (
          <ToneBadge tone="neutral">Not saved yet</ToneBadge>
        ) : (
          <StateBadge state={base.state} number={base.version_number} />
        )}
        {base !== null && risk !== undefined && risk !== 'GREEN' && (
          <Tooltip label="Why">
            <UnstyledButton onClick={() => desk.setTab('risk')}>
              <RiskBadge level={risk} />
            </UnstyledButton>
          </Tooltip>
        )}
        {mode === 'line' && base !== null && <ToneBadge tone="info">New draft from this</ToneBadge>}
      </div>
      <div className={classes.actions}>
        <Anchor size="sm" href={toHref({ screen: 'version-history', tool: tool.slug })} className={classes.field}>
          <IconHistory size={15} aria-hidden />
          History
        </Anchor>
        {base?.state === 'in_review' && (
          <Button component="a" variant="default" href={toHref({ screen: 'review', version: base.id })}>
            Open the review
          </Button>
        )}
        {mode === 'view' ? (
          tool.may.create_draft && (
            <Button leftSection={<IconPencilPlus size={16} aria-hidden />} onClick={() => newDraftFromThis(desk)}>
              Start a new draft from this
            </Button>
          )
        ) : (
          <>
            <Tooltip label={keysToShow('mod+S').join(' ')}>
              <Button
                variant="default"
                leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                loading={state.busy === 'saving'}
                onClick={desk.saveNow}
              >
                Save
              </Button>
            </Tooltip>
            {base !== null && base.may.submit && (
              <Button
                variant="default"
                leftSection={<IconSend size={16} aria-hidden />}
                disabled={!maySubmit}
                onClick={() => setSubmitting(true)}
              >
                Submit
              </Button>
            )}
          </>
        )}
        <Tooltip label={keysToShow('mod+Enter').join(' ')}>
          <Button
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            variant={mode === 'view' ? 'default' : 'filled'}
            onClick={desk.runNow}
          >
            Run
          </Button>
        </Tooltip>
      </div>
      {submitting && (
        <SubmitDialog desk={desk} hasUnsaved={hasContentChanges(state)} onClose={() => setSubmitting(false)} />
      )}
    </header>
  )
}
