import { Kbd } from '@mantine/core'
import { keysToShow } from './keys.ts'

/** A shortcut as its keys are labelled on this machine: `mod+K` is ⌘K or Ctrl K; `g c` is two keys in a row. */
export function KeyboardHint({ keys }: { keys: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 3, alignItems: 'center' }}>
      {keysToShow(keys).map((key, index) => (
        <Kbd key={index} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  )
}
