/**
 * Versions of an engine's parts with publicly known ways out of a container. An engine tells versions and no patches: a
 * distribution's package may carry the fix under an old number, so this only ever warns.
 */

export interface KnownEscape {
  /** As the engine names its part. */
  component: string
  id: string
  /** The first version without it on each branch that was repaired; older branches than the first never were. */
  fixedIn: string[]
  /** What it lets a script do. */
  what: string
  source: string
}

export const KNOWN_ESCAPES: readonly KnownEscape[] = [
  {
    component: 'runc',
    id: 'CVE-2019-5736',
    fixedIn: ['1.0.0-rc7'],
    what: 'overwrite the runtime on the host',
    source: 'https://nvd.nist.gov/vuln/detail/CVE-2019-5736',
  },
  {
    component: 'runc',
    id: 'CVE-2021-30465',
    fixedIn: ['1.0.0-rc95'],
    what: 'mount folders of the host',
    source: 'https://nvd.nist.gov/vuln/detail/CVE-2021-30465',
  },
  {
    component: 'runc',
    id: 'CVE-2024-21626',
    fixedIn: ['1.1.12'],
    what: 'reach the host’s files through a descriptor that was left open',
    source: 'https://nvd.nist.gov/vuln/detail/CVE-2024-21626',
  },
  {
    component: 'runc',
    id: 'CVE-2025-31133, CVE-2025-52565, CVE-2025-52881',
    fixedIn: ['1.2.8', '1.3.3', '1.4.0-rc.3'],
    what: 'write to the host’s /proc through masked paths',
    source: 'https://github.com/opencontainers/runc/releases/tag/v1.3.3',
  },
  {
    component: 'containerd',
    id: 'CVE-2022-23648',
    fixedIn: ['1.4.13', '1.5.10', '1.6.1'],
    what: 'read the host’s files, by an image made for it',
    source: 'https://nvd.nist.gov/vuln/detail/CVE-2022-23648',
  },
]

export interface EnginePart {
  name: string
  version: string
}

/** One warning for each part that is too old, with what to do about it. */
export function escapeWarnings(parts: readonly EnginePart[]): string[] {
  return parts.flatMap(({ name, version }) => {
    const found = KNOWN_ESCAPES.filter(({ component, fixedIn }) => component === name && isAffected(version, fixedIn))
    const last = found.at(-1)
    if (last === undefined) return []
    const ids = found.map(({ id }) => id).join(', ')
    const hint = isPatchedByDistribution(version)
      ? ' Your distribution may have repaired it under this number: ask its changelog.'
      : ''
    return [
      `${name} ${version} has known ways out of a container (${ids}). Update it to ${last.fixedIn.join(' or ')}, or newer.${hint}`,
    ]
  })
}

/** True when the version is older than the fix on its branch. What can't be read as a version is not judged. */
export function isAffected(version: string, fixedIn: readonly string[]): boolean {
  const own = parse(version)
  if (own === null) return false
  const fixes = fixedIn.map(parse).filter((fix) => fix !== null)
  const onBranch = fixes.find((fix) => fix[0] === own[0] && fix[1] === own[1])
  if (onBranch !== undefined) return isOlder(own, onBranch)
  // Between branches that were repaired, or before them all, there is no fix; after them all, it is in.
  return fixes.some((fix) => isOlder(own, fix))
}

type Parsed = [major: number, minor: number, patch: number, candidate: number]

/** A release candidate comes before its release. */
function parse(version: string): Parsed | null {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-~.]?rc\.?(\d+))?/.exec(version)
  if (found === null) return null
  const [, major, minor, patch, candidate] = found
  return [
    Number(major),
    Number(minor),
    Number(patch ?? 0),
    candidate === undefined ? Number.POSITIVE_INFINITY : Number(candidate),
  ]
}

function isOlder(own: Parsed, other: Parsed): boolean {
  const index = own.findIndex((part, position) => part !== other[position])
  return index >= 0 && own[index]! < other[index]!
}

function isPatchedByDistribution(version: string): boolean {
  return /[+~-](?:ds|dfsg|deb|ubuntu|el|fc|\dubuntu)/.test(version)
}
