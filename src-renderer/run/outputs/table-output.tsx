import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { formatCount } from '../../ui/formats.ts'
import { CopyAction } from '../copy-action.tsx'
import { compareCells, tableToCsv, type Cell, type TableOutput as Table } from './csv.ts'
import classes from './outputs.module.css'

const ROW_PX = 31
const SAMPLED_ROWS = 200
const NARROWEST_CH = 7
const WIDEST_CH = 42

interface Sorting {
  key: string
  descending: boolean
}

/** Rows that can be sorted and copied; only those in view are on the page. */
export function TableOutput({ output }: { output: Table }) {
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => sorted(output.rows, sorting), [output.rows, sorting])
  const columns = useMemo(() => output.columns.map((column) => describeColumn(column, output.rows)), [output])
  const totalCh = columns.reduce((sum, column) => sum + column.widthCh, 0)

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const shown = virtual.getVirtualItems()
  const before = shown[0]?.start ?? 0
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)

  return (
    <div className={classes.output}>
      <div className={classes.head}>
        <h3 className={classes.title}>{output.title ?? 'Table'}</h3>
        <span className={classes.head}>
          <span className={classes.note}>
            {formatCount(output.rows.length, 'row')}
            {output.truncated === true && ' · truncated'}
          </span>
          <CopyAction label="Copy as CSV" text={() => tableToCsv(output.columns, rows)} />
        </span>
      </div>
      <div ref={scroller} className={classes.scroll} tabIndex={0} role="region" aria-label={output.title ?? 'Table'}>
        <table className={classes.table} aria-rowcount={rows.length + 1} style={{ minWidth: `${totalCh}ch` }}>
          <colgroup>
            {columns.map((column) => (
              <col key={column.key} style={{ width: `${column.widthCh}ch` }} />
            ))}
            {/* Takes the room that is left, so that a table of two columns isn't pulled apart. */}
            <col />
          </colgroup>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" aria-sort={ariaSort(column.key, sorting)}>
                  <button
                    type="button"
                    className={classes.sort}
                    data-numeric={column.numeric || undefined}
                    title={column.label}
                    onClick={() => setSorting((now) => nextSorting(column.key, now))}
                  >
                    {column.label}
                    {sorting?.key === column.key &&
                      (sorting.descending ? (
                        <IconArrowDown size={12} aria-hidden />
                      ) : (
                        <IconArrowUp size={12} aria-hidden />
                      ))}
                  </button>
                </th>
              ))}
              <td aria-hidden />
            </tr>
          </thead>
          <tbody>
            {before > 0 && <Spacer height={before} span={columns.length + 1} />}
            {shown.map((item) => (
              <tr key={item.index} aria-rowindex={item.index + 2}>
                {columns.map((column) => {
                  const text = cellText(rows[item.index]?.[column.key])
                  return (
                    <td key={column.key} title={text} data-numeric={column.numeric || undefined}>
                      {text}
                    </td>
                  )
                })}
                <td aria-hidden />
              </tr>
            ))}
            {after > 0 && <Spacer height={after} span={columns.length + 1} />}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  )
}

function describeColumn(column: Table['columns'][number], rows: Table['rows']) {
  const cells = rows.slice(0, SAMPLED_ROWS).map((row) => row[column.key])
  const longest = Math.max(column.label.length + 2, ...cells.map((cell) => cellText(cell).length))
  const numeric =
    cells.length > 0 && cells.every((cell) => typeof cell === 'number' || cell === null || cell === undefined)
  return { ...column, numeric, widthCh: Math.min(Math.max(longest + 4, NARROWEST_CH), WIDEST_CH) }
}

function sorted(rows: Table['rows'], sorting: Sorting | null): Table['rows'] {
  if (sorting === null) return rows
  const { key, descending } = sorting
  return rows.toSorted((a, b) => {
    const isEmpty = (cell: Cell | undefined) => cell === null || cell === undefined
    const order = compareCells(a[key], b[key])
    return descending && !isEmpty(a[key]) && !isEmpty(b[key]) ? -order : order
  })
}

/** Upwards, downwards, then as the script gave them. */
function nextSorting(key: string, now: Sorting | null): Sorting | null {
  if (now?.key !== key) return { key, descending: false }
  return now.descending ? null : { key, descending: true }
}

function ariaSort(key: string, sorting: Sorting | null): 'ascending' | 'descending' | 'none' {
  if (sorting?.key !== key) return 'none'
  return sorting.descending ? 'descending' : 'ascending'
}

function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  return String(cell)
}
