import { Alert, Title, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useQuery } from '../../bridge/client.ts'
import { useHasRole } from '../../session.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { RunnersSection } from './runners-section.tsx'
import { SettingRow } from './setting-row.tsx'
import styles from './settings.module.css'
import { inGroups } from './units.ts'

/** The workspace's settings and what runs its scripts. */
export function SettingsScreen() {
  const mayChange = useHasRole('superuser')
  const settings = useQuery('settings.list', {})
  return (
    <Page title="Settings" description="Of the whole workspace, for everybody in it." width="reading">
      {!mayChange && (
        <Alert icon={<IconLock size={17} />} color="gray" variant="light">
          Only a superuser can change these.
        </Alert>
      )}
      {settings.data !== undefined ? (
        inGroups(settings.data.items).map((group) => (
          <section key={group.title} className={styles['group']} aria-label={group.title}>
            <Title order={2}>{group.title}</Title>
            <Text size="sm" c="dimmed">
              {group.hint}
            </Text>
            <div className={styles['rows']}>
              {group.settings.map((setting) => (
                <SettingRow key={setting.key} setting={setting} mayChange={mayChange} />
              ))}
            </div>
          </section>
        ))
      ) : settings.error !== undefined ? (
        <ErrorState failure={settings.error} onRetry={settings.reload} />
      ) : (
        <LoadingState rows={8} rowHeight_px={64} label="Loading settings" />
      )}
      <RunnersSection />
    </Page>
  )
}
