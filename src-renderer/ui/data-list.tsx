import { Button } from '@mantine/core'
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react'
import styles from './data-list.module.css'

export interface Column<T> {
  id: string
  label: string
  /** A grid track: `minmax(0, 2fr)`, `7rem`. */
  track: string
  cell(item: T): ReactNode
  align?: 'end'
  /** Where the list is narrow a row wraps: a cell may be left out, or sit in the row's corner (its menu). */
  narrow?: 'hide' | 'corner'
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
 * A table that folds into cards where it is narrow. If the first cell holds a `RowLink`, the whole row leads there, and
 * the arrow keys, j and k, Home and End go from row to row.
 */
export function DataList<T>({ label, columns, items, keyOf, stale = false, more }: DataListProps<T>) {
  const tracks = { '--tracks': columns.map((column) => column.track).join(' ') } as CSSProperties
  return (
    <div className={styles['list']}>
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
            {columns.map((column) => (
              <span key={column.id} role="columnheader" className={column.align === 'end' ? styles['end'] : undefined}>
                {column.narrow === 'corner' ? <span className="visually-hidden">{column.label}</span> : column.label}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {items.map((item) => (
            <div key={keyOf(item)} role="row" className={`${styles['row']} ${styles['linked']}`}>
              {columns.map((column, index) => (
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

function cellClass<T>(column: Column<T>, index: number): string {
  return [
    styles['cell'],
    index === 0 && styles['first'],
    column.align === 'end' && styles['end'],
    column.narrow === 'hide' && styles['hideNarrow'],
    column.narrow === 'corner' && styles['corner'],
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
