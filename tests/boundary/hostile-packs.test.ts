import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src-main/domain/canonical-json.ts'
import { temporaryFolder } from '../support/core.ts'

/** What a hostile pack may do to `bin/verify-evidence.mjs` and to whoever reads what it prints: nothing. */

const VERIFIER = path.join(import.meta.dirname, '..', '..', 'bin', 'verify-evidence.mjs')
const folder = temporaryFolder()

let written = 0
function fileWith(text: string | Buffer): string {
  written += 1
  const file = path.join(folder, `${written}.jsonl`)
  writeFileSync(file, text)
  return file
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
/** The lines as a file, with an end that fits them. */
function ended(lines: unknown[]): string {
  const text = lines.map((line) => `${canonicalJson(line)}\n`).join('')
  return fileWith(`${text}${canonicalJson({ end: { lines: lines.length, sha256: sha256(text) } })}\n`)
}

/** The verifier as a program of its own. */
const run = (...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [VERIFIER, ...words], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })

/** A workspace of somebody's own, where a run has the id and the file's name that they like. */
function ownPack(id: string, path: string): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const public_key = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')
  const key = { key_id: sha256(public_key), public_key, kind: 'member', member_id: 'm' }
  const content = {
    entrypoint: 'run_tool',
    input_schema: null,
    runtime: null,
    settings_schema: null,
    source_code: '',
    usage_instructions: null,
  }
  const manifest_hash = sha256(canonicalJson(content))
  const gone = 'a'.repeat(64)
  const record = {
    id,
    manifest_hash,
    requested_by: 'm',
    inputs: [],
    artifacts: [{ path, sha256: gone }],
    stdout: { kept_sha256: null },
    stderr: { kept_sha256: null },
    result_sha256: null,
    status: id,
  }
  const events: { hash: string }[] = []
  for (const [type, body] of [
    ['workspace.created', { keys: [key] }],
    ['run.recorded', { run: record }],
  ]) {
    const prev_hash = events.at(-1)?.hash ?? null
    const event = { workspace_id: 'w', key_id: key.key_id, key_seq: events.length + 1, prev_hash, type, body }
    const hash = sha256(canonicalJson(event))
    const signature = sign(null, Buffer.from(`scriptorium event v1\n${hash}`), privateKey).toString('base64')
    events.push({ ...event, hash, signature } as { hash: string })
  }
  const link = (head: string, { hash }: { hash: string }, index: number): string =>
    sha256(`scriptorium order v1\n${head}\n${index + 1}\n${hash}`)
  return ended([
    { format: 'scriptorium-evidence', version: 1, subject: { kind: 'run', id }, workspace_id: 'w', root: key.key_id },
    { from_order: 1, event_hashes: events.map(({ hash }) => hash) },
    { head: { order: events.length, head_hash: events.reduce(link, 'genesis') } },
    ...events.map((event, index) => ({ order: index + 1, event })),
    { manifest_hash, content },
    { sha256: gone, names: [path], absent: 'not_kept' },
  ])
}

describe('a pack that somebody made to deceive', () => {
  const lie = `root: ${'f'.repeat(64)} `
  test.each([
    ['lines of its own', `x\n${lie}\n`],
    ['a terminal’s commands', `x\u001b[2J\u009b1m${lie}\u001b]0;t\u0007\u001b[8m`],
    ['text that runs backwards or can not be seen', `\u202e${lie}\u2066\u200b\u2028`],
    ['more than anybody reads', `${'x'.repeat(100_000)}${lie}`],
  ])('does not get to print %s', async (_what, text) => {
    const { code, stdout } = await run(ownPack(text, text))
    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(stdout.match(/^root: [0-9a-f]{64} \(compare this/gm)).toHaveLength(1)
    expect(stdout.match(/^root: /gm)).toHaveLength(1)
    expect(stdout.length).toBeLessThan(10_000)
    const refused = await run(ownPack(text, text), '--root', '0'.repeat(64))
    expect(refused).toMatchObject({ code: 1, stdout: '' })
  })

  const header = { format: 'scriptorium-evidence', version: 1, subject: null, workspace_id: 'w', root: 'r' }
  const hashes = (count: number): unknown => ({ from_order: 1, event_hashes: Array(count).fill('a'.repeat(64)) })
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  test.each<[string, () => string]>([
    ['lines of other forms', () => ended([header, { event: 1, order: 1 }])],
    ['a head of another form', () => ended([header, { head: null }])],
    ['hashes that are none', () => ended([header, { from_order: 1, event_hashes: [{}, 1] }])],
    ['no list of hashes', () => ended([header, { from_order: 1, event_hashes: 7 }])],
    ['a quarter of a million hashes on a line', () => ended([header, hashes(240_000), { head: {} }])],
    ['a script of another form', () => ended([header, { content: 5, manifest_hash: 'x' }])],
    ['pieces of another form', () => ended([header, { data: 5, sha256: 'x', bytes: 1, offset: 0, names: null }])],
    ['an advisory and nothing else', () => ended([header, { advisory: null }])],
    ['nesting without end', () => fileWith(`${canonicalJson(header)}\n${deep}\n`)],
    ['a line without end', () => fileWith(Buffer.alloc(20_000_000, 'x'))],
    ['nothing', () => fileWith('')],
    ['a name that leads nowhere', () => path.join(folder, 'nothing\u001b[31m')],
    ['a folder', () => folder],
  ])('%s: one line says what is wrong', async (_what, make) => {
    const { code, stdout, stderr } = await run(make())
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^[^\p{C}]+\n$/u)
    expect(stderr).not.toMatch(
      /of undefined|undefined \(|not a function|not iterable|call stack|must be|argument|property/i,
    )
  })

  test('more records than memory holds are refused, not gathered', async () => {
    const note = { advisory: { text: 'x'.repeat(1_000_000) } }
    const { code, stderr } = await run(ended([header, ...Array<unknown>(70).fill(note)]))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('more records than any pack has') })
  })
})
