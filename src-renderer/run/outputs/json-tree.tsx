import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Json } from '../../../src-main/domain/result.ts'
import classes from './outputs.module.css'

/** Branches this deep are open at first. */
const OPEN_DEPTH = 2
/** A long list is shown a part at a time, and only what is open is on the page at all. */
const PART = 100

/** Any JSON value; branches open and close. */
export function JsonTree({ value }: { value: Json }) {
  return (
    <div className={`${classes.scroll} ${classes.tree}`} tabIndex={0} role="region" aria-label="JSON value">
      <Node name={null} value={value} depth={0} />
    </div>
  )
}

function Node({ name, value, depth }: { name: string | null; value: Json; depth: number }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH)
  const [parts, setParts] = useState(1)
  const label = name === null ? null : <span className={classes.key}>{name}: </span>
  if (value === null || typeof value !== 'object')
    return (
      <div>
        {label}
        <Leaf value={value} />
      </div>
    )

  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(value)
  const kind = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  if (entries.length === 0)
    return (
      <div>
        {label}
        {Array.isArray(value) ? '[]' : '{}'}
      </div>
    )
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <div>
      <button type="button" className={classes.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chevron size={12} aria-hidden /> {label}
        <span className={classes.note}>{kind}</span>
      </button>
      {open && (
        <ul>
          {entries.slice(0, parts * PART).map(([key, item]) => (
            <li key={key}>
              <Node name={key} value={item} depth={depth + 1} />
            </li>
          ))}
          {entries.length > parts * PART && (
            <li>
              <button type="button" className={classes.toggle} onClick={() => setParts(parts + 1)}>
                … {entries.length - parts * PART} more
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

function Leaf({ value }: { value: null | boolean | number | string }) {
  const className = typeof value === 'string' ? classes.string : classes.other
  return <span className={className}>{JSON.stringify(value)}</span>
}
