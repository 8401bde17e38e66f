import { useCallback, useState } from 'react'
import type { Verification } from '../../../src-preload/contract/audit.ts'
import { call } from '../../bridge/client.ts'
import { notifyFailure } from '../../notifications.tsx'

type State = { kind: 'idle' } | { kind: 'running'; sinceMs: number } | { kind: 'done'; verification: Verification }

/** Asked for by a person: it reads everything, which is no work to do by itself whenever something changes. */
export function useVerification() {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const verify = useCallback(async () => {
    setState({ kind: 'running', sinceMs: performance.now() })
    const answer = await call('audit.verify', {})
    if (answer.ok) return setState({ kind: 'done', verification: answer.data })
    notifyFailure(answer.error)
    setState({ kind: 'idle' })
  }, [])
  return { state, verify: () => void verify(), dismiss: () => setState({ kind: 'idle' }) }
}
