import { Anchor } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import styles from '../../evidence/evidence.module.css'
import { toHref } from '../../routes.ts'
import { useHasRole } from '../../session.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { PruneSection } from './prune-section.tsx'
import { VerifySection } from './verify-section.tsx'

/** Whether what was kept is still what was recorded, and what it takes on disk. */
export function IntegrityScreen() {
  const isAdmin = useHasRole('admin')
  return (
    <Page title="Integrity" description="Whether everything that was kept is still what was recorded." width="reading">
      {isAdmin ? (
        <>
          <VerifySection />
          <section className={styles['part']} aria-labelledby="verify-history">
            <div className={styles['partHead']}>
              <h2 id="verify-history">History</h2>
            </div>
            <p className={styles['hint']}>
              Whether every event is signed and in its place is verified in the{' '}
              <Anchor inherit href={toHref({ screen: 'audit' })}>
                audit
              </Anchor>
              .
            </p>
          </section>
          <PruneSection />
        </>
      ) : (
        <EmptyState icon={IconLock} title="For admins">
          Ask an admin to verify the files of all runs.
        </EmptyState>
      )}
    </Page>
  )
}
