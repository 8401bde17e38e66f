import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { root, startServing, type Served } from '../support/window.ts'

/** What `npm start` does once the packages are there: builds if need be, serves the page, ends all it started. */

const READY_LIMIT_MS = 60_000
const GONE_LIMIT_MS = 30_000

describe('npm start', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scriptorium-start-'))
  const dataDir = path.join(folder, 'data')
  let served: Served | undefined

  async function start(): Promise<{ served: Served; took_ms: number }> {
    const { SCRIPTORIUM_DATA_DIR: _, ...environment } = process.env
    const before = performance.now()
    const words = [path.join(root, 'scripts', 'start.mjs'), '--no-open', '--data-dir', dataDir]
    served = await startServing(process.execPath, words, environment)
    return { served, took_ms: performance.now() - before }
  }

  afterEach(async () => {
    await served?.end()
    served = undefined
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('serves the page, and on the first start makes a workspace with three tools', { timeout: 300_000 }, async () => {
    const {
      served: { address },
    } = await start()
    const { origin, hash } = new URL(address)
    const page = await fetch(origin)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('<div id="root">')

    const ask = async (where: string, body: unknown, token?: string) => {
      const headers = {
        origin,
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      }
      return (await fetch(`${origin}${where}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    }
    const { token } = (await ask('/session', { code: hash.replace('#code=', '') })) as { token: string }
    const { data } = (await ask('/call/catalogue.list', {}, token)) as { data: { items: { slug: string }[] } }
    expect(data.items.map(({ slug }) => slug).toSorted()).toEqual(['csv-summary', 'group-maker', 'text-cleaner'])
  })

  it('is ready quickly the second time', { timeout: 120_000 }, async () => {
    const { took_ms } = await start()
    process.stderr.write(`second start: ready after ${Math.round(took_ms)} ms\n`)
    expect(took_ms).toBeLessThan(READY_LIMIT_MS)
  })

  it.skipIf(process.platform === 'win32')('ends everything it started on Ctrl-C', { timeout: 120_000 }, async () => {
    const {
      served: { address, child },
    } = await start()
    const started = descendants(child.pid ?? 0)
    expect(started.length).toBeGreaterThan(0)
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGINT')
    await ended
    await expect.poll(() => started.filter(isAlive), { timeout: GONE_LIMIT_MS }).toEqual([])
    await expect(fetch(address)).rejects.toThrow()
    expect(readdirSync(dataDir)).not.toContain('window.json')
  })
})

/** All processes below one, by what the system says of each one's parent. */
function descendants(ancestor: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs =
    stdout === null || stdout === ''
      ? fromProc()
      : stdout
          .trim()
          .split('\n')
          .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    pairs.filter(([, of]) => of === parent).flatMap(([id = 0]) => [id, ...below(id)])
  return below(ancestor)
}

/** Where there is no `ps`, as in small containers. */
function fromProc(): number[][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]]
      } catch {
        return []
      }
    })
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch {
    return false
  }
}
