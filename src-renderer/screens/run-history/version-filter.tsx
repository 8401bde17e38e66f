import { Select } from '@mantine/core'
import { useQuery } from '../../bridge/client.ts'

const MOST_LISTED = 200

interface VersionFilterProps {
  /** Slug of the tool whose versions can be chosen from; null: a tool must be chosen first. */
  tool: string | null
  value: string | null
  onChange(versionId: string | null): void
}

export function VersionFilter({ tool, value, onChange }: VersionFilterProps) {
  const versions = useQuery('versions.list', tool === null ? null : { tool, limit: MOST_LISTED })
  if (tool === null) return null
  return (
    <Select
      aria-label="Version"
      placeholder="Any version"
      w={140}
      clearable
      searchable
      value={value}
      onChange={onChange}
      nothingFoundMessage="No such version"
      data={(versions.data?.items ?? []).map(({ id, version_number }) => ({
        value: id,
        label: version_number === null ? `pending ${id.slice(-6)}` : `v${version_number}`,
      }))}
    />
  )
}
