import { writeFile } from 'node:fs/promises'
import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { dockerHost, runnerImage } from './docker.ts'

const BLOCK_BYTES = 512
/** Layers of some hundred megabytes are left out: an engine that has them doesn't read them again. */
const MAX_ENTRY_BYTES = 256 * 1024

/**
 * Writes the runner image as a file that can be imported where its layers are already, in kilobytes instead of hundreds
 * of megabytes. One of the two carries no name, as an export by id does.
 */
export async function writeLightImage(paths: { named: string; unnamed: string }): Promise<void> {
  const entries = await smallEntries()
  const withManifest = (change: (manifest: string) => string): Buffer =>
    Buffer.concat([
      ...entries.flatMap(({ name, header, bytes }) => {
        if (name === 'repositories') return []
        return name === 'manifest.json'
          ? entryOf(header, Buffer.from(change(bytes.toString('utf8'))))
          : entryOf(header, bytes)
      }),
      Buffer.alloc(2 * BLOCK_BYTES),
    ])
  await writeFile(
    paths.named,
    withManifest((manifest) => manifest),
  )
  await writeFile(
    paths.unnamed,
    withManifest((manifest) => manifest.replace(/"RepoTags":\[[^\]]*\]/, '"RepoTags":null')),
  )
}

interface Entry {
  name: string
  header: Buffer
  bytes: Buffer
}

async function smallEntries(): Promise<Entry[]> {
  const stream = await findEngine(dockerHost).engine!.docker.getImage(runnerImage).get()
  const entries: Entry[] = []
  let rest = Buffer.alloc(0)
  let skipBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const skipped = Math.min(skipBytes, rest.length)
      skipBytes -= skipped
      rest = rest.subarray(skipped)
      if (skipBytes > 0 || rest.length < BLOCK_BYTES) break
      const size = Number.parseInt(rest.toString('latin1', 124, 135), 8) || 0
      const padded = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
      if (size > MAX_ENTRY_BYTES) {
        skipBytes = BLOCK_BYTES + padded
        continue
      }
      if (rest.length < BLOCK_BYTES + padded) break
      const header = Buffer.from(rest.subarray(0, BLOCK_BYTES))
      const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '')
      if (name !== '')
        entries.push({ name, header, bytes: Buffer.from(rest.subarray(BLOCK_BYTES, BLOCK_BYTES + size)) })
      rest = rest.subarray(BLOCK_BYTES + padded)
    }
  }
  return entries
}

function entryOf(original: Buffer, bytes: Buffer): Buffer[] {
  const header = Buffer.from(original)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return [header, bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)]
}
