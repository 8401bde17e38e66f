import { Select } from '@mantine/core'
import type { RunnerKind } from '../../src-main/domain/run.ts'
import type { RunnerStatusView } from '../../src-preload/contract/system.ts'
import type { Output } from '../../src-preload/contract/contract.ts'

const NAMES: Record<RunnerKind, string> = { docker: 'Docker', embedded: 'Embedded' }

interface RunnerChoiceProps {
  status: Output<'runners.status'>
  value: RunnerKind | null
  disabled: boolean
  onChange(value: RunnerKind | null): void
}

/** Which runner runs the script. Automatic says which one that is. */
export function RunnerChoice({ status, value, disabled, onChange }: RunnerChoiceProps) {
  const automatic = status.preferred === null ? 'Automatic' : `Automatic (${NAMES[status.preferred]})`
  return (
    <Select
      size="xs"
      w={185}
      aria-label="Runner"
      allowDeselect={false}
      disabled={disabled}
      data={[
        { value: 'auto', label: automatic },
        ...status.runners.map((runner) => ({
          value: runner.kind,
          label: runner.available ? NAMES[runner.kind] : `${NAMES[runner.kind]} (not available)`,
          disabled: !runner.available,
        })),
      ]}
      value={value ?? 'auto'}
      onChange={(chosen) => onChange(chosen === 'docker' || chosen === 'embedded' ? chosen : null)}
    />
  )
}

/** Why nothing can run here, in the runners' own words. Null when something can. */
export function missingRunner(runners: readonly RunnerStatusView[]): string | null {
  if (runners.some((runner) => runner.available)) return null
  const messages = runners.map((runner) => runner.message).filter((message) => message !== '')
  return messages.length === 0 ? 'No runner was found on this device.' : messages.join(' ')
}
