import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { treeFiles, treeRoot } from '../support/tree.ts'

/** Who may import whom: each boundary is broken once, and the rule of .oxlintrc.json must see it. */

const CONFIG = path.join(treeRoot, '.oxlintrc.json')
const OXLINT = path.join(treeRoot, 'node_modules', 'oxlint', 'bin', 'oxlint')
const MAX_OUTPUT_BYTES = 20_000_000

/** File -> what it must not import, and what it may. */
const BOUNDARIES: Record<string, { never: string[]; may: string[] }> = {
  'src-main/domain/planted.ts': {
    never: [
      '../app/ports.ts',
      '../adapters/keys/keys.ts',
      '../compose.ts',
      '../shell/shared/message.ts',
      'node:fs',
      'fs',
      '../../src-preload/contract/contract.ts',
      '../../src-renderer/routes.ts',
      'react',
      'uuid',
      'electron',
      'kysely',
    ],
    may: ['./tool.ts', './apply/apply.ts', 'zod', 'canonicalize'],
  },
  'src-main/domain/apply/planted.ts': {
    never: [
      '../../app/ports.ts',
      '../../compose.ts',
      '../../../src-preload/contract/contract.ts',
      'node:crypto',
      'uuid',
    ],
    may: ['./maker.ts', '../tool.ts', '../result-contract/text.ts', 'zod'],
  },
  'src-preload/contract/planted.ts': {
    never: [
      '../preload.ts',
      '../../src-main/app/core.ts',
      '../../src-main/compose.ts',
      '../../src-renderer/routes.ts',
      'electron',
      'node:path',
      'uuid',
    ],
    may: ['./tools.ts', '../../src-main/domain/tool.ts', '../../src-main/domain/apply/apply.ts', 'zod'],
  },
  'src-preload/planted.ts': {
    never: ['../src-main/domain/tool.ts', '../src-main/app/core.ts', '../src-renderer/routes.ts', 'node:fs', 'zod'],
    may: ['electron', './contract/contract.ts'],
  },
  'src-main/app/planted.ts': {
    never: [
      '../adapters/sqlite/store.ts',
      '../shell/cli/program.ts',
      '../compose.ts',
      '../main.ts',
      'node:fs',
      'uuid',
      '../../src-preload/preload.ts',
      '../../src-renderer/routes.ts',
      'better-sqlite3',
      'electron',
    ],
    may: ['./ports.ts', './runs/runs.ts', '../domain/tool.ts', '../../src-preload/contract/tools.ts', 'zod'],
  },
  'src-main/app/runs/planted.ts': {
    never: [
      '../../adapters/docker/engine.ts',
      '../../shell/shared/message.ts',
      '../../compose.ts',
      'node:path',
      '../../../src-renderer/routes.ts',
    ],
    may: ['./runs.ts', '../ports.ts', '../../domain/run.ts', '../../../src-preload/contract/runs.ts'],
  },
  'src-main/adapters/docker/planted.ts': {
    never: [
      '../sqlite/database.ts',
      '../embedded/embedded-runner.ts',
      '../../app/dispatch.ts',
      '../../app/core.ts',
      '../../app/runs/runs.ts',
      '../../shell/shared/message.ts',
      '../../compose.ts',
      'electron',
      '../../../src-preload/contract/contract.ts',
      '../../../src-renderer/routes.ts',
      '../../../migrations/index.ts',
    ],
    may: [
      './engine.ts',
      '../runner-session/session.ts',
      '../../domain/run.ts',
      '../../app/ports.ts',
      '../../app/runner-port.ts',
      'node:fs',
      'dockerode',
    ],
  },
  'src-main/adapters/embedded/child/planted.mjs': {
    never: ['../embedded-runner.ts', '../../../domain/run.ts', 'zod', 'electron'],
    may: ['./channel.mjs', 'node:fs'],
  },
  'src-main/adapters/runner-session/planted.ts': {
    never: ['../docker/engine.ts', '../embedded/reap.ts', '../../app/core.ts'],
    may: ['./frames.ts', '../../app/runner-port.ts'],
  },
  'src-main/adapters/keys/planted.ts': {
    never: [
      '../sqlite/store.ts',
      '../docker/engine.ts',
      '../../app/members.ts',
      '../../../src-preload/contract/tools.ts',
    ],
    may: ['../sqlite/statements.ts', '../../app/ports.ts', 'node:crypto'],
  },
  'src-main/adapters/sqlite/planted.ts': {
    never: ['../keys/keys.ts', '../../app/commit.ts', '../../../src-preload/contract/tools.ts', 'electron'],
    may: ['./store.ts', '../../../migrations/index.ts', '../../app/ports.ts', 'kysely', 'better-sqlite3'],
  },
  'src-main/shell/browser/planted.ts': {
    never: [
      '../cli/program.ts',
      '../electron/window.ts',
      '../../app/dispatch.ts',
      '../../adapters/keys/keys.ts',
      'electron',
      '../../compose.ts',
      '../../../src-preload/preload.ts',
      '../../../src-renderer/routes.ts',
    ],
    may: [
      './http.ts',
      '../shared/message.ts',
      '../../app/core.ts',
      '../../domain/result.ts',
      '../../../src-preload/contract/contract.ts',
      'node:http',
    ],
  },
  'src-main/shell/cli/planted.ts': {
    never: [
      '../electron/window.ts',
      '../browser/serve-window.ts',
      '../../app/handlers.ts',
      '../../compose.ts',
      'electron',
    ],
    may: ['./program.ts', './commands/tools.ts', '../shared/locations.ts', '../../app/core.ts', 'commander'],
  },
  'src-main/shell/cli/commands/planted.ts': {
    never: [
      '../../electron/window.ts',
      '../../browser/http.ts',
      '../../../app/tools.ts',
      '../../../compose.ts',
      'electron',
      '../../../adapters/keys/keys.ts',
    ],
    may: [
      './tools.ts',
      '../context.ts',
      '../../browser/serve-window.ts',
      '../../../domain/tool.ts',
      '../../../app/core.ts',
      '../../../../src-preload/contract/tools.ts',
    ],
  },
  'src-main/shell/electron/planted.ts': {
    never: ['../cli/program.ts', '../browser/http.ts', '../../app/dispatch.ts', '../../compose.ts'],
    may: ['electron', './menu.ts', '../shared/page-policy.ts', '../../app/core.ts'],
  },
  'src-main/compose.ts': {
    never: [
      './shell/cli/program.ts',
      './main.ts',
      '../src-preload/contract/contract.ts',
      '../src-renderer/routes.ts',
      'electron',
    ],
    may: ['./adapters/sqlite/store.ts', './app/core-service.ts', './domain/result.ts', 'node:fs'],
  },
  'src-main/main.ts': {
    never: [
      './app/dispatch.ts',
      './adapters/keys/keys.ts',
      './domain/tool.ts',
      './shell/cli/program.ts',
      '../src-preload/contract/contract.ts',
    ],
    may: ['electron', './compose.ts', './app/core.ts', './shell/electron/menu.ts', './shell/shared/locations.ts'],
  },
  'src-main/serve.ts': {
    never: ['./app/core.ts', './adapters/keys/keys.ts', './shell/electron/menu.ts', './main.ts', 'electron'],
    may: [
      './compose.ts',
      './shell/cli/command-line.ts',
      './shell/browser/serve-window.ts',
      './shell/shared/locations.ts',
    ],
  },
  'migrations/planted.ts': {
    never: ['../src-main/domain/tool.ts', '../src-main/adapters/sqlite/schema.ts', 'zod', 'node:fs'],
    may: ['./index.ts', 'kysely', 'kysely/migration'],
  },
  'src-renderer/planted.ts': {
    never: [
      '../src-main/app/core.ts',
      '../src-main/compose.ts',
      '../src-main/shell/shared/message.ts',
      'node:fs',
      'electron',
      '../src-main/adapters/keys/keys.ts',
      '../src-preload/preload.ts',
      '../migrations/index.ts',
      'kysely',
    ],
    may: ['../src-main/domain/tool.ts', '../src-preload/contract/contract.ts', './routes.ts', 'react', 'zustand'],
  },
  'src-renderer/screens/editor/planted.ts': {
    never: ['../../../src-main/app/core.ts', '../../../src-main/adapters/keys/keys.ts', 'node:path', 'better-sqlite3'],
    may: ['../../bridge/client.ts', '../../../src-main/domain/tool.ts', '../../../src-preload/contract/tools.ts'],
  },
  'src-renderer/ui/planted.ts': {
    never: [
      '../bridge/client.ts',
      '../screens/editor/state.ts',
      '../run/run-store.ts',
      '../../src-main/app/core.ts',
      'node:fs',
    ],
    may: ['./states.tsx', '../../src-main/domain/tool.ts', '../bridge/failure-text.ts', 'react'],
  },
  'tests/planted.ts': { never: ['electron'], may: ['../src-main/app/core.ts', 'node:fs'] },
}

