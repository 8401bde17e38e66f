import { Button } from '@mantine/core'
import { IconDownload, IconFile } from '@tabler/icons-react'
import { useState } from 'react'
import type { Artifact } from '../../src-main/domain/run.ts'
import { notifyFailure } from '../notifications.tsx'
import { formatBytes } from '../ui/formats.ts'
import { saveArtifact } from './download.ts'
import classes from './run.module.css'

/** Files that the run left, each with its size and a way to save it. */
export function Artifacts({ runId, artifacts }: { runId: string; artifacts: readonly Artifact[] }) {
  return (
    <section className={classes.section} aria-label="Files">
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>Files</h2>
      </div>
      <ul className={classes.files}>
        {artifacts.map((artifact) => (
          <ArtifactRow key={artifact.artifact_id} runId={runId} artifact={artifact} />
        ))}
      </ul>
    </section>
  )
}

function ArtifactRow({ runId, artifact }: { runId: string; artifact: Artifact }) {
  const [receivedBytes, setReceivedBytes] = useState<number | null>(null)
  const shownPath = artifact.path.replace(/^output\//, '')
  const save = async () => {
    setReceivedBytes(0)
    const failure = await saveArtifact(runId, artifact.artifact_id, setReceivedBytes)
    setReceivedBytes(null)
    if (failure !== null) notifyFailure(failure)
  }
  const percent =
    receivedBytes === null || artifact.bytes === 0 ? 0 : Math.floor((receivedBytes / artifact.bytes) * 100)
  return (
    <li>
      <IconFile size={15} aria-hidden />
      <span className={classes.fileName} title={shownPath}>
        {shownPath}
      </span>
      <span className={classes.dimmed}>{formatBytes(artifact.bytes)}</span>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconDownload size={13} aria-hidden />}
        aria-label={`Save ${shownPath}`}
        disabled={receivedBytes !== null}
        onClick={() => void save()}
      >
        {receivedBytes === null ? 'Save' : `${percent} %`}
      </Button>
    </li>
  )
}
