import { randomBytes } from 'node:crypto'
import { withoutLinks } from './inert-html.ts'

/** Script HTML that a window may show: few documents, each for a bounded time, under names that can't be guessed. */
export interface PreviewStore {
  /** Answers with the document's name. The oldest one makes room when there are too many. */
  add(html: string): string
  find(name: string): string | null
}

export const MAX_PREVIEWS = 50
export const PREVIEW_LIFETIME_MS = 10 * 60 * 1000
/** Far above what an output may hold (RC-7): more than this is a mistake of ours, not of a script. */
const MAX_PREVIEW_CHARACTERS = 1024 * 1024

export function createPreviewStore(now: () => number = Date.now): PreviewStore {
  const documents = new Map<string, { html: string; expiresAtMs: number }>()

  function add(html: string): string {
    if (html.length > MAX_PREVIEW_CHARACTERS) throw new Error('a preview is longer than any output may be')
    for (const [name, document] of documents) if (document.expiresAtMs <= now()) documents.delete(name)
    // A map keeps the order of insertion, so its first key is the oldest document.
    for (const name of documents.keys()) {
      if (documents.size < MAX_PREVIEWS) break
      documents.delete(name)
    }
    const name = randomBytes(32).toString('base64url')
    documents.set(name, { html: withoutLinks(html), expiresAtMs: now() + PREVIEW_LIFETIME_MS })
    return name
  }

  function find(name: string): string | null {
    const document = documents.get(name)
    return document === undefined || document.expiresAtMs <= now() ? null : document.html
  }

  return { add, find }
}
