import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CONTROL_HEADER, type LoopbackServer } from './loopback-server.ts'

/**
 * The file by which a second start finds the window that has the folder, and asks it for a new address. It holds a
 * secret and is readable by its owner only, as the data folder is.
 */

const FILE_NAME = 'window.json'
const MAX_FILE_BYTES = 4096
const ASK_TIMEOUT_MS = 3000

export async function writeControlFile(dataDir: string, server: LoopbackServer): Promise<void> {
  const file = join(dataDir, FILE_NAME)
  const temporary = `${file}.${process.pid}`
  const content = { process_id: process.pid, origin: server.origin, secret: server.controlSecret }
  await writeFile(temporary, JSON.stringify(content), { mode: 0o600 })
  await rename(temporary, file)
}

export async function removeControlFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE_NAME), { force: true })
}

/** Asks the window that has this folder for a new address. Null when there is none, or it is no browser window. */
export async function askForAddress(dataDir: string): Promise<string | null> {
  const control = await readControlFile(dataDir)
  if (control === null) return null
  try {
    const answer = await fetch(`${control.origin}/control/address`, {
      method: 'POST',
      headers: { [CONTROL_HEADER]: control.secret },
      redirect: 'error',
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    })
    const envelope = (await answer.json()) as { data?: { address?: unknown } }
    const address = envelope.data?.address
    return typeof address === 'string' && address.startsWith(`${control.origin}/#code=`) ? address : null
  } catch {
    // Left behind by a process that was killed, or its port belongs to somebody else by now.
    return null
  }
}

async function readControlFile(dataDir: string): Promise<{ origin: string; secret: string } | null> {
  try {
    const text = await readFile(join(dataDir, FILE_NAME), 'utf8')
    if (text.length > MAX_FILE_BYTES) return null
    const { origin, secret } = JSON.parse(text) as Record<string, unknown>
    if (typeof origin !== 'string' || typeof secret !== 'string') return null
    return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(origin) ? { origin, secret } : null
  } catch {
    return null
  }
}
