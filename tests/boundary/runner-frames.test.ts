import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDemultiplexer } from '../../src-main/adapters/docker/demultiplex.ts'
import { createFrameDecoder, encodeFrame, encodeFrames } from '../../src-main/adapters/runner-session/frames.ts'
import { BULK_FRAME_TYPES, HOST_FRAME_TYPES } from '../../src-main/adapters/runner-session/frames.ts'
import { MAX_FRAME_PAYLOAD_BYTES, RUNNER_FRAME_TYPES } from '../../src-main/adapters/runner-session/frames.ts'
import { runSession } from '../../src-main/adapters/runner-session/session.ts'
import type { RunObserver } from '../../src-main/app/runner-port.ts'
import { makeJob, makeObserver } from '../support/runner-job.ts'

/** RN-1: the session trusts nothing from the other side, however the bytes are cut. */

const json = (type: string, value: unknown): Uint8Array => encodeFrame(type, Buffer.from(JSON.stringify(value)))
const hello = json('H', { protocol: 1, python: '3.13', kernel: { uid: 65532 } })
const started = json('S', {})
const exited = json('X', { exit_code: 0, signal: null, duration_ms: 1, max_rss_bytes: 1, cpu_ms: 1 })
const end = encodeFrame('Z')
const artifact = (path: string, bytes: Uint8Array): Uint8Array[] => [
  json('a', { path, bytes: bytes.length }),
  ...encodeFrames('A', bytes),
]

describe('Frames', () => {
  it('decodes what was encoded, however it is cut', () => {
    const frame = fc.record({
      type: fc.constantFrom(...RUNNER_FRAME_TYPES),
      payload: fc.uint8Array({ maxLength: 40 }),
    })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.nat(30), { maxLength: 40 }), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ type, payload }) => encodeFrame(type, payload)))
        const decoder = createFrameDecoder(RUNNER_FRAME_TYPES)
        const decoded = []
        let offset = 0
        for (const cut of [...cuts, bytes.length]) {
          const { frames: some, problem } = decoder.push(bytes.subarray(offset, offset + cut))
          expect(problem).toBe(null)
          decoded.push(...some)
          offset = Math.min(bytes.length, offset + cut)
        }
        expect(decoded).toEqual(frames)
        expect(decoder.isInsideFrame()).toBe(false)
      }),
    )
  })

  it('passes bulk on in pieces that together are the payload, and empty frames once', () => {
    const bulk = Buffer.alloc(100_000, 'ab')
    const bytes = Buffer.concat([encodeFrame('O', bulk), encodeFrame('O'), json('X', {})])
    for (const step of [1, 4_000, 65_536, bytes.length]) {
      const decoder = createFrameDecoder(RUNNER_FRAME_TYPES, BULK_FRAME_TYPES)
      const frames = []
      for (let offset = 0; offset < bytes.length; offset += step) {
        frames.push(...decoder.push(bytes.subarray(offset, offset + step)).frames)
      }
      expect(frames.pop()).toEqual({ type: 'X', payload: new Uint8Array(Buffer.from('{}')) })
      expect(frames.at(-1)?.payload.length).toBe(0)
      expect(Buffer.concat(frames.map(({ payload }) => payload)).equals(bulk)).toBe(true)
      expect(frames.length).toBeLessThanOrEqual(Math.ceil(bulk.length / step) + 2)
    }
  })

  it('takes a million empty frames in one chunk without recursion', () => {
    const bytes = Buffer.alloc(5_000_000)
    for (let offset = 0; offset < bytes.length; offset += 5) bytes[offset] = 'O'.charCodeAt(0)
    expect(createFrameDecoder(RUNNER_FRAME_TYPES).push(bytes).frames).toHaveLength(1_000_000)
  })

  it('refuses an unknown type, a type of the other direction and a length over 1 MiB, and stays refused', () => {
    const tooLong = Buffer.from([79, 0, 16, 0, 1])
    const longest = Buffer.from([79, 255, 255, 255, 255])
    for (const bytes of [Buffer.from([0, 0, 0, 0, 0]), encodeFrame('J'), tooLong, longest]) {
      const decoder = createFrameDecoder(RUNNER_FRAME_TYPES)
      expect(decoder.push(bytes).problem).not.toBe(null)
      expect(decoder.push(encodeFrame('Z'))).toMatchObject({ frames: [], problem: expect.any(String) })
    }
    expect(createFrameDecoder(HOST_FRAME_TYPES).push(encodeFrame('J')).problem).toBe(null)
    expect(() => encodeFrame('O', new Uint8Array(MAX_FRAME_PAYLOAD_BYTES + 1))).toThrow()
  })
})

