import { Suspense } from 'react'
import { Skeleton } from '@mantine/core'
import { lazyPart } from '../lazy-part.ts'

const MarkdownText = lazyPart(() => import('./markdown-text.tsx'))

/** Markdown as people and scripts write it. The parser is fetched only where some is shown. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton className="late" height={72} aria-busy="true" />}>
      <MarkdownText text={text} />
    </Suspense>
  )
}
