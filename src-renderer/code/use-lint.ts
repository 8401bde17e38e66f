import { useEffect, useMemo, useRef, useState } from 'react'
import { entrypointProblem } from './entrypoint.ts'
import { startLinter, type Linter } from './linter.ts'
import type { Marker } from './marker.ts'

const DEBOUNCE_MS = 300
const NONE: readonly Marker[] = []

/** Problems of a Python script while it is typed. They describe the last text that stood still for a moment. */
export function useLint(source: string, entrypoint: string, enabled = true): readonly Marker[] {
  const linter = useRef<Linter | null>(null)
  const [found, setFound] = useState<readonly Marker[]>(NONE)
  const [settledSource, setSettledSource] = useState(source)

  useEffect(() => {
    if (!enabled) return
    const started = startLinter()
    linter.current = started
    return () => {
      linter.current = null
      started.dispose()
    }
  }, [enabled])

  useEffect(() => {
    if (!enabled) return
    const timer = setTimeout(() => {
      setSettledSource(source)
      linter.current?.check(source, setFound)
    }, DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [source, enabled])

  return useMemo(() => {
    if (!enabled) return NONE
    const missing = entrypointProblem(settledSource, entrypoint)
    return missing === null ? found : [missing, ...found]
  }, [enabled, settledSource, entrypoint, found])
}
