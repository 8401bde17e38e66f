import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import type { CSSProperties, ReactNode } from 'react'
import type { Failure } from '../../src-main/domain/result.ts'
import { describeFailure } from '../bridge/failure-text.ts'
import classes from './run.module.css'

export type BannerTone = 'info' | 'good' | 'warn' | 'bad' | 'neutral'
const ICONS = {
  info: IconInfoCircle,
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  neutral: IconInfoCircle,
}

/** A message in the flow of the page: something to know before going on. */
export function Banner({
  tone,
  title,
  children,
  action,
}: {
  tone: BannerTone
  title?: string
  children?: ReactNode
  action?: ReactNode
}) {
  const ToneIcon = ICONS[tone]
  const colours = { '--banner-text': `var(--app-tone-${tone})`, '--banner-ground': `var(--app-tone-${tone}-ground)` }
  return (
    <div className={classes.banner} style={colours as CSSProperties}>
      <ToneIcon size={17} aria-hidden />
      <div className={classes.bannerBody}>
        {title !== undefined && <div className={classes.bannerTitle}>{title}</div>}
        {children}
      </div>
      {action}
    </div>
  )
}

/** A failure beside what it is about, with what to do next. */
export function FailureBanner({ failure, action }: { failure: Failure; action?: ReactNode }) {
  const { title, message, nextStep } = describeFailure(failure)
  return (
    <div role="alert">
      <Banner tone="bad" title={title} action={action}>
        {message} {nextStep}
      </Banner>
    </div>
  )
}
