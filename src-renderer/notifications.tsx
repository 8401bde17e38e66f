import { notifications } from '@mantine/notifications'
import type { Failure } from '../src-main/domain/result.ts'
import { describeFailure } from './bridge/failure-text.ts'

/** Short messages in the corner. A failure stays until it was read; a success goes by itself. */

export function notifyFailure(failure: Failure): void {
  const { title, message, nextStep } = describeFailure(failure)
  notifications.show({
    id: `${failure.code}:${failure.reason}:${message}`,
    title,
    message: nextStep === null ? message : `${message} ${nextStep}`,
    color: 'red',
    autoClose: 12_000,
    withBorder: true,
  })
}

export function notifySuccess(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 3_500, withBorder: true })
}
