import { Button } from '@mantine/core'
import { IconBug } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { EmptyState } from './states.tsx'

/** Keeps a bug in one screen from taking the whole page with it; also where a part of the page couldn't be fetched. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { problem: string | null }> {
  override state: { problem: string | null } = { problem: null }

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.problem === null) return this.props.children
    return (
      <div role="alert">
        <EmptyState
          icon={IconBug}
          title="This screen stopped working"
          tone="bad"
          action={<Button onClick={() => location.reload()}>Load the page again</Button>}
        >
          What you saved is safe. If it happens again, tell whoever looks after the app what it says:{' '}
          <code>{this.state.problem}</code>
        </EmptyState>
      </div>
    )
  }
}
