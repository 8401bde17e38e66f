import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHarnessSha256 } from '../../src-main/adapters/docker/build-context.ts'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { createImageStore } from '../../src-main/adapters/docker/image-store.ts'
import { dockerAvailable, dockerHost, labelledContainers, runnerImage, runnerImageFolder } from '../support/docker.ts'
import { newId, valueOf } from '../support/runner-job.ts'
import { makeSecondImage } from '../support/second-image.ts'

/** SC-4, RN-1: the runner image's state, its build, and carrying it to a machine without a network. */

const skipReason = await dockerAvailable()
const never = new AbortController().signal

it.skipIf(process.platform === 'win32')('computes the same label as runner-image/harness-hash', async () => {
  const printed = execFileSync(join(runnerImageFolder, 'harness-hash'), { encoding: 'utf8' }).trim()
  expect(await readHarnessSha256(runnerImageFolder)).toBe(printed)
})

describe.skipIf(skipReason !== null)('The runner image in a real engine', () => {
  const image = `scriptorium-test:${newId()}`
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-'))
    await cp(join(runnerImageFolder, 'python'), join(folder, 'python'), { recursive: true })
    await writeFile(join(folder, 'seccomp.json'), await readFile(join(runnerImageFolder, 'seccomp.json')))
    const lines = ['FROM scratch', 'ARG HARNESS_SHA256', 'LABEL org.scriptorium.harness=${HARNESS_SHA256}']
    await writeFile(join(folder, 'Dockerfile'), [...lines, 'COPY python /opt/scriptorium', ''].join('\n'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
    await removeImage()
  })
  const removeImage = async (): Promise<void> => {
    await findEngine(dockerHost)
      .engine?.docker.getImage(image)
      .remove({ force: true })
      .catch(() => {})
  }
  const store = () => createImageStore({ dockerHost, image, runnerImageFolder: folder })

  it('SC-4: says which curated libraries the image has, and leaves no container', async () => {
    const status = valueOf(await createImageStore({ dockerHost, image: runnerImage, runnerImageFolder }).status(null))
    expect(status.image?.id).toMatch(/^sha256:/)
    const names = status.libraries.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['pandas', 'openpyxl', 'weasyprint', 'pandoc', 'lxml']))
    expect(await labelledContainers('none')).toEqual([])
  }, 60_000)

  it('SC-4: many who ask for the libraries at once make one container between them', async () => {
    const asked = createImageStore({ dockerHost, image: runnerImage, runnerImageFolder })
    const { image: found } = valueOf(
      await createImageStore({ dockerHost, image: runnerImage, runnerImageFolder }).status(null),
    )
    const answers = Promise.all(Array.from({ length: 12 }, () => asked.libraryNames(found?.id ?? '')))
    let most = 0
    const counting = setInterval(() => {
      void labelledContainers('none').then((names) => (most = Math.max(most, names.length)))
    }, 20)
    expect(new Set((await answers).map((names) => JSON.stringify(names))).size).toBe(1)
    clearInterval(counting)
    expect(most).toBeLessThanOrEqual(1)
    expect(await asked.libraryNames(`sha256:${'0'.repeat(64)}`)).toBeNull()
  }, 60_000)

  it('VR-2: tells every library of an image by all its names, be it curated or not', async () => {
    const folder = '/opt/scriptorium/Extra_Library-1.0.dist-info'
    const another = await makeSecondImage(
      `mkdir ${folder} && echo extra_import >${folder}/top_level.txt && ` +
        `printf 'Metadata-Version: 2.1\\nName: Extra_Library\\nVersion: 1.0\\n' >${folder}/METADATA`,
    )
    try {
      const asked = createImageStore({ dockerHost, image: another.name, runnerImageFolder })
      const names = (await asked.libraryNames(another.id)) ?? []
      expect(names).toEqual(expect.arrayContaining(['Extra_Library', 'extra_import', 'numpy', 'PIL', 'pandoc']))
      expect(valueOf(await asked.status(null)).libraries.map(({ name }) => name)).not.toContain('Extra_Library')
    } finally {
      await another.remove()
    }
  }, 60_000)

  it('is built with progress, exported, removed and imported again, the same image', async () => {
    expect(valueOf(await store().status(null))).toMatchObject({ image: null, libraries: [] })
    const lines: string[] = []
    const built = valueOf(await store().build((line) => lines.push(line), never))
    expect(lines.join('\n')).toContain('COPY python')
    expect(built.labels['org.scriptorium.harness']).toBe(await readHarnessSha256(folder))
    const path = join(folder, 'image.tar')
    const { bytes } = valueOf(await store().exportTo(path, null, never))
    expect((await stat(path)).size).toBe(bytes)
    await removeImage()
    expect(valueOf(await store().importFrom(path, () => {}, never)).id).toBe(built.id)
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([])
  }, 60_000)

  it('ER-1: an image that does not work is said to, and what fails is a value', async () => {
    await store().build(() => {}, never)
    expect(valueOf(await store().status(null)).message).toContain('does not work')
    const absent = await store().importFrom(join(folder, 'absent.tar'), () => {}, never)
    expect(absent).toMatchObject({ ok: false, failure: { code: 'VALIDATION_ERROR' } })
    const garbage = await store().importFrom(join(folder, 'Dockerfile'), () => {}, never)
    expect(garbage).toMatchObject({ ok: false })
    const nowhere = await store().exportTo(join(folder, 'no', 'such', 'folder'), null, never)
    expect(nowhere).toMatchObject({ ok: false, failure: { code: 'VALIDATION_ERROR' } })
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY absent /\n')
    const failing = await store().build(() => {}, never)
    expect(failing).toMatchObject({ ok: false, failure: { code: 'SERVICE_UNAVAILABLE' } })
    expect(await store().build(() => {}, AbortSignal.abort())).toMatchObject({ failure: { reason: 'cancelled' } })
  }, 60_000)
})
