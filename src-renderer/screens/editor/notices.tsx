import { Button, Group } from '@mantine/core'
import { Banner } from '../../run/banner.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import classes from './editor.module.css'
import { discardUnsavedElsewhere, goToUnsaved, UNSAVED_ELSEWHERE_ID } from './new-draft.ts'
import { bringBack, discard } from './save.ts'
import { patch } from './state.ts'
import type { Desk } from './use-desk.ts'

/** Quiet lines between toolbar and text: what was restored, put aside, or is unsaved elsewhere. */
export function Notices({ desk }: { desk: Desk }) {
  const { state, store } = desk
  return (
    <div className={classes.notices}>
      {state.restoredAt !== null && (
        <Banner
          tone="info"
          action={
            <Group gap={6} wrap="nowrap">
              <Button size="compact-xs" variant="default" onClick={() => discard(store)}>
                Discard it
              </Button>
              <Button size="compact-xs" variant="subtle" onClick={() => patch(store, { restoredAt: null })}>
                Keep it
              </Button>
            </Group>
          }
        >
          Your unsaved work from <TimeText at={state.restoredAt} /> was restored.
        </Banner>
      )}
      {state.setAside !== null && (
        <Banner
          tone="info"
          action={
            <Button size="compact-xs" variant="default" onClick={() => bringBack(store)}>
              Bring mine back
            </Button>
          }
        >
          You took the other version. Your own text is still kept until you type something new.
        </Banner>
      )}
      {state.unsavedElsewhere !== null && (
        <Banner
          tone="warn"
          action={
            <Group gap={6} wrap="nowrap">
              <Button id={UNSAVED_ELSEWHERE_ID} size="compact-xs" variant="default" onClick={() => goToUnsaved(desk)}>
                Go to it
              </Button>
              <Button size="compact-xs" variant="subtle" color="red" onClick={() => void discardUnsavedElsewhere(desk)}>
                Discard it and start from this version
              </Button>
            </Group>
          }
        >
          This tool has unsaved work of yours, kept <TimeText at={state.unsavedElsewhere.updated_at} />. Save or discard
          it before you start another draft.
        </Banner>
      )}
      {state.base !== null && state.mode === 'over' && !state.base.is_head && (
        <Banner tone="warn">
          Somebody has saved over this version meanwhile. When you save, you will see both and can choose.
        </Banner>
      )}
    </div>
  )
}
