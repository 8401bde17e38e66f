import { Button, SegmentedControl } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type CSSProperties } from 'react'
import { useStore } from 'zustand'
import { formatCount } from '../ui/formats.ts'
import { CopyAction } from './copy-action.tsx'
import { logText, type Stream } from './log-buffer.ts'
import type { RunStore } from './run-store.ts'
import classes from './run.module.css'

const LINE_PX = 18
/** Above the first line and below the last. */
const ROOM_PX = 8
/** How near to its end the list must be scrolled to be taken as following. */
const NEAR_END_PX = 30

type Shown = 'all' | Stream
const CHOICES: { value: Shown; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'stdout', label: 'Output' },
  { value: 'stderr', label: 'Errors' },
]

/**
 * What the run writes, as it writes it. Only the lines in view are on the page, so that 100,000 of them are no
 * burden.
 */
export function LogView({ store, truncated }: { store: RunStore; truncated: boolean }) {
  const revision = useStore(store, (run) => run.logRevision)
  const [shown, setShown] = useState<Shown>('all')
  const [following, setFollowing] = useState(true)
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useMemo(() => {
    const all = store.getState().log.lines
    return shown === 'all' ? [...all] : all.filter((line) => line.stream === shown)
    // The log is changed in place; its revision says that it was.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [store, revision, shown])
  const { dropped } = store.getState().log

  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    paddingStart: ROOM_PX,
    paddingEnd: ROOM_PX,
    overscan: 20,
  })

  useEffect(() => {
    if (following && scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight
  }, [following, lines])

  const onScroll = () => {
    const list = scroller.current
    if (list !== null) setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX)
  }

  return (
    <section className={classes.section} aria-label="Log">
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>Log</h2>
        <div className={classes.statusEnd}>
          <SegmentedControl
            size="xs"
            data={CHOICES}
            value={shown}
            onChange={(value) => setShown(value as Shown)}
            aria-label="Streams to show"
          />
          <CopyAction label="Copy the log" text={() => logText(lines)} />
        </div>
      </div>
      <div
        ref={scroller}
        className={classes.log}
        style={{ '--log-content': `${lines.length * LINE_PX + 2 * ROOM_PX + 2}px` } as CSSProperties}
        role="log"
        aria-live="off"
        aria-label="What the script wrote"
        tabIndex={0}
        onScroll={onScroll}
      >
        {lines.length === 0 && <div className={classes.logEmpty}>Nothing was written here.</div>}
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index]
            if (line === undefined) return null
            return (
              <div key={line.number} className={classes.logRow} data-stream={line.stream} style={{ top: row.start }}>
                {line.text}
              </div>
            )
          })}
        </div>
      </div>
      <div className={classes.logFoot}>
        <span className={classes.dimmed}>
          {lines.length > 0 && formatCount(lines.length, 'line')}
          {dropped > 0 && ` · ${formatCount(dropped, 'earlier line')} not shown`}
          {truncated && ' · the record keeps the first and the last part'}
        </span>
        {!following && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowDown size={12} />}
            onClick={() => setFollowing(true)}
          >
            Follow
          </Button>
        )}
      </div>
    </section>
  )
}
