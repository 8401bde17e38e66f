import { Anchor, Title } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import { useEffect, type ReactNode } from 'react'
import { create } from 'zustand'
import { goBackInstead } from '../history-entry.ts'
import styles from './page.module.css'

interface PageProps {
  title: string
  /** What stands beside the title, such as a state. */
  badge?: ReactNode
  description?: ReactNode
  actions?: ReactNode
  back?: { href: string; label: string }
  width?: 'list' | 'wide' | 'reading'
  children: ReactNode
}

/** A screen's frame: its one heading, what can be done, and its content at a width that fits it. */
export function Page({ title, badge, description, actions, back, width = 'list', children }: PageProps) {
  useDocumentTitle(title)
  useSectionOf(back?.href ?? null)
  return (
    <div className={`${styles['page']} ${styles[width]}`}>
      <header className={styles['head']}>
        <div className={styles['titles']}>
          {back !== undefined && (
            <Anchor href={back.href} underline="hover" className={styles['back']} onClick={goBackInstead}>
              <IconChevronLeft size={15} aria-hidden />
              {back.label}
            </Anchor>
          )}
          <div className={styles['toolbar']}>
            <Title order={1}>{title}</Title>
            {badge}
          </div>
          {description !== undefined && <div className={styles['description']}>{description}</div>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** Address of the place that the screen leads back to, for the navigation to mark; null where there is none. */
export const useSection = create<{ href: string | null }>(() => ({ href: null }))

function useSectionOf(href: string | null): void {
  useEffect(() => {
    useSection.setState({ href })
    return () => useSection.setState({ href: null })
  }, [href])
}

/** A row of search and filters above a list. */
export function Toolbar({ children, label }: { children: ReactNode; label: string }) {
  return (
    <div className={styles['toolbar']} role="search" aria-label={label}>
      {children}
    </div>
  )
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Scriptorium' : `${title} · Scriptorium`
  }, [title])
}
