import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { call, onTopicsChanged } from '../../bridge/client.ts'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { Page, useDocumentTitle } from '../../ui/page.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { EditorDesk } from './desk.tsx'
import classes from './editor.module.css'
import { createEditorStore, openEditor, patch, type EditorStore } from './state.ts'

/** The editor of a tool: `slug` opens its newest draft, `slug@3` one version. */
export function EditorScreen({ tool }: { tool: string }) {
  const [slug = tool, version] = tool.split('@')
  const reference = version === undefined ? null : version.includes('-') ? version : `${slug}@${version}`
  return <EditorOfVersion key={tool} slug={slug} reference={reference} />
}

function EditorOfVersion({ slug, reference }: { slug: string; reference: string | null }) {
  const [store] = useState(createEditorStore)
  const isContributor = useHasRole('contributor')
  const status = useStore(store, (state) => state.status)
  const title = useStore(store, (state) => (state.status === 'ready' ? state.tool.title : slug))
  useDocumentTitle(title)

  useEffect(() => void openEditor(store, slug, reference), [store, slug, reference])
  useEffect(() => onTopicsChanged(['tools', 'versions'], () => void readAround(store)), [store])

  if (status === 'loading')
    return (
      <div className={classes.scroll}>
        <LoadingState rows={8} label="Opening the editor" />
      </div>
    )
  if (status === 'failed') {
    return (
      <Page title={slug} {...(isContributor ? { back: { href: toHref({ screen: 'library' }), label: 'Tools' } } : {})}>
        <EditorFailed store={store} onRetry={() => void openEditor(store, slug, reference)} />
      </Page>
    )
  }
  return <EditorDesk store={store} />
}

function EditorFailed({ store, onRetry }: { store: EditorStore; onRetry: () => void }) {
  const failure = useStore(store, (state) => (state.status === 'failed' ? state.failure : null))
  return failure === null ? null : <ErrorState failure={failure} onRetry={onRetry} />
}

/**
 * What stands around the text is read again when somebody changes it: the tool, and what became of the version. The
 * text itself is never touched by this; a save says it when the head has moved.
 */
async function readAround(store: EditorStore): Promise<void> {
  const state = store.getState()
  if (state.status !== 'ready') return
  const [tool, version] = await Promise.all([
    call('tools.get', { tool: state.tool.slug }),
    state.base === null ? null : call('versions.get', { version: state.base.id }),
  ])
  if (tool.ok) patch(store, { tool: tool.data })
  const now = store.getState()
  if (version?.ok === true && now.status === 'ready' && now.base?.id === version.data.id)
    patch(store, { base: version.data })
}
