import type { ToolView } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { ExportForm } from '../../ui/export-form.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { formatCount } from '../../ui/formats.ts'

/** Writes a tool's published versions as files for a code repository (TL-6). */
export function ExportDialog({ tool, onClose }: { tool: ToolView | null; onClose(): void }) {
  return (
    <FormDialog subject={tool} title={(shown) => `Export ${shown.title}`} onClose={onClose}>
      {(shown) => <ToolExport tool={shown} onClose={onClose} />}
    </FormDialog>
  )
}

function ToolExport({ tool, onClose }: { tool: ToolView; onClose(): void }) {
  const exporting = useCommand('tools.export', { failures: 'form' })
  const write = async (path: string) => {
    const answer = await exporting.run({ tool: tool.id, path })
    if (!answer.ok) return
    notifySuccess(`${formatCount(answer.data.files.length, 'file')} written`)
    onClose()
  }
  return (
    <ExportForm
      about={
        <>
          Its published versions as <code>tools/{tool.slug}/v1.py</code> and so on, with <code>metadata.json</code>{' '}
          beside them: the same bytes each time, so that a code repository shows only what changed.
        </>
      }
      label="Folder"
      description="On this device, by its full path, such as a working copy of the repository."
      failure={exporting.error}
      isRunning={exporting.running}
      onExport={write}
      onCancel={onClose}
    />
  )
}
