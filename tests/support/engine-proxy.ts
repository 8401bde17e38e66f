import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket in front of the real engine, which can die or hang at a moment of the test's choice. */
export interface EngineProxy {
  dockerHost: string
  /** Every connection breaks and no new one is accepted, as when the engine's process is killed. */
  die(): void
  /** Connections stay open and nothing passes any more, as when the engine's process is stopped. */
  hang(): void
  /** The engine is back: what was open is broken, and new connections pass again. */
  revive(): Promise<void>
  close(): Promise<void>
}

export async function startEngineProxy(targetPath: string): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-'))
  const path = join(folder, 'docker.sock')
  const sockets = new Set<Socket>()
  let isHanging = false
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: targetPath, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        ;(socket === near ? far : near).destroy()
      })
    }
    if (isHanging) return
    near.pipe(far)
    far.pipe(near)
  })
  const listen = (): Promise<void> => new Promise((resolve) => server.listen(path, resolve))
  await listen()
  const die = (): void => {
    if (server.listening) server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    dockerHost: `unix://${path}`,
    die,
    hang() {
      isHanging = true
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
    async revive() {
      die()
      isHanging = false
      if (server.listening) await new Promise((resolve) => server.once('close', resolve))
      await rm(path, { force: true })
      await listen()
    },
    async close() {
      die()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
