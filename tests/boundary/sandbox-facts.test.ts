import { describe, expect, it } from 'vitest'
import { containerOptions } from '../../src-main/adapters/docker/container.ts'
import { kernelProblem } from '../../src-main/adapters/docker/facts.ts'
import { makeJob } from '../support/runner-job.ts'

describe('What a sandbox must prove before it gets a script', () => {
  const kernel = { uid: 65532, cap_eff: '0000000000000000', no_new_privs: 1, seccomp: 2 }
  const hello = (changes: object) => ({ protocol: 1 as const, python: '3.13', kernel: { ...kernel, ...changes } })

  it('RN-2: is let through when all is in force', () => {
    expect(kernelProblem(hello({}))).toBe(null)
  })

  it.each([
    { uid: 0 },
    { uid: '65532' },
    { uid: null },
    { cap_eff: '00000000a80425fb' },
    { cap_eff: '' },
    { cap_eff: 0 },
    { no_new_privs: 0 },
    { no_new_privs: null },
    { seccomp: 0 },
    { seccomp: 1 },
    { seccomp: '2' },
  ])('RN-2: is refused with %j', (changes) => {
    expect(kernelProblem(hello(changes))).not.toBe(null)
  })

  it('RN-2: asks for everything that the rule names, and mounts nothing of the host', () => {
    const { runId, workspaceId, limits } = makeJob('')
    const deadline = new Date(0)
    const options = containerOptions({ image: 'i', seccompProfile: '{}', limits, workspaceId, runId, deadline })
    expect(options).toMatchObject({ User: '65532:65532', StdinOnce: true, Tty: false, NetworkDisabled: true })
    expect(options.HostConfig).toMatchObject({
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', 'seccomp={}'],
      IpcMode: 'private',
      Init: false,
      AutoRemove: false,
      LogConfig: { Type: 'none' },
      PidsLimit: 256,
      NanoCpus: 1e9,
    })
    expect(options.HostConfig?.MemorySwap).toBe(options.HostConfig?.Memory)
    for (const key of ['Binds', 'Mounts', 'Devices', 'CapAdd', 'VolumesFrom', 'PidMode', 'UsernsMode']) {
      expect(options.HostConfig).not.toHaveProperty(key)
    }
    for (const mount of Object.values(options.HostConfig?.Tmpfs as object)) {
      expect(mount).toMatch(/noexec,nosuid,nodev,size=268435456,nr_inodes=\d+/)
    }
    expect(options.Labels).toEqual({
      'org.scriptorium.workspace': workspaceId,
      'org.scriptorium.run': runId,
      'org.scriptorium.deadline': '1970-01-01T00:00:00.000Z',
    })
  })
})
