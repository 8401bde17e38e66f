import { useEffect, useRef, type ReactNode } from 'react'
import type { Output } from '../../src-preload/contract/contract.ts'
import type { Member } from '../../src-main/domain/member.ts'
import { call, readEverythingAgain } from '../bridge/client.ts'
import { UnlockScreen } from './unlock-screen.tsx'

interface LockGateProps {
  status: Output<'system.status'>
  member: Member
  onChanged(): void
  children: ReactNode
}

const TOUCH_EVERY_MS = 60_000

/**
 * Nothing can be read or done while the member's key is locked. Screens that were open stay, out of sight, so that what
 * was typed in them is there after unlocking.
 */
export function LockGate({ status, member, onChanged, children }: LockGateProps) {
  const { locked, key_protection } = status
  const wasOpen = useRef(false)
  const wasLocked = useRef(locked)
  useEffect(() => {
    if (!locked) wasOpen.current = true
    if (wasLocked.current && !locked) readEverythingAgain()
    wasLocked.current = locked
  }, [locked])
  // Open dialogs lie outside this part of the page; a style hides them as long as this says so.
  useEffect(() => void document.documentElement.toggleAttribute('data-locked', locked), [locked])
  usePresence(!locked && key_protection !== null && key_protection !== 'none')

  return (
    <>
      {locked && <UnlockScreen key={member.id} status={status} member={member} onChanged={onChanged} />}
      {(!locked || wasOpen.current) && <div style={{ display: locked ? 'none' : 'contents' }}>{children}</div>}
    </>
  )
}

/** Says to the core that somebody is there, which keeps the key unlocked. */
function usePresence(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return
    let lastTouch_ms = 0
    const touch = () => {
      if (Date.now() - lastTouch_ms < TOUCH_EVERY_MS) return
      lastTouch_ms = Date.now()
      void call('session.touch', {})
    }
    window.addEventListener('keydown', touch)
    window.addEventListener('pointerdown', touch)
    return () => {
      window.removeEventListener('keydown', touch)
      window.removeEventListener('pointerdown', touch)
    }
  }, [isWanted])
}
