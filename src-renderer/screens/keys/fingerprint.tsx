import { CopyAction } from '../../run/copy-action.tsx'
import styles from './keys.module.css'

const GROUP = /.{1,4}/g
const SHORT_CHARACTERS = 12

/** The whole of a key's fingerprint in groups of four, as two people compare it. */
export function Fingerprint({ id }: { id: string }) {
  return (
    <span className={styles['fingerprint']}>
      <code aria-label={`Fingerprint ${id}`}>
        {(id.match(GROUP) ?? []).map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </code>
      <CopyAction label="Copy the fingerprint" text={() => id} />
    </span>
  )
}

export function ShortFingerprint({ id }: { id: string }) {
  return (
    <code className="mono" title={id}>
      {id.slice(0, SHORT_CHARACTERS)}…
    </code>
  )
}
