import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenCore } from '../../app/core.ts'
import { failed, failure, success, type Result } from '../../domain/result.ts'
import { askForAddress, removeControlFile, writeControlFile } from './control-file.ts'
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts'
import { openWindow, type OpenedWindow } from './open-window.ts'
import { startPreviewServer } from './preview-server.ts'

/** A window that is being served from this process. */
export interface ServedWindow {
  readonly address: string
  readonly how: OpenedWindow['how']
  newAddress(): string
  /** Settles when the person has closed the window that we opened, and no other is connected. */
  readonly closedByPerson: Promise<void>
  close(): Promise<void>
}

export interface ServeOptions {
  openCore: OpenCore
  dataDir: string
  pageDir: string
  port: number
  open: boolean
  environment: NodeJS.ProcessEnv
  developmentServer: URL | null
}

/** Served from here, or, when the folder has a window already, an address of that one. */
export type Served = { kind: 'here'; window: ServedWindow } | { kind: 'elsewhere'; address: string }

/** While developing, a new process starts before the one that it follows has let go of the folder. */
const DEVELOPMENT_ATTEMPTS = 40
const DEVELOPMENT_PAUSE_MS = 250

export async function serveWindow(options: ServeOptions): Promise<Result<Served>> {
  if (options.developmentServer === null && !existsSync(join(options.pageDir, 'index.html'))) {
    return failed(
      failure('SERVICE_UNAVAILABLE', 'page_missing', 'The window has not been built yet: run `npm run build`.'),
    )
  }
  const preview = await startPreviewServer()
  const openCore = options.developmentServer === null ? options.openCore : patiently(options.openCore)
  const core = await openCore({ dataDir: options.dataDir, asWindow: true, preview })
  if (!core.ok) {
    await preview.close()
    const address = await askForAddress(options.dataDir)
    if (address === null) return core
    if (options.open) openWindow(address, profileDir(options.dataDir), options.environment)
    return success({ kind: 'elsewhere', address })
  }
  const openedCore = core.value
  let server: LoopbackServer
  try {
    server = await startLoopbackServer({
      core: core.value,
      port: options.port,
      pageDir: options.pageDir,
      previewOrigin: preview.origin,
      developmentServer: options.developmentServer,
    })
  } catch (error) {
    await Promise.all([preview.close(), core.value.close()])
    return failed(portFailure(error, options.port))
  }
  await writeControlFile(options.dataDir, server)
  const address = server.newAddress()
  const opened = options.open
    ? openWindow(server.newAddress(), profileDir(options.dataDir), options.environment)
    : { how: 'nothing' as const, closed: new Promise<void>(() => {}), close: () => {} }

  let closing: Promise<void> | null = null
  async function closeAll(): Promise<void> {
    opened.close()
    await removeControlFile(options.dataDir)
    await Promise.all([server.close(), preview.close()])
    await openedCore.close()
  }

  return success({
    kind: 'here',
    window: {
      address,
      how: opened.how,
      newAddress: server.newAddress,
      closedByPerson: closedByPerson(server, opened),
      close: () => (closing ??= closeAll()),
    },
  })
}

/** A browser that ends without ever having connected couldn't show the page: then the address goes on being good. */
async function closedByPerson(server: LoopbackServer, opened: OpenedWindow): Promise<void> {
  let hasConnected = false
  server.onConnectedChange((connected) => (hasConnected ||= connected > 0))
  await opened.closed
  if (!hasConnected) return new Promise(() => {})
  if (server.connectedWindows() === 0) return
  await new Promise<void>((resolve) => server.onConnectedChange((connected) => connected === 0 && resolve()))
}

function patiently(openCore: OpenCore): OpenCore {
  return async (coreOptions) => {
    for (let attempt = 1; ; attempt++) {
      const core = await openCore(coreOptions)
      if (core.ok || attempt === DEVELOPMENT_ATTEMPTS) return core
      await new Promise((resolve) => setTimeout(resolve, DEVELOPMENT_PAUSE_MS))
    }
  }
}

function profileDir(dataDir: string): string {
  return join(dataDir, 'window-profile')
}

function portFailure(error: unknown, port: number) {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return failure(
    'SERVICE_UNAVAILABLE',
    'port_unavailable',
    `Port ${port} cannot be used (${code}). Choose another one with --port.`,
    { port },
  )
}