describe('Docker’s stream', () => {
  it('is taken apart however it is cut, in thousands of one-byte frames', () => {
    const frameOf = (index: number): Buffer => Buffer.from([1 + (index % 2), 0, 0, 0, 0, 0, 0, 1, index % 256])
    const frames = Array.from({ length: 50_000 }, (_, index) => frameOf(index))
    const bytes = Buffer.concat(frames)
    for (const step of [1, 7, bytes.length]) {
      const demultiplexer = createDemultiplexer()
      const texts: Uint8Array[][] = [[], [], []]
      const problems = new Set<string | null>()
      for (let offset = 0; offset < bytes.length; offset += step) {
        const { parts, problem } = demultiplexer.push(bytes.subarray(offset, offset + step))
        problems.add(problem)
        for (const part of parts) texts[part.stream]!.push(part.bytes)
      }
      expect([...problems]).toEqual([null])
      expect(Buffer.concat(texts[1]!)).toEqual(Buffer.from(frames.filter((_, i) => i % 2 === 0).map((f) => f[8]!)))
      expect(Buffer.concat(texts[2]!)).toHaveLength(25_000)
    }
  })

  it('of another format is refused', () => {
    expect(createDemultiplexer().push(Buffer.from('HTTP/1.1 200 OK')).problem).not.toBe(null)
    expect(createDemultiplexer().push(Buffer.from([1, 0, 1, 0, 0, 0, 0, 1])).problem).not.toBe(null)
  })
})

