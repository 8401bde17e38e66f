import { useEffect, useState } from 'react'
import { call } from '../../bridge/client.ts'
import { isDirty, type EditorReady, type EditorStore } from './state.ts'
import { sameWork, type Work } from './work.ts'

const DEBOUNCE_MS = 1_000

export type KeepState = 'kept' | 'waiting' | 'failed'

/**
 * Keeps what is typed on this device: a second after the last key, and at once when the person looks elsewhere or
 * leaves. It is the window's last resort, so a failure is shown and tried again with the next key.
 */
export function useKeep(store: EditorStore): { state: KeepState; keepNow: () => void } {
  const [state, setState] = useState<KeepState>('kept')
  const [keepNow, setKeepNow] = useState<() => void>(() => () => undefined)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let kept: Work | null = null
    let keeping = false

    const isWaiting = (): EditorReady | null => {
      const now = store.getState()
      return now.status === 'ready' && isDirty(now) && (kept === null || !sameWork(kept, now.work)) ? now : null
    }
    const keep = async () => {
      clearTimeout(timer)
      const now = isWaiting()
      if (now === null || keeping) return
      keeping = true
      const work = now.work
      const envelope = await call('editor.keep', {
        tool: now.tool.slug,
        unsaved: { ...work, base_version_id: now.base?.id ?? null },
      })
      keeping = false
      if (envelope.ok) kept = work
      setState(envelope.ok ? 'kept' : 'failed')
      if (envelope.ok && isWaiting() !== null) schedule()
    }
    const schedule = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void keep(), DEBOUNCE_MS)
    }
    const stopListening = store.subscribe((now, before) => {
      if (now.status !== 'ready' || before.status !== 'ready' || now.work === before.work) return
      if (!isDirty(now)) {
        // Typed back to what was saved, or saved: there is nothing to keep, and what was kept would mislead.
        clearTimeout(timer)
        setState('kept')
        if (kept !== null && now.setAside === null) void call('editor.keep', { tool: now.tool.slug, unsaved: null })
        kept = null
        return
      }
      setState('waiting')
      schedule()
    })
    const onLeave = (event: BeforeUnloadEvent) => {
      if (isWaiting() === null) return
      void keep()
      event.preventDefault()
    }
    const onHide = () => void keep()
    window.addEventListener('beforeunload', onLeave)
    window.addEventListener('blur', onHide)
    document.addEventListener('visibilitychange', onHide)
    setKeepNow(() => onHide)
    return () => {
      void keep()
      stopListening()
      clearTimeout(timer)
      window.removeEventListener('beforeunload', onLeave)
      window.removeEventListener('blur', onHide)
      document.removeEventListener('visibilitychange', onHide)
    }
  }, [store])

  return { state, keepNow }
}
