import { Button } from '@mantine/core'
import { IconBug } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { PartMissing } from '../lazy-part.ts'
import { EmptyState } from './states.tsx'

interface State {
  problem: string | null
  /** It is no bug of the screen, which never came. */
  isMissing: boolean
}

/** Keeps a bug in one screen from taking the whole page with it; also where a part of the page couldn't be fetched. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { problem: null, isMissing: false }

  static getDerivedStateFromError(error: unknown): State {
    return {
      problem: error instanceof Error ? error.message : String(error),
      isMissing: error instanceof PartMissing,
    }
  }

  override render(): ReactNode {
    if (this.state.problem === null) return this.props.children
    return (
      <div role="alert">
        <EmptyState
          icon={IconBug}
          title={this.state.isMissing ? 'A part of this screen could not be fetched' : 'This screen stopped working'}
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
