import { Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'

interface FormDialogProps<T> {
  /** What the form is about; null closes the dialog. */
  subject: T | null
  title(subject: T): string
  onClose(): void
  size?: string
  children(subject: T): ReactNode
}

/**
 * A dialog with a form. A stray press beside it doesn't close it, since that would lose what was typed; and it keeps
 * its content while it fades out.
 */
export function FormDialog<T>({ subject, title, onClose, size = 'md', children }: FormDialogProps<T>) {
  const [shown, setShown] = useState(subject)
  if (subject !== null && subject !== shown) setShown(subject)
  return (
    <Modal
      opened={subject !== null}
      onClose={onClose}
      size={size}
      closeOnClickOutside={false}
      title={shown !== null && title(shown)}
    >
      {shown !== null && children(shown)}
    </Modal>
  )
}
