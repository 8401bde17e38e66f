import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { launchChromium } from '../support/chromium.ts'
import { figures, summarise, type Figure } from './figure.ts'

const ROUNDS = Number(process.env['SCRIPTORIUM_BENCH_START_ROUNDS'] ?? 7)
const root = path.join(import.meta.dirname, '..', '..')
const LIMIT_MS = 60_000

/** From starting the process to an address, and to the first screen that a person can use. */
export async function benchStart(): Promise<Figure[]> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-bench-start-'))
  const browser = await launchChromium()
  try {
    const addresses: number[] = []
    const screens: number[] = []
    // The first round makes the workspace and fills the caches; a second start is what people wait for every day.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const beganAt = performance.now()
      const server = spawn(process.execPath, ['out/main/serve.js', '--no-open', '--data-dir', dataDir], {
        cwd: root,
        stdio: 'pipe',
      })
      try {
        const address = await addressOf(server)
        const addressMs = performance.now() - beganAt
        const page = await browser.newPage()
        await page.goto(address)
        await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: LIMIT_MS })
        if (round > 0) {
          addresses.push(addressMs)
          screens.push(performance.now() - beganAt)
        }
        await page.close()
      } finally {
        await ended(server)
      }
    }
    return [
      ...figures('second start to its address', 'ms', summarise(addresses), [
        { with: '3 s', median: 3000, wantedRatio: 1 },
      ]),
      ...figures('second start to the first usable screen', 'ms', summarise(screens), [
        { with: '3 s', median: 3000, wantedRatio: 1 },
      ]),
    ]
  } finally {
    await browser.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`no address: ${text}`)), LIMIT_MS)
    const read = (chunk: Buffer): void => {
      text += chunk.toString()
      const address = /http:\/\/127\.0\.0\.1:\d+\/#code=\S+/.exec(text)?.[0]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    }
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
  })
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null) resolve()
    server.once('exit', () => resolve())
    server.kill('SIGINT')
  })
}
