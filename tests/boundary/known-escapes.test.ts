import { describe, expect, it } from 'vitest'
import { escapeWarnings, isAffected, KNOWN_ESCAPES } from '../../src-main/adapters/docker/known-escapes.ts'

/** RN-2: an engine with publicly known escapes is warned about, by the versions that it tells. */

describe('Known escapes', () => {
  it.each([
    ['1.1.5', ['1.1.12'], true],
    ['1.1.5+ds1', ['1.1.12'], true],
    ['1.1.12', ['1.1.12'], false],
    ['1.2.0', ['1.1.12'], false],
    ['1.0.3', ['1.1.12'], true],
    ['v1.3.2', ['1.2.8', '1.3.3', '1.4.0-rc.3'], true],
    ['1.3.3', ['1.2.8', '1.3.3', '1.4.0-rc.3'], false],
    ['1.2.9', ['1.2.8', '1.3.3', '1.4.0-rc.3'], false],
    ['1.4.0-rc.2', ['1.2.8', '1.3.3', '1.4.0-rc.3'], true],
    ['1.4.0-rc.3', ['1.2.8', '1.3.3', '1.4.0-rc.3'], false],
    ['1.4.0', ['1.2.8', '1.3.3', '1.4.0-rc.3'], false],
    ['1.1.15', ['1.2.8', '1.3.3', '1.4.0-rc.3'], true],
    ['1.0.0-rc6', ['1.0.0-rc7'], true],
    ['1.0.0~rc95+ds1', ['1.0.0-rc95'], false],
    ['2.0.0', ['1.1.12'], false],
    ['unknown', ['1.1.12'], false],
    ['', ['1.1.12'], false],
  ])('%s with fixes in %j: %s', (version, fixedIn, expected) => {
    expect(isAffected(version, fixedIn)).toBe(expected)
  })

  it('says which part, which escapes and what to do, once for each part', () => {
    const warnings = escapeWarnings([
      { name: 'Engine', version: '20.10.24' },
      { name: 'runc', version: '1.1.5+ds1' },
      { name: 'containerd', version: '2.1.0' },
    ])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^runc 1\.1\.5\+ds1 .*CVE-2024-21626.*CVE-2025-52881.*1\.3\.3.*distribution/)
    expect(escapeWarnings([{ name: 'runc', version: '1.3.4' }])).toEqual([])
  })

  it('names a source for each', () => {
    for (const { source, id, fixedIn } of KNOWN_ESCAPES) {
      expect(source).toMatch(/^https:\/\//)
      expect(id).toMatch(/^CVE-\d{4}-\d+/)
      expect(fixedIn.length).toBeGreaterThan(0)
    }
  })
})