interface Finding {
  file: string
  line: number
  rule: string
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'layers-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('Who may import whom', () => {
  it.each(Object.entries(BOUNDARIES))('%s', async (file, { never, may }) => {
    const place = await plant({ [file]: [...never, ...may].map((name) => `import '${name}'`) })
    const found = (await lint(place)).filter(({ rule }) => rule.includes('no-restricted-imports'))
    const caught = [...never, ...may].filter((_name, index) => found.some(({ line }) => line === index + 1))
    expect(caught).toEqual(never)
  })

  it('holds for types, for what is passed on and for what is loaded later', async () => {
    const target = '../adapters/sqlite/store.ts'
    const file = 'src-main/app/planted.ts'
    const lines = [
      `import type { Store } from '${target}'`,
      `import { type Other } from '${target}'`,
      `export { createSqliteStore } from '${target}'`,
      `export * from '${target}'`,
      `export const later = (): Promise<unknown> => import('${target}')`,
    ]
    const found = await lint(await plant({ [file]: lines }))
    const caught = found.filter(({ rule }) => rule.includes('no-restricted-imports')).map(({ line }) => line)
    expect(caught.toSorted()).toEqual([1, 2, 3, 4, 5])
    const typeOnly = await lint(await plant({ [file]: [`export type Sneaked = import('${target}').Store`] }))
    expect(typeOnly.map(({ rule }) => rule)).toEqual([expect.stringContaining('consistent-type-imports')])
  })

