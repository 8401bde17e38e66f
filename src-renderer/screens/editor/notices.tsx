import { Anchor, Button, Group } from '@mantine/core'
import { toHref } from '../../routes.ts'
import { Banner } from '../../run/banner.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import classes from './editor.module.css'
import { discardUnsavedElsewhere, openNewest, UNSAVED_ELSEWHERE_ID } from './new-draft.ts'
import { bringBack, discard } from './save.ts'
import { patch } from './state.ts'
import type { Desk } from './use-desk.ts'

/** Quiet lines between toolbar and text: what was restored, put aside, or is unsaved elsewhere. */
export function Notices({ desk }: { desk: Desk }) {
  const { state, store } = desk
  const inReview = aboutReview(desk)
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
          Your own text is put aside. You can bring it back until you type something new.
        </Banner>
      )}
      {state.unsavedElsewhere !== null && (
        <Banner
          tone="warn"
          action={
            <Group gap={6} wrap="nowrap">
              <Button id={UNSAVED_ELSEWHERE_ID} size="compact-xs" variant="default" onClick={() => openNewest(desk)}>
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
      {inReview !== null && (
        <Banner
          tone="info"
          action={
            <Anchor inherit href={toHref({ screen: 'version-history', tool: state.tool.slug })}>
              Open the history
            </Anchor>
          }
        >
          {inReview}
        </Banner>
      )}
      {state.base?.state === 'draft' && state.mode === 'view' && !state.base.is_head && (
        <Banner
          tone="info"
          action={
            <Button size="compact-xs" variant="default" onClick={() => openNewest(desk)}>
              Open the newest
            </Button>
          }
        >
          A later version was saved over this one.
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

/** What a version in review means for the one that is shown; null where it means nothing. */
function aboutReview({ state: { base, mode, tool } }: Desk): string | null {
  if (tool.in_review_count === 0) return null
  if (base === null)
    return 'What was written so far is in review, where it can’t be edited. Saving here starts a new draft.'
  return base.state === 'active' && mode === 'view'
    ? 'Another version is in review. A new draft from this one would not have what is changed there.'
    : null
}
