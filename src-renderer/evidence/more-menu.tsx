import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconPackageExport } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { PackDialog, type PackSubject } from './pack-dialog.tsx'

interface MoreMenuProps {
  /** What it is about, for screen readers: `this run`. */
  of: string
  subject: PackSubject
  /** Further entries, above. */
  children?: ReactNode
}

/** What is done with a run or a version now and then, such as taking its evidence along. */
export function MoreMenu({ of, subject, children }: MoreMenuProps) {
  const [packing, setPacking] = useState<PackSubject | null>(null)
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={`More for ${of}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {children}
          <Menu.Item leftSection={<IconPackageExport size={15} />} onClick={() => setPacking(subject)}>
            Export evidence pack…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PackDialog subject={packing} onClose={() => setPacking(null)} />
    </>
  )
}
