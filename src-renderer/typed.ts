import { useCallback, useState } from 'react'
import { useSession } from './session.tsx'

/** What was typed into forms and not sent yet, for each who typed it, while the window is open. */
const kept = new Map<string, unknown>()

/**
 * State of a form that outlasts its dialog or screen: closing it to look something up, or a failure, loses nothing.
 * `place` names the form and what it is about.
 */
export function useTyped<T>(place: string, initial: T): [typed: T, type: (typed: T) => void, forget: () => void] {
  const key = `${useSession().member.id} ${place}`
  const [held, setHeld] = useState(() => ({ key, typed: keptOr(key, initial) }))
  const type = useCallback(
    (typed: T) => {
      kept.set(key, typed)
      setHeld({ key, typed })
    },
    [key],
  )
  const forget = useCallback(() => void kept.delete(key), [key])
  // A dialog that is opened for something else before it has faded out shows what was typed about that.
  return [held.key === key ? held.typed : keptOr(key, initial), type, forget]
}

function keptOr<T>(key: string, initial: T): T {
  return kept.has(key) ? (kept.get(key) as T) : initial
}
