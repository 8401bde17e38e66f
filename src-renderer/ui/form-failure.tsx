import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Failure } from '../../src-main/domain/result.ts'
import { describeFailure, fieldOf } from '../bridge/failure-text.ts'

interface FormFailureProps {
  failure: Failure | undefined
  /** Fields that show their own failure; it isn't told twice. */
  fields?: readonly string[]
}

/** Why a form wasn't accepted, above its buttons. What was typed stays in the form. */
export function FormFailure({ failure, fields = [] }: FormFailureProps) {
  if (failure === undefined) return null
  const field = fieldOf(failure)
  if (field !== null && fields.includes(field)) return null
  const { title, message, nextStep } = describeFailure(failure)
  return (
    <Alert role="alert" color="red" variant="light" title={title} icon={<IconAlertTriangle size={18} />}>
      {message} {nextStep}
    </Alert>
  )
}
