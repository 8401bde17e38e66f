import { ActionIcon, Menu } from '@mantine/core'
import {
  IconBooks,
  IconBooksOff,
  IconCode,
  IconDots,
  IconFileExport,
  IconForms,
  IconHistory,
  IconPlayerPlay,
  IconUsers,
} from '@tabler/icons-react'
import type { ToolView } from '../../../src-preload/contract/views.ts'
import { useCommand } from '../../bridge/client.ts'
import { notifySuccess } from '../../notifications.tsx'
import { toHref } from '../../routes.ts'

interface ToolMenuProps {
  tool: ToolView
  onEditDetails(tool: ToolView): void
  onEditMaintainers(tool: ToolView): void
  onExport(tool: ToolView): void
}

/** What can be done with a tool from its row. The core says what the member may do; the menu only shows it. */
export function ToolMenu({ tool, onEditDetails, onEditMaintainers, onExport }: ToolMenuProps) {
  const publish = useCommand('tools.publish')
  const depublish = useCommand('tools.depublish')

  const setPublished = async (isPublished: boolean) => {
    const answer = await (isPublished ? publish : depublish).run({ tool: tool.id })
    if (answer.ok) notifySuccess(isPublished ? `${tool.title} is in the catalogue` : `${tool.title} left the catalogue`)
  }
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${tool.title}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component="a"
          href={toHref({ screen: 'editor', tool: tool.slug })}
          leftSection={<IconCode size={16} />}
        >
          Open in the editor
        </Menu.Item>
        {tool.may.see_versions && (
          <Menu.Item
            component="a"
            href={toHref({ screen: 'version-history', tool: tool.slug })}
            leftSection={<IconHistory size={16} />}
          >
            Version history
          </Menu.Item>
        )}
        {tool.is_published && tool.active_version_id !== null && (
          <Menu.Item
            component="a"
            href={toHref({ screen: 'run-tool', tool: tool.slug })}
            leftSection={<IconPlayerPlay size={16} />}
          >
            Run from the catalogue
          </Menu.Item>
        )}
        {(tool.may.edit || tool.may.publish) && <Menu.Divider />}
        {tool.may.edit && (
          <>
            <Menu.Item leftSection={<IconForms size={16} />} onClick={() => onEditDetails(tool)}>
              Edit details…
            </Menu.Item>
            <Menu.Item leftSection={<IconUsers size={16} />} onClick={() => onEditMaintainers(tool)}>
              Maintainers…
            </Menu.Item>
            <Menu.Item leftSection={<IconFileExport size={16} />} onClick={() => onExport(tool)}>
              Export for a repository…
            </Menu.Item>
          </>
        )}
        {tool.may.publish &&
          (tool.is_published ? (
            <Menu.Item leftSection={<IconBooksOff size={16} />} onClick={() => void setPublished(false)}>
              Take out of the catalogue
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconBooks size={16} />} onClick={() => void setPublished(true)}>
              Put into the catalogue
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
