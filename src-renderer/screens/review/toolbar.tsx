import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconChecks, IconChevronLeft, IconHistory, IconMessage2 } from '@tabler/icons-react'
import { useState } from 'react'
import type { ToolView, VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { MoreMenu } from '../../evidence/more-menu.tsx'
import { notifySuccess } from '../../notifications.tsx'
import { goBackInstead } from '../../history-entry.ts'
import { toHref } from '../../routes.ts'
import { Banner } from '../../run/banner.tsx'
import { useSession } from '../../session.tsx'
import { StateBadge } from '../../ui/badges.tsx'
import classes from './review.module.css'
import { PublishDialog } from './publish-dialog.tsx'
import { RequestChangesDialog } from './request-changes-dialog.tsx'
import { WithdrawDialog } from './withdraw-dialog.tsx'

interface ReviewToolbarProps {
  version: VersionWithContent
  tool: ToolView
  /** The active version that the difference is shown against. */
  shownActiveId: string | null
  /** Shows the difference against what is active now. */
  onLookAgain(): void
}

type Dialog = 'publish' | 'changes' | 'withdraw'

export function ReviewToolbar({ version, tool, shownActiveId, onLookAgain }: ReviewToolbarProps) {
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [wasPublished, setWasPublished] = useState(false)
  const close = () => setDialog(null)
  const waiting = version.state === 'in_review'

  return (
    <>
      <header className={classes.bar}>
        <Tooltip label="Back to the reviews">
          <ActionIcon
            component="a"
            href={toHref({ screen: 'reviews' })}
            aria-label="Back to the reviews"
            onClick={goBackInstead}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
        </Tooltip>
        <div className={classes.titles}>
          <h1 className={classes.title}>{tool.title}</h1>
          <StateBadge state={version.state} number={version.version_number} />
        </div>
        <div className={classes.actions}>
          {waiting && version.may.withdraw && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              onClick={() => setDialog('withdraw')}
            >
              Withdraw
            </Button>
          )}
          {waiting && version.may.request_changes && (
            <Button
              variant="default"
              leftSection={<IconMessage2 size={16} aria-hidden />}
              onClick={() => setDialog('changes')}
            >
              Request changes
            </Button>
          )}
          {waiting && version.may.publish && (
            <Button leftSection={<IconChecks size={16} aria-hidden />} onClick={() => setDialog('publish')}>
              Approve and publish
            </Button>
          )}
          <MoreMenu of="this version" subject={{ version: version.id }}>
            <Menu.Item
              component="a"
              href={toHref({ screen: 'version-history', tool: tool.slug })}
              leftSection={<IconHistory size={15} />}
            >
              Version history
            </Menu.Item>
          </MoreMenu>
        </div>
      </header>
      {waiting && version.may.request_changes && !version.may.publish && <NeedsSomebodyElse version={version} />}
      {!waiting && <Decided version={version} tool={tool} wasPublished={wasPublished} />}
      {dialog === 'publish' && (
        <PublishDialog
          version={version}
          tool={tool}
          shownActiveId={shownActiveId}
          onClose={close}
          onLookAgain={onLookAgain}
          onPublished={() => {
            setWasPublished(true)
            close()
          }}
        />
      )}
      {dialog === 'changes' && <RequestChangesDialog version={version} onClose={close} />}
      {dialog === 'withdraw' && <WithdrawDialog version={version} onClose={close} />}
    </>
  )
}

/** RB-5: who wrote or submitted a version may review it, but the setting leaves publishing to somebody else. */
function NeedsSomebodyElse({ version }: { version: VersionWithContent }) {
  const { member } = useSession()
  const part = version.created_by === member.id ? 'wrote' : 'submitted'
  return (
    <div className={classes.notices} role="status">
      <Banner tone="info" title="Somebody else has to publish this">
        You {part} this version, and this workspace asks for another reviewer (the setting “Another person reviews”).
        You can still comment and request changes.
      </Banner>
    </div>
  )
}

/** What is left to do once the verdict is there. */
function Decided({
  version,
  tool,
  wasPublished,
}: {
  version: VersionWithContent
  tool: ToolView
  wasPublished: boolean
}) {
  const publishTool = useCommand('tools.publish')
  const offersCatalogue = wasPublished && !tool.is_published && tool.may.publish
  const show = async () => {
    const envelope = await publishTool.run({ tool: tool.slug })
    if (envelope.ok) notifySuccess(`${tool.title} is in the catalogue.`)
  }
  const hidden = offersCatalogue ? 'Members don’t see the tool in the catalogue yet.' : ''
  const state = version.state === 'archived' ? 'It was decided and is kept in the history.' : 'It isn’t in review.'
  return (
    <div className={classes.notices} role="status">
      <Banner
        tone={wasPublished ? 'good' : 'neutral'}
        action={
          offersCatalogue ? (
            <Button size="compact-sm" loading={publishTool.running} onClick={() => void show()}>
              Publish the tool
            </Button>
          ) : (
            <Button
              component="a"
              size="compact-sm"
              variant="default"
              href={toHref({ screen: 'version-history', tool: tool.slug })}
            >
              Version history
            </Button>
          )
        }
      >
        {wasPublished
          ? `Published: v${tool.active_version_number ?? ''} is active now. ${hidden}`
          : `This version waits for nobody. ${state}`}
      </Banner>
    </div>
  )
}
