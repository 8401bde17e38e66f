import { Code } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnection } from '../bridge/connection.ts'
import styles from './connection-banner.module.css'

/** Says when the app can't be reached. The screens stay, with whatever was typed in them. */
export function ConnectionBanner() {
  const { state } = useConnection()
  return (
    <div role="status">
      {state === 'lost' && (
        <div className={`${styles['banner']} ${styles['lost']}`}>
          <IconPlugConnectedX size={17} aria-hidden />
          <strong>Connection to the app lost, trying again.</strong>
          <span>If it was closed, start it again. What you typed stays here.</span>
        </div>
      )}
      {state === 'signed_out' && (
        <div className={`${styles['banner']} ${styles['ended']}`}>
          <IconPlugConnectedX size={17} aria-hidden />
          <strong>This page is no longer signed in.</strong>
          <span>
            Copy anything that isn’t saved, then open the app again from the address that it prints when it starts (
            <Code>{location.origin}/#code=…</Code>).
          </span>
        </div>
      )}
    </div>
  )
}
