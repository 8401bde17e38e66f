import { homedir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../../src-main/app/handlers.ts'
import { channels } from '../../src-preload/contract/contract.ts'
import { linesWhere, treeFiles, treeRoot } from '../support/tree.ts'

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'migrations']
const SCRIPTS = ['scripts', '.ci', 'bin', 'runner-image', 'electron.vite.config.ts', 'vitest.config.ts', 'package.json']
const DOCUMENTS = ['docs', 'README.md', 'CONTRIBUTING.md', 'runner-image/README.md']
const TYPESCRIPT = ['.ts', '.tsx', '.mts']
const ANY = ['']

const SOURCE_LINES = 300
const TEST_LINES = 600
/** Meant are 120; this is where it stops. */
const LINE_LENGTH = 160
/** Longer ones, with what they would lose by being split. Never over 400. */
const LONG_SOURCES: Record<string, { maxLines: number; why: string }> = {}

const MENTIONED = /\bSCRIPTORIUM_[A-Z_]*[A-Z]\b/g
const READ_BY_TEST = /(?<!delete )(?:process\.env\[|countFrom\()'SCRIPTORIUM_[A-Z_]*[A-Z](?='(?!\] = ))/g

const sources = treeFiles(SOURCES, [...TYPESCRIPT, '.mjs'])
const tests = treeFiles(['tests'], TYPESCRIPT)
const scripts = treeFiles(SCRIPTS, ANY)
const documents = treeFiles(DOCUMENTS, ['.md'])
const code = [...sources, ...tests, ...treeFiles(SCRIPTS, [...TYPESCRIPT, '.mjs'])]
const everything = [...treeFiles(SOURCES, ANY), ...tests, ...scripts, ...documents]

describe('The tree', () => {
  it('has files that can be read in one go', () => {
    const tooLong = [...sources, ...tests].flatMap(({ name, text }) => {
      const bound = LONG_SOURCES[name]?.maxLines ?? (name.startsWith('tests/') ? TEST_LINES : SOURCE_LINES)
      const lines = text.split('\n').length - 1
      return lines > bound ? [`${name}: ${lines} lines`] : []
    })
    expect(tooLong).toEqual([])
    for (const { maxLines } of Object.values(LONG_SOURCES)) expect(maxLines).toBeLessThanOrEqual(400)
  })

  it('has lines that can be read to their end', () => {
    expect(linesWhere(sources, (line) => line.length > LINE_LENGTH)).toEqual([])
  })

  it('ends no line of its own language with a semicolon', () => {
    expect(linesWhere(code, (line) => /^\s*(import|export|const|let|return)\b.*;$/.test(line))).toEqual([])
  })

  it('leaves nothing to be done without saying where it stands', () => {
    const mark = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
    expect(linesWhere(everything, (line) => mark.test(line))).toEqual([])
  })

  it('names no folder of the machine it was written on', () => {
    // A folder right below the root, or this one, is on every machine and names nobody's.
    const isOurs = (folder: string): boolean => folder.length > '/root'.length && folder !== '/var/tmp'
    const folders = [treeRoot, path.dirname(treeRoot), homedir()].filter(isOurs)
    const ours = folders.map((folder) => folder.replaceAll(/[^\w/-]/g, '\\$&'))
    const anyones = ['/home/[a-z]{2,}/', '/Users/[a-z]{2,}/', 'C:\\\\Users\\\\[a-z]{2,}']
    const forbidden = new RegExp(`(^|[^\\w.-])(${[...ours, ...anyones].join('|')})(?![\\w-])`)
    expect(linesWhere(everything, (line) => forbidden.test(line))).toEqual([])
  })

  it('names no registry or mirror that a reader cannot reach', () => {
    const host = /https?:\/\/[\w.-]*(registry|mirror|artifactory|nexus|proxy)[\w.-]*\//
    const open = 'https://registry.npmjs.org/'
    const files = [...everything, ...treeFiles(['package-lock.json', '.npmrc'], ANY)]
    expect(linesWhere(files, (line) => host.test(line.replaceAll(open, '')))).toEqual([])
  })
})

