import { useEffect, useRef } from 'react'
import { IconUserQuestion } from '@tabler/icons-react'
import { useQuery } from './bridge/client.ts'
import { useConnection } from './bridge/connection.ts'
import { listenForShortcuts } from './commands.ts'
import { navigate } from './routes.ts'
import { ScreenOfRoute } from './screen-of-route.tsx'
import { WelcomeScreen } from './screens/welcome/screen.tsx'
import { SessionProvider } from './session.tsx'
import { Frame } from './shell/frame.tsx'
import { LockGate } from './shell/lock-gate.tsx'
import { MemberChoice } from './shell/member-choice.tsx'
import { SignedOut } from './shell/signed-out.tsx'
import { StartingUp } from './shell/starting-up.tsx'
import { EmptyState, ErrorState } from './ui/states.tsx'

/** Decides between the few things that the page can be: not signed in, starting, without a workspace, or at work. */
export function App() {
  const connection = useConnection()
  const status = useQuery('system.status', {})
  useEffect(() => listenForShortcuts(window), [])
  useHomeForAnother(status.data?.member?.id)

  if (connection.state === 'signed_out' && !connection.wasConnected) return <SignedOut />
  if (status.data === undefined) {
    if (status.error === undefined) return <StartingUp />
    return (
      <main>
        <ErrorState failure={status.error} onRetry={status.reload} />
      </main>
    )
  }

  const { workspace, member, local_members } = status.data
  if (workspace === null) return <WelcomeScreen onDone={status.reload} />
  if (member === null) {
    return (
      <main>
        <EmptyState icon={IconUserQuestion} title="Who are you?">
          {local_members.length === 0
            ? 'Nobody in this workspace has a key on this device. Ask a superuser to add you here.'
            : 'Choose whom to act as on this device.'}
          <MemberChoice members={local_members} onChosen={status.reload} />
        </EmptyState>
      </main>
    )
  }

  const session = { status: status.data, workspace, member, refresh: status.reload }
  return (
    <SessionProvider session={session}>
      {/* A new member starts with fresh screens: nothing that the last one could see stays on them. */}
      <LockGate key={member.id} status={status.data} member={member} onChanged={status.reload}>
        <Frame>
          <ScreenOfRoute />
        </Frame>
      </LockGate>
    </SessionProvider>
  )
}

/** Whoever takes over starts at their own beginning: the screen of the one before may be nothing for them. */
function useHomeForAnother(memberId: string | undefined): void {
  const before = useRef(memberId)
  useEffect(() => {
    if (memberId === undefined || memberId === before.current) return
    if (before.current !== undefined) navigate({ screen: 'home' })
    before.current = memberId
  }, [memberId])
}