describe('A session', () => {
  /** Answers with the bytes of a runner that waits for the job before it says more than hello. */
  async function drive(frames: Uint8Array[], changes = {}, replaced: RunObserver | null = null) {
    const stdin = new PassThrough()
    const decoder = createFrameDecoder(HOST_FRAME_TYPES)
    const gone = new Promise<void>((resolve) => {
      stdin.on('data', (chunk: Buffer) => {
        if (decoder.push(chunk).frames.some(({ type }) => type === 'G')) resolve()
      })
    })
    async function* speak(): AsyncGenerator<Uint8Array> {
      yield hello
      await gone
      yield* frames
    }
    const { observer, observed } = makeObserver()
    const channel = { stdin, stdout: Readable.from(speak()) }
    const ended = await runSession(channel, makeJob('x', changes), replaced ?? observer)
    return { ended, observed: observed() }
  }

  it('runs from hello to end', async () => {
    const result = Buffer.from('{"contract_version":2}')
    const frames = [started, encodeFrame('O', Buffer.from('out')), encodeFrame('E', Buffer.from('err')), exited]
    frames.push(json('r', { state: 'present', bytes: result.length }), encodeFrame('R', result))
    frames.push(...artifact('output/a.txt', Buffer.from('a')), ...artifact('output/empty', new Uint8Array(0)))
    frames.push(json('n', { refused: [{ path: 'output/link', reason: 'link' }], refused_count: 3 }), end)
    const { ended, observed } = await drive(frames, { files: [{ name: 'a', bytes: new Uint8Array(600_000) }] })
    expect(ended).toMatchObject({
      kind: 'complete',
      report: {
        started: true,
        exit: { exit_code: 0 },
        refusedArtifacts: [{ path: 'link', reason: 'link' }],
        refusedCount: 3,
      },
    })
    if (ended.kind !== 'complete') return
    expect(ended.report.result).toEqual({ state: 'present', bytes: new Uint8Array(result) })
    expect(observed).toMatchObject({ stdout: 'out', stderr: 'err', phases: ['running', 'collecting'] })
    expect([...observed.artifacts.keys()]).toEqual(['a.txt', 'empty'])
  })

  it('RC-5: refuses hostile paths, twins and files over the caps, and drops their bytes', async () => {
    const paths = ['../x', '/etc/passwd', 'a.txt', 'output/../x', 'output//etc', 'output/C:x', 'output/a\u202eb']
    paths.push('output/', 'output/CON', `output/${'a/'.repeat(16)}b`, `output/${'å'.repeat(128)}`)
    const frames = [started, exited]
    for (const path of paths) frames.push(...artifact(path, Buffer.from('x')))
    frames.push(...artifact('output/A/b', Buffer.from('1')), ...artifact('output/a/B', Buffer.from('2')))
    frames.push(...artifact('output/a', Buffer.from('3')), ...artifact('output/a/b/c', Buffer.from('4')), end)
    const { ended, observed } = await drive(frames)
    expect([...observed.artifacts.keys()]).toEqual(['A/b'])
    expect(ended).toMatchObject({ kind: 'complete', report: { refusedCount: paths.length + 3 } })
  })

  it('RC-7: keeps 200 files, lists 100 refusals and counts all', async () => {
    const frames = [started, exited]
    for (let index = 0; index < 350; index += 1) frames.push(...artifact(`output/${index}`, Buffer.from('x')))
    const { ended, observed } = await drive([...frames, end])
    expect(observed.artifacts.size).toBe(200)
    expect(ended).toMatchObject({ kind: 'complete', report: { refusedCount: 150 } })
    if (ended.kind === 'complete') expect(ended.report.refusedArtifacts).toHaveLength(100)
  })

  it('RC-2: a result over 4 MiB is too large, whatever the header says of its state', async () => {
    const frames = [started, exited, json('r', { state: 'present', bytes: 4 * 1024 * 1024 + 1 })]
    frames.push(...encodeFrames('R', new Uint8Array(4 * 1024 * 1024 + 1)), end)
    expect((await drive(frames)).ended).toMatchObject({ kind: 'complete', report: { result: { state: 'too_large' } } })
  })

  const header = (bytes: number): Uint8Array => json('a', { path: 'output/x', bytes })
  const result = (bytes: number): Uint8Array => json('r', { state: 'present', bytes })
  const noResult = json('r', { state: 'missing', bytes: 0 })
  const exitWith = (change: object): Uint8Array =>
    json('X', { exit_code: 0, signal: null, duration_ms: 1, max_rss_bytes: 1, cpu_ms: 1, ...change })
  const notUtf8 = Buffer.concat([Buffer.from('{"bytes":1,"path":"'), Buffer.from([0xff]), Buffer.from('"}')])
  const violations: [string, Uint8Array[]][] = [
    ['output before the start', [encodeFrame('O')]],
    ['two starts', [started, started]],
    ['two exits', [started, exited, exited]],
    ['an end before the exit', [started, end]],
    ['an artifact before the exit', [started, header(1)]],
    ['artifact bytes without a header', [started, exited, encodeFrame('A', Buffer.from('x'))]],
    ['more artifact bytes than announced', [started, exited, header(1), encodeFrame('A', Buffer.from('xx'))]],
    ['fewer artifact bytes than announced', [started, exited, header(2), end]],
    ['more result bytes than announced', [started, exited, result(0), encodeFrame('R', Buffer.from('x'))]],
    ['two results', [started, exited, noResult, noResult]],
    ['a second hello', [started, hello]],
    ['an exit with code and signal', [started, exitWith({ signal: 9 })]],
    ['an exit of the wrong type', [started, exitWith({ exit_code: '0' })]],
    ['negative bytes', [started, exited, header(-1)]],
    ['a fraction of bytes', [started, exited, header(1.5)]],
    ['what is not JSON', [started, encodeFrame('X', Buffer.from('{'))]],
    ['what is not UTF-8', [started, exited, encodeFrame('a', notUtf8)]],
    ['a control frame nested without end', [started, exited, encodeFrame('n', Buffer.from('['.repeat(200_000)))]],
    ['an unknown frame', [started, Buffer.from([63, 0, 0, 0, 0])]],
  ]
  it.each(violations)('%s is a violation', async (_name, frames) => {
    expect((await drive([...frames, end])).ended).toMatchObject({ kind: 'violation' })
  })

  const nested = '['.repeat(90_000) + ']'.repeat(90_000)
  it.each([
    ['nothing', new Uint8Array(0)],
    ['another frame', started],
    ['a hello of another protocol', json('H', { protocol: 2, python: '3', kernel: {} })],
    ['a start in the same breath', Buffer.concat([hello, started])],
    ['a hello nested deep', encodeFrame('H', Buffer.from(`{"protocol":1,"python":"3","kernel":{"a":${nested}}}`))],
  ])('%s instead of a hello ends it before the job is given', async (_name, first) => {
    const stdin = new PassThrough()
    const { observer } = makeObserver()
    const ended = await runSession({ stdin, stdout: Readable.from([first]) }, makeJob('secret'), observer)
    expect(ended).toMatchObject({ kind: 'no_hello' })
    expect(stdin.readableLength).toBe(0)
  })

  it('a stream that breaks anywhere ends the session with what was measured', async () => {
    const output = encodeFrame('O', Buffer.from('out'))
    const whole = Buffer.concat([started, output, exited, ...artifact('output/a', Buffer.from('abc'))])
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const { ended } = await drive([whole.subarray(0, cut)])
      expect(ended.kind).toBe('closed')
    }
  })

  it('forgets an artifact that was cut off, and passes a large one on in pieces', async () => {
    const bytes = 3 * 1024 * 1024
    const pieces = [...encodeFrames('A', new Uint8Array(bytes))]
    const { observer } = makeObserver()
    const seen = { written: 0, largest: 0, finished: 0, discarded: 0 }
    observer.artifact = () => ({
      async write(chunk) {
        seen.written += chunk.length
        seen.largest = Math.max(seen.largest, chunk.length)
      },
      finish: async () => void (seen.finished += 1),
      discard: async () => void (seen.discarded += 1),
    })
    const header = json('a', { path: 'output/big', bytes })
    await drive([started, exited, header, ...pieces, ...artifact('output/small', Buffer.from('x')), end], {}, observer)
    expect(seen).toMatchObject({ written: bytes + 1, finished: 2, discarded: 0 })
    expect(seen.largest).toBeLessThan(bytes / 2)
    await drive([started, exited, header, ...pieces.slice(0, 3)], {}, observer)
    expect(seen).toMatchObject({ finished: 2, discarded: 1 })
  })

  it('ends when the runner dies while the job is still being written', async () => {
    const stdin = new PassThrough({ highWaterMark: 1 })
    async function* speak(): AsyncGenerator<Uint8Array> {
      yield hello
      await new Promise((resolve) => setTimeout(resolve, 20))
      stdin.destroy(new Error('EPIPE'))
      throw new Error('ECONNRESET')
    }
    const job = makeJob('x', { files: [{ name: 'a', bytes: new Uint8Array(5_000_000) }] })
    const ended = await runSession({ stdin, stdout: Readable.from(speak()) }, job, makeObserver().observer)
    expect(ended).toMatchObject({ kind: 'closed', report: { started: false, exit: null } })
  })

  it('holds the stream back while an artifact is being stored, and passes the observer’s error on', async () => {
    const stdin = new PassThrough()
    stdin.resume()
    async function* speak(): AsyncGenerator<Uint8Array> {
      yield hello
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield Buffer.concat([started, exited, ...artifact('output/a', Buffer.from('a')), end])
    }
    const { observer } = makeObserver()
    const refuse = (): Promise<void> => Promise.reject(new Error('disk full'))
    observer.artifact = () => ({ write: refuse, finish: refuse, discard: async () => {} })
    const running = runSession({ stdin, stdout: Readable.from(speak()) }, makeJob('x'), observer)
    await expect(running).rejects.toThrow('disk full')
  })
})