describe('Imports', () => {
  const imports = code.flatMap(({ name, text }) =>
    [...text.matchAll(/(?:^import |^(?:import|export|\}).* from |\bimport\()'(\.[^']*)'/gm)].map(([, specifier]) => ({
      name,
      specifier: specifier ?? '',
    })),
  )

  it('are found by this check', () => {
    expect(imports.length).toBeGreaterThan(500)
  })

  it('carry the extension of the file they name', () => {
    const bare = imports.filter(({ specifier }) => !/\.(ts|tsx|mjs|css|json|svg|wasm)(\?[\w&]+)?$/.test(specifier))
    expect(bare).toEqual([])
  })

  it('take the shortest way, since the rule who may import whom reads them as written', () => {
    const detours = imports.filter(({ specifier }) => /^\.\/\.|[^./]\/\.\.?\//.test(specifier))
    expect(detours).toEqual([])
  })
})

describe('Channels', () => {
  const names = Object.keys(channels)
  // Handlers are only gathered here, never called.
  const anything: object = new Proxy(() => null, { get: () => anything })
  const handlers = createHandlers(...(Array(createHandlers.length).fill(anything) as Parameters<typeof createHandlers>))

  it('have a handler each', () => {
    expect(Object.keys(handlers).toSorted()).toEqual(names.toSorted())
    for (const [name, handler] of Object.entries(handlers)) expect(handler, name).toBeTypeOf('function')
  })

  it('are summed up in one sentence each, all different', () => {
    const summaries = Object.values(channels).map(({ summary }) => summary)
    for (const summary of summaries) expect(summary).toMatch(/^[A-Z][^\n]{2,}[^.\s]$/)
    expect(new Set(summaries).size).toBe(names.length)
  })

  it('are queries or commands, named as subject.verb', () => {
    for (const [name, { kind }] of Object.entries(channels)) {
      expect(name).toMatch(/^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/)
      expect(['query', 'command']).toContain(kind)
    }
  })
})

describe('Documents', () => {
  it('lead where they say', () => {
    const broken = documents.flatMap(({ name, text }) =>
      linksIn(text)
        .filter((link) => !leadsSomewhere(name, text, link))
        .map((link) => `${name}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('name every variable that the product or its tests read', () => {
    // Tests also make up some, to see that they aren't passed on.
    const mentions = everything.flatMap(({ name, text }) =>
      [...text.matchAll(name.startsWith('tests/') ? READ_BY_TEST : MENTIONED)].map(([variable]) => variable),
    )
    const used = mentions.map((mention) => mention.replace(/^.*(?=SCRIPTORIUM_)/, ''))
    const told = documents.map(({ text }) => text).join('\n')
    expect([...new Set(used)].filter((name) => !told.includes(name))).toEqual([])
  })
})

/** Without code, in which brackets mean something else. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, target]) => target ?? '')
  return links.filter((link) => !/^[a-z]+:/.test(link))
}

function leadsSomewhere(name: string, text: string, link: string): boolean {
  const [file, anchor] = link.split('#', 2)
  if (file === undefined || file === '') return headingsIn(text).includes(anchor ?? '')
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(name), decodeURIComponent(file)))
  const found = treeNames().has(target.replace(/\/$/, ''))
  if (!found || anchor === undefined || !target.endsWith('.md')) return found
  return headingsIn(treeFiles([target], ['.md'])[0]?.text ?? '').includes(anchor)
}

/** Files and the folders they are in. */
function treeNames(): Set<string> {
  const names = treeFiles(['.'], ANY).map((file) => file.name)
  const folders = names.flatMap((name) => {
    const parts = name.split('/')
    return parts.map((_part, index) => parts.slice(0, index).join('/'))
  })
  return new Set([...names, ...folders])
}

/** Anchors as hosting sites make them of headings. */
function headingsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
