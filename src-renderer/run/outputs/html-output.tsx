import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Failure } from '../../../src-main/domain/result.ts'
import { call } from '../../bridge/client.ts'
import { Banner } from '../banner.tsx'
import classes from './outputs.module.css'

/** Script HTML in a frame that runs no script and has no origin of the app's (RC-8). */
export function HtmlOutput({ runId, index, truncated }: { runId: string; index: number; truncated: boolean }) {
  const [url, setUrl] = useState<string | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    let current = true
    setUrl(null)
    setFailure(null)
    void call('runs.preview', { run: runId, output_index: index }).then((envelope) => {
      if (!current) return
      if (envelope.ok) setUrl(envelope.data.url)
      else setFailure(envelope.error)
    })
    return () => void (current = false)
  }, [runId, index, attempt])

  const again = (
    <Button size="compact-xs" variant="default" onClick={() => setAttempt(attempt + 1)}>
      Try again
    </Button>
  )
  if (failure !== null)
    return (
      <Banner tone="warn" title="The page can’t be shown" action={again}>
        {failure.message}
      </Banner>
    )
  return (
    <div className={classes.output}>
      {url === null ? (
        <Skeleton height={360} />
      ) : (
        <iframe
          className={classes.frame}
          sandbox=""
          src={url}
          title="Page made by the script"
          referrerPolicy="no-referrer"
        />
      )}
      {truncated && <span className={classes.note}>The page was too long and was truncated.</span>}
    </div>
  )
}