  it('allows no circle', async () => {
    const place = await plant({
      'src-main/app/one.ts': ["import { two } from './two.ts'", 'export const one = (): unknown => two'],
      'src-main/app/two.ts': ["import { one } from './one.ts'", 'export const two = (): unknown => one'],
    })
    const found = (await lint(place)).filter(({ rule }) => rule.includes('no-cycle'))
    expect(found.map(({ file }) => file).toSorted()).toEqual(['src-main/app/one.ts', 'src-main/app/two.ts'])
  })

  it('keeps clock, chance and the process out of the domain, and the console out of the core', async () => {
    const impure = ['Date.now()', 'Math.random()', 'process.pid', 'fetch', 'setTimeout', 'console.log', 'crypto']
    const lines = impure.map((expression, index) => `export const part${index} = (): unknown => ${expression}`)
    const found = await lint(await plant({ 'src-main/domain/planted.ts': lines }))
    expect([...new Set(found.map(({ line }) => line))].toSorted()).toEqual(lines.map((_line, index) => index + 1))
    const talkative = await lint(await plant({ 'src-main/app/planted.ts': ["console.log('here')"] }))
    expect(talkative.map(({ rule }) => rule)).toEqual([expect.stringContaining('no-console')])
  })

  it('has a list for every file of the product', async () => {
    const { overrides } = JSON.parse(withoutComments(await readFile(CONFIG, 'utf8'))) as {
      overrides: { files: string[]; rules: object }[]
    }
    const lists = overrides.filter(({ rules }) => 'no-restricted-imports' in rules).flatMap(({ files }) => files)
    const sources = treeFiles(['src-main', 'src-preload', 'src-renderer', 'migrations'], ['.ts', '.tsx', '.mjs'])
    expect(sources.length).toBeGreaterThan(200)
    const without = sources.filter(({ name }) => !lists.some((list) => path.matchesGlob(name, list)))
    expect(without.map(({ name }) => name)).toEqual([])
  })

  it('is kept by the tree as it is', async () => {
    const found = await lint(treeRoot)
    expect(found.filter(({ rule }) => /no-restricted-imports|no-cycle/.test(rule))).toEqual([])
  })
})

/** Each call in a folder of its own, with the rules beside the files as in the tree. */
async function plant(files: Record<string, string[]>): Promise<string> {
  const place = await mkdtemp(path.join(folder, 'tree-'))
  await writeFile(path.join(place, '.oxlintrc.json'), await readFile(CONFIG))
  for (const [name, lines] of Object.entries(files)) {
    const file = path.join(place, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `${lines.join('\n')}\n`)
  }
  return place
}

async function lint(place: string): Promise<Finding[]> {
  const words = [OXLINT, '--format', 'json', '.']
  // An exit code of 1 says that something was found, which is what is asked for here.
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd: place,
    maxBuffer: MAX_OUTPUT_BYTES,
  }).catch((error: { stdout?: string }) => {
    if (typeof error.stdout === 'string' && error.stdout.startsWith('{')) return { stdout: error.stdout }
    throw error
  })
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[]
  }
  return diagnostics.map(({ code, filename, labels }) => ({
    file: filename.replaceAll('\\', '/'),
    line: labels[0]?.span.line ?? 0,
    rule: code,
  }))
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\/.*$/gm, '')
}
