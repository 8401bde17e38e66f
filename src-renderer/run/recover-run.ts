import { call } from '../bridge/client.ts'

/** A window remembers the newest run of each panel, so that a reload doesn't lose sight of it. */

export function rememberRun(key: string, runId: string): void {
  sessionStorage.setItem(key, runId)
}

/**
 * Finds the remembered run again: whatever became of it in a sandbox, where its result is being worked with; only while
 * it still goes on for a tool, whose page otherwise starts afresh. Answers with a function that stops looking.
 */
export function recoverRun(kind: 'tool' | 'sandbox', key: string, show: (runId: string) => void): () => void {
  const remembered = sessionStorage.getItem(key)
  let current = true
  if (remembered !== null) {
    void call('runs.get', { run: remembered }).then((envelope) => {
      if (!current || !envelope.ok) return
      if (kind === 'sandbox' || envelope.data.status === 'running') show(remembered)
    })
  }
  return () => void (current = false)
}
