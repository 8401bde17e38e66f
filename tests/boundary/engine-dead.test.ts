import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createDockerRunner } from '../../src-main/adapters/docker/docker-runner.ts'
import type { Runner } from '../../src-main/app/runner-port.ts'
import { runnerImageFolder } from '../support/docker.ts'
import { makeJob, makeObserver, newId } from '../support/runner-job.ts'

/** RN-1, RN-7: whatever sits behind the socket, the runner answers in time, says what to do, and throws nothing. */

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function engineThat(answer: (socket: Socket) => void): Promise<{ runner: Runner; open: Set<Socket> }> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'))
  const path = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    // Without reading, the other side's close is never noticed.
    socket.resume()
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  cleanups.push(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })
  return { runner: runnerAt(path), open }
}

function runnerAt(path: string): Runner {
  const dockerHost = `unix://${path}`
  return createDockerRunner({
    dockerHost,
    image: 'scriptorium-runner:1',
    runnerImageFolder,
    warmContainers: 0,
  })
}

async function expectUnavailable(runner: Runner, reason: string): Promise<void> {
  const status = await runner.status()
  expect(status).toMatchObject({ available: false, reason })
  const outcome = await runner.run(makeJob(''), makeObserver().observer, new AbortController().signal)
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'SERVICE_UNAVAILABLE', reason: 'engine_unavailable' } })
  expect(await runner.reap(newId(), () => false)).toMatchObject({ ok: false })
}

const http = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('An engine that is none', () => {
  it('RN-1: an absent socket is a missing engine', async () => {
    await expectUnavailable(runnerAt(join(tmpdir(), 'no-such-engine.sock')), 'engine_missing')
  })

  it('RN-1: an engine on another machine is refused', async () => {
    const runner = createDockerRunner({ dockerHost: 'tcp://10.0.0.1:2375', image: 'x', runnerImageFolder })
    const status = await runner.status()
    expect(status).toMatchObject({ available: false, reason: 'engine_missing' })
  })

  it('RN-1: garbage instead of HTTP', async () => {
    const { runner } = await engineThat((socket) => socket.end('\x00\x01garbage\r\n\r\n'))
    await expectUnavailable(runner, 'engine_unreachable')
  })

  it('RN-1: a connection that is closed at once', async () => {
    const { runner } = await engineThat((socket) => socket.destroy())
    await expectUnavailable(runner, 'engine_unreachable')
  })

  for (const body of ['[]', 'null', '"x"', '{}', 'not json', '{"Version":5}']) {
    it(`RN-1: HTTP that answers ${body} to everything`, async () => {
      const { runner } = await engineThat((socket) => {
        socket.on('data', () => socket.write(http('200 OK', body)))
      })
      expect(await runner.status()).toMatchObject({ available: false, reason: 'engine_unreachable' })
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 300)
      const outcome = await runner.run(makeJob(''), makeObserver().observer, controller.signal)
      if (outcome.ok) expect(outcome.value.ended).toBe('cancelled')
      else expect(outcome.failure.reason).toBe('engine_unavailable')
    }, 30_000)
  }

  it('RN-1: an error for every call is an outcome with a message', async () => {
    const { runner } = await engineThat((socket) => {
      socket.on('data', () => socket.write(http('500 Internal Server Error', '{"message":"boom"}')))
    })
    await expectUnavailable(runner, 'engine_unreachable')
  })

  it('RN-1, RN-7: an engine that never answers: there is a status, runs can be cancelled, nothing stays open', async () => {
    const { runner, open } = await engineThat(() => {})
    expect(await runner.status()).toMatchObject({ available: false, reason: 'engine_unreachable' })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    const outcome = await runner.run(makeJob(''), makeObserver().observer, controller.signal)
    expect(outcome).toMatchObject({ ok: true, value: { ended: 'cancelled' } })
    await expect.poll(() => open.size, { timeout: 5_000 }).toBe(0)
  }, 60_000)
})
