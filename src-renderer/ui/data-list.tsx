import { Button } from '@mantine/core'
import {
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import styles from './data-list.module.css'

export interface Column<T> {
  id: string
  label: string
  /** A grid track in rem, with the least that the column can be read at: `minmax(8rem, 2fr)`, `7rem`. */
  track: string
  cell(item: T): ReactNode
  align?: 'end'
  /**
   * Where not all columns fit, some are left out. Where the rest don't either a row wraps, and a cell may sit in its
   * corner (a menu) or take a line of its own below the others (a text).
   */
  narrow?: 'hide' | 'corner' | 'line'
}

interface DataListProps<T> {
  label: string
  columns: readonly Column<T>[]
  items: readonly T[]
  keyOf(item: T): string
  /** The items answer a question asked before; the answer to the present one is on its way. */
  stale?: boolean
  more?: { load(): void; loading: boolean } | undefined
}

/**
 * A table that folds into cards where its columns don't fit. If the first cell holds a `RowLink`, the whole row leads there, and
 * the arrow keys, j and k, Home and End go from row to row.
 */
export function DataList<T>({ label, columns, items, keyOf, stale = false, more }: DataListProps<T>) {
  const list = useRef<HTMLDivElement>(null)
  const width_rem = useWidth(list)
  const isTight = width_rem < neededFor(columns)
  const shown = isTight ? columns.filter((column) => column.narrow !== 'hide') : columns
  const isFolded = isTight && width_rem < neededFor(shown)
  const tracks = { '--tracks': shown.map((column) => column.track).join(' ') } as CSSProperties
  return (
    <div ref={list} className={styles['list']} data-folded={isFolded || undefined}>
      <div
        role="table"
        aria-label={label}
        aria-busy={stale}
        style={tracks}
        className={stale ? styles['stale'] : undefined}
        onKeyDown={moveBetweenRows}
      >
        <div role="rowgroup">
          <div role="row" className={styles['head']}>
            {shown.map((column) => (
              <span key={column.id} role="columnheader" className={column.align === 'end' ? styles['end'] : undefined}>
                {column.narrow === 'corner' ? <span className="visually-hidden">{column.label}</span> : column.label}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {items.map((item) => (
            <div key={keyOf(item)} role="row" className={`${styles['row']} ${styles['linked']}`}>
              {shown.map((column, index) => (
                <div key={column.id} role="cell" className={cellClass(column, index)}>
                  {column.cell(item)}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
      {more !== undefined && (
        <div className={styles['more']}>
          <Button variant="subtle" color="gray" loading={more.loading} onClick={more.load}>
            Show more
          </Button>
        </div>
      )}
    </div>
  )
}

/** The link that a row stands for. */
export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} className={styles['link']} data-row-link="">
      {children}
    </a>
  )
}

/** What a row opens, where that has no address of its own. */
export function RowButton({ onClick, children }: { onClick(): void; children: ReactNode }) {
  return (
    <button type="button" className={`${styles['link']} ${styles['button']}`} data-row-link="" onClick={onClick}>
      {children}
    </button>
  )
}

const GAP_REM = 1

/** What the columns take beside each other, with the gaps between them and at both ends. */
function neededFor<T>(columns: readonly Column<T>[]): number {
  const least = columns.map(({ track }) => Number(/[\d.]+(?=rem)/.exec(track)?.[0] ?? 0))
  return least.reduce((sum, rem) => sum + rem + GAP_REM, GAP_REM)
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width_rem, setWidth] = useState(Infinity)
  useLayoutEffect(() => {
    const measured = element.current
    if (measured === null) return
    const measure = () => {
      const rem_px = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      setWidth(measured.clientWidth / rem_px)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(measured)
    return () => observer.disconnect()
  }, [element])
  return width_rem
}

function cellClass<T>(column: Column<T>, index: number): string {
  return [
    styles['cell'],
    index === 0 && styles['first'],
    column.align === 'end' && styles['end'],
    column.narrow === 'corner' && styles['corner'],
    column.narrow === 'line' && styles['line'],
  ]
    .filter(Boolean)
    .join(' ')
}

function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
  if (!event.target.matches('[data-row-link]')) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')]
  const target = links[nextIndex(event.key, links.indexOf(event.target), links.length)]
  if (target === undefined) return
  event.preventDefault()
  target.focus()
}

function nextIndex(key: string, index: number, count: number): number {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return index + 1
    case 'ArrowUp':
    case 'k':
      return index - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return -1
  }
}

/** Puts the keyboard on the first row of the first list, from the search box above it. */
export function focusFirstRow(): void {
  document.querySelector<HTMLElement>('[data-row-link]')?.focus()
}
