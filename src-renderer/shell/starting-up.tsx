import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'

const PATIENCE_MS = 300

/** Shows nothing at first: most starts are over before anybody could read a word. */
export function StartingUp() {
  const [isSlow, setIsSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <main aria-busy="true" style={{ display: 'grid', placeItems: 'center', height: '100%' }}>
      {isSlow && <Loader aria-label="Starting" />}
    </main>
  )
}
