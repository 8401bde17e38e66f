import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { channels, type Channel } from '../../src-preload/contract/contract.ts'
import { ROLES, type Role } from '../../src-main/domain/member.ts'
import { callerOf, countEvents, openTestCore, rawDatabase, temporaryFolder, type Caller } from '../support/core.ts'
import {
  content,
  makeActive,
  makeDraft,
  makeReviewed,
  makeTool,
  openStaffed,
  type Staffed,
} from '../support/members.ts'

/**
 * Section 2, cell by cell, through the door. Four letters, one a role from `user` to `superuser`:
 * Y it is done; F FORBIDDEN, since it may be seen; H NOT_FOUND, since it may not be seen (RB-6); . there is no case.
 */

let staff: Staffed
/** Somebody else of the roles that make things. */
let others: { contributor: Caller; admin: Caller }
const artifactOf: { [run: string]: string } = {}
const runOf: { [role in Role | 'other']?: string } = {}

const id = (name: string): string => staff.ids[name] ?? ''
const nameOf: { [role in Role]: string } = { user: 'Uma', contributor: 'Conrad', admin: 'Ada', superuser: 'Sofia' }
const unused = (): string =>
  `01900000-0000-7000-8000-${Math.floor(Math.random() * 2 ** 40)
    .toString(16)
    .padStart(12, '0')}`
let serial = 0
const fresh = (prefix: string): string => `${prefix}-${(serial += 1)}`

beforeAll(async () => {
  staff = await openStaffed({ preview: { publish: () => 'http://127.0.0.1/preview' } })
  others = { contributor: await staff.add('Otto', 'contributor'), admin: await staff.add('Olga', 'admin') }
  const { slug } = await hidden([])
  const source =
    'from pathlib import Path\n\ndef run_tool(input_dir, output_dir):\n    Path(output_dir, "a.txt").write_text("a")\n    return "<p>a</p>"\n'
  const draft = await makeDraft(staff.root, slug, source)
  await staff.root.must('versions.submit', { version: draft.id })
  await staff.root.must('versions.publish', { version: draft.id, expected_active_version_id: null })
  await staff.root.must('tools.publish', { tool: slug })
  const runners: [Role | 'other', Caller][] = [
    ['user', staff.user],
    ['contributor', staff.contributor],
    ['admin', staff.admin],
    ['superuser', staff.superuser],
    ['other', others.contributor],
  ]
  for (const [role, caller] of runners) {
    const { id: run } = await caller.must('runs.tool', { tool: slug, values: {}, runner: 'embedded' })
    const ended = await caller.must('runs.wait', { run })
    expect(ended).toMatchObject({ status: 'succeeded', artifacts: [{ path: expect.stringContaining('a.txt') }] })
    runOf[role] = run
    artifactOf[run] = ended.artifacts[0]?.artifact_id ?? ''
  }
}, 180_000)

const hidden = (maintainers: string[]): Promise<{ id: string; slug: string }> => makeTool(staff.root, maintainers)
async function publishedTool(maintainers: string[]): Promise<{ id: string; slug: string; active: string }> {
  const tool = await makeTool(staff.root, maintainers)
  const active = await makeActive(staff.root, staff.root, tool.slug)
  await staff.root.must('tools.publish', { tool: tool.slug })
  return { ...tool, active }
}

interface Case {
  on: string
  cells: string
  input: (role: Role, caller: Caller) => Promise<unknown> | unknown
  /** Reasons of refusals that come after the question of who may: what this test doesn't set up. */
  past?: string[]
}

const everybody = (input: unknown = {}, past: string[] = []): Case[] => [
  { on: 'anything', cells: 'YYYY', input: () => input, past },
]
const onlyFrom = (role: Role, input: Case['input'], past: string[] = []): Case[] => [
  {
    on: 'anything',
    cells: ROLES.map((each) => (ROLES.indexOf(each) < ROLES.indexOf(role) ? 'F' : 'Y')).join(''),
    input,
    past,
  },
]

/** A tool that the caller maintains and one that they don't, hidden and published. */
function onTools(
  cells: { maintained: string; hidden: string; published: string },
  input: (slug: string, active: string | null) => unknown,
): Case[] {
  return [
    {
      on: 'a tool that they maintain',
      cells: cells.maintained,
      input: async (role) => input((await hidden([id(nameOf[role])])).slug, null),
    },
    {
      on: 'somebody else’s tool',
      cells: cells.hidden,
      input: async () => input((await hidden([id('Otto')])).slug, null),
    },
    {
      on: 'somebody else’s published tool',
      cells: cells.published,
      input: async () => {
        const { slug, active } = await publishedTool([id('Otto')])
        return input(slug, active)
      },
    },
  ]
}

type Kind = 'draft' | 'in_review' | 'active'
async function versionBy(author: Caller, slug: string, kind: Kind): Promise<string> {
  if (kind === 'draft') return (await makeDraft(author, slug)).id
  if (kind === 'in_review') return (await makeReviewed(author, slug)).id
  return makeActive(author, staff.root, slug)
}

/** A version of the caller's, one of another's on a tool that the caller maintains, and one of neither. */
function onVersions(
  cells: { own: string; maintained: string; foreign: string },
  kind: Kind,
  input: (versionId: string, slug: string) => unknown,
): Case[] {
  const made = async (author: Caller, maintainers: string[]): Promise<unknown> => {
    const { slug } = await hidden(maintainers)
    return input(await versionBy(author, slug, kind), slug)
  }
  return [
    { on: `their own version (${kind})`, cells: cells.own, input: (role, caller) => made(caller, [id(nameOf[role])]) },
    {
      on: `another’s version (${kind}) of a tool that they maintain`,
      cells: cells.maintained,
      input: (role) => made(others.contributor, [id('Otto'), id(nameOf[role])]),
    },
    {
      on: `another’s version (${kind}) of another’s tool`,
      cells: cells.foreign,
      input: () => made(others.contributor, [id('Otto')]),
    },
  ]
}

const onRuns = (
  cells: { own: string; other: string },
  input: (run: string) => unknown,
  past: string[] = [],
): Case[] => [
  { on: 'their own run', cells: cells.own, input: (role) => input(runOf[role] ?? ''), past },
  { on: 'another’s run', cells: cells.other, input: () => input(runOf.other ?? ''), past },
]

const anyReason = { reason: 'Because it is so.' }
const newMember = async (role: Role = 'user'): Promise<string> =>
  (await staff.root.must('members.add', { name: fresh('Member'), role })).id
// What an engine would answer is for the tests that need one; here it must be the same with and without one.
process.env['DOCKER_HOST'] = 'unix:///nonexistent/engine.sock'
const noEngine = [
  'engine_missing',
  'engine_unavailable',
  'engine_unreachable',
  'image_missing',
  'not_found_file',
  'unusable_file',
  'file_missing',
]
const jobs = { job_id: '', path: '/nonexistent/image.tar' }
const save = (slug: string, parent: string | null): unknown => ({
  ...content,
  source_code: `# ${fresh('s')}`,
  tool: slug,
  expected_parent_version_id: parent,
})

const advisory = async (): Promise<string> =>
  (
    await others.contributor.must('advisories.attach', {
      run: runOf.other ?? '',
      kind: 'suggestion',
      text: 'Use fewer rows.',
    })
  ).id
const suggestion = { title: 'A tool', description: 'It counts.', professions: [], categories: [] }

const MATRIX: { [C in Channel]: Case[] } = {
  'system.status': everybody(),
  'system.doctor': everybody(),
  'workspace.init': everybody({ member: 'X' }, ['workspace_exists']),
  'workspace.resume': onlyFrom('superuser', () => anyReason, ['not_stopped']),
  'session.use': [{ on: 'themselves', cells: 'YYYY', input: (role) => ({ member_id: id(nameOf[role]) }) }],
  'session.unlock': everybody({ passphrase: 'x' }),
  'session.lock': everybody(),
  'session.touch': everybody(),
  'settings.list': everybody(),
  'settings.set': onlyFrom('superuser', () => ({ key: 'pids', value: 64 + (serial += 1) })),
  'runners.status': everybody(),
  'runners.missing': everybody({ packages: ['pandas'] }),
  'audit.list': onlyFrom('admin', () => ({})),
  'audit.verify': onlyFrom('admin', () => ({})),
  'audit.export': onlyFrom('admin', () => ({ path: path.join(temporaryFolder(), 'audit.jsonl') })),
  // It reads no workspace: whoever has the file may check it.
  'audit.verifyFile': everybody({ path: '/nowhere/audit.jsonl' }, ['file_unreadable']),
  'backups.create': onlyFrom('admin', () => ({ path: path.join(temporaryFolder(), 'backup.sqlite') })),
  'backups.list': onlyFrom('admin', () => ({})),
  'backups.restore': onlyFrom('superuser', () => ({ path: '/nowhere/backup.sqlite' }), ['file_unreadable']),
  'bank.seed': onlyFrom('admin', () => ({ path: '/nowhere/bank', dry_run: true }), ['file_unreadable']),
  'tools.export': onTools({ maintained: 'HFYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({
    tool,
    path: temporaryFolder(),
  })).map((row) => ({ ...row, past: ['never_published'] })),
  'image.status': onlyFrom('admin', () => ({}), noEngine),
  'image.build': onlyFrom('admin', () => ({ job_id: unused() }), noEngine),
  'image.export': onlyFrom('admin', () => ({ ...jobs, job_id: unused() }), noEngine),
  'image.import': onlyFrom('admin', () => ({ ...jobs, job_id: unused() }), noEngine),
  'image.accept': onlyFrom('superuser', () => ({}), noEngine),
  'job.cancel': everybody({ job_id: unused() }),
  'keys.list': everybody(),
  'keys.protect': everybody({ protection: 'none' }),
  'keys.rotate': everybody(),
  'keys.revoke': onlyFrom('superuser', async () => {
    const memberId = await newMember()
    const { items } = await staff.root.must('keys.list', {})
    return { key_id: items.find((key) => key.member_id === memberId)?.id, ...anyReason }
  }),
  'devices.list': everybody(),
  // There is one device, and it can't be the last to go: that is found after who may.
  'devices.revoke': onlyFrom(
    'superuser',
    async () => ({ device_id: (await staff.root.must('devices.list', {})).items[0]?.id, ...anyReason }),
    ['last_superuser_key'],
  ),
  'members.list': everybody(),
  'members.add': onlyFrom('superuser', () => ({ name: fresh('New'), role: 'user' })),
  'members.setRole': onlyFrom('superuser', async () => ({ member_id: await newMember(), role: 'contributor' })),
  'members.revoke': onlyFrom('superuser', async () => ({ member_id: await newMember(), ...anyReason })),
  'members.nominate': onlyFrom('admin', async () => ({
    member_id: await newMember(),
    role: 'contributor',
    ...anyReason,
  })),
  'members.nominations': everybody(),
  'members.decideNomination': [
    {
      on: 'a nomination',
      cells: 'HHFY',
      input: async () => {
        const { id: nomination } = await staff.admin.must('members.nominate', {
          member_id: await newMember(),
          role: 'contributor',
          ...anyReason,
        })
        return { nomination_id: nomination, approve: true, ...anyReason }
      },
    },
  ],
  'suggestions.submit': onlyFrom('contributor', () => suggestion),
  'suggestions.list': onlyFrom('contributor', () => ({})),
  'suggestions.decide': [
    { on: 'another’s suggestion', cells: 'HHYY', input: async () => decideOn(others.contributor) },
    { on: 'their own suggestion', cells: '.FYY', input: async (_role, caller) => decideOn(caller) },
  ],
  'tools.list': everybody(),
  'tools.get': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'YYYY' }, (tool) => ({ tool })),
  'tools.create': onlyFrom('admin', () => ({ slug: fresh('made'), title: 'T' })),
  'tools.edit': onTools({ maintained: 'HFYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({
    tool,
    title: 'Other',
  })),
  'tools.publish': [
    {
      on: 'a tool with an active version that they maintain',
      cells: 'HFYY',
      input: async (role) => {
        const { slug } = await hidden([id(nameOf[role])])
        await makeActive(staff.root, staff.root, slug)
        return { tool: slug }
      },
    },
    {
      on: 'another’s tool with an active version',
      cells: 'HHYY',
      input: async () => {
        const { slug } = await hidden([])
        await makeActive(staff.root, staff.root, slug)
        return { tool: slug }
      },
    },
  ],
  'tools.depublish': [
    {
      on: 'a published tool that they maintain',
      cells: 'FFYY',
      input: async (role) => ({ tool: (await publishedTool([id(nameOf[role])])).slug }),
    },
    { on: 'another’s published tool', cells: 'FFYY', input: async () => ({ tool: (await publishedTool([])).slug }) },
  ],
  'tools.setMaintainers': onTools({ maintained: 'HFYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({
    tool,
    add: [id('Sofia')],
  })),
  'catalogue.list': everybody(),
  'catalogue.get': [
    { on: 'a published tool', cells: 'YYYY', input: async () => ({ tool: (await publishedTool([])).slug }) },
    {
      on: 'a tool that isn’t published',
      cells: 'HHHH',
      input: async (role) => ({ tool: (await hidden([id(nameOf[role])])).slug }),
    },
  ],
  'toolSettings.get': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'YYYY' }, (tool) => ({ tool })),
  'toolSettings.set': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'YYYY' }, (tool) => ({
    tool,
    values: {},
  })),
  'versions.comment': onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({
    version,
    text: 'Why?',
  })),
  'versions.comments': onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({
    version,
  })),
  'versions.save': [
    ...onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'FFYY' }, (slug) => save(slug, null)),
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'draft', (version, slug) =>
      save(slug, version),
    ),
  ],
  'versions.list': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({ tool })),
  'versions.get': [
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'draft', (version) => ({ version })),
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({ version })),
    ...onVersions({ own: '.YYY', maintained: 'HYYY', foreign: 'HHYY' }, 'active', (version) => ({ version })),
  ],
  'versions.decision': [
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'draft', (version) => ({ version })),
    ...onVersions({ own: '.YYY', maintained: 'HYYY', foreign: 'HHYY' }, 'active', (version) => ({ version })),
  ],
  'versions.submit': onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'draft', (version) => ({
    version,
  })),
  'versions.withdraw': onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({
    version,
  })),
  'versions.requestChanges': onVersions(
    { own: '.FYY', maintained: 'HHYY', foreign: 'HHYY' },
    'in_review',
    (version) => ({ version, message: 'Why?' }),
  ),
  'versions.publish': onVersions({ own: '.FYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({
    version,
    expected_active_version_id: null,
  })),
  'versions.rollback': [true, false].map((isMaintained) => ({
    on: isMaintained ? 'a tool that they maintain' : 'another’s tool',
    cells: isMaintained ? 'HFFY' : 'HHFY',
    input: async (role: Role) => {
      const { slug } = await hidden(isMaintained ? [id(nameOf[role])] : [])
      const first = await makeActive(staff.root, staff.root, slug)
      const second = await makeActive(staff.root, staff.root, slug)
      return { tool: slug, to_version: first, expected_active_version_id: second, ...anyReason }
    },
  })),
  'versions.decisions': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({ tool })),
  'reviews.list': everybody(),
  'editor.open': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({ tool })),
  'editor.keep': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'FFYY' }, (tool) => ({
    tool,
    unsaved: null,
  })),
  'editor.check': everybody({ source_code: 'x = 1\n' }),
  'cases.list': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'YYYY' }, (tool) => ({ tool })),
  'cases.save': onTools({ maintained: 'HYYY', hidden: 'HHYY', published: 'YYYY' }, (tool) => ({
    tool,
    name: fresh('Case'),
  })),
  'cases.remove': [
    { on: 'their own case', cells: 'YYYY', input: async (_role, caller) => ({ case: await caseOf(caller) }) },
    { on: 'another’s case', cells: 'HHHH', input: async () => ({ case: await caseOf(staff.root) }) },
  ],
  'uploads.begin': everybody({ name: 'a.txt', bytes: 1 }),
  'uploads.append': [
    {
      on: 'their own upload',
      cells: 'YYYY',
      input: async (_role, caller) => ({ ...(await uploadOf(caller)), offset: 0, data: 'YQ==' }),
    },
    {
      on: 'another’s upload',
      cells: 'HHHH',
      input: async () => ({ ...(await uploadOf(staff.root)), offset: 0, data: 'YQ==' }),
    },
  ],
  'uploads.discard': [{ on: 'their own upload', cells: 'YYYY', input: async (_role, caller) => uploadOf(caller) }],
  'runs.sandbox': [
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'draft', (version) => ({
      version,
      values: {},
    })),
    ...onVersions({ own: '.YYY', maintained: 'HHYY', foreign: 'HHYY' }, 'in_review', (version) => ({
      version,
      values: {},
    })),
    // Whoever publishes is the author of what is active (VR-6), so that a contributor owns none.
    ...onVersions({ own: '.FYY', maintained: 'HFYY', foreign: 'HHYY' }, 'active', (version) => ({
      version,
      values: {},
    })),
  ],
  'runs.tool': [
    {
      on: 'a published tool',
      cells: 'YYYY',
      input: async () => ({ tool: (await publishedTool([])).slug, values: {} }),
    },
    {
      on: 'a tool that isn’t published',
      cells: 'HHHH',
      input: async (role) => ({ tool: (await hidden([id(nameOf[role])])).slug }),
    },
  ],
  'runs.wait': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.get': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.list': [
    { on: 'their own runs', cells: 'YYYY', input: () => ({ mine: true }) },
    { on: 'another’s runs', cells: 'FFYY', input: () => ({ member_id: id('Otto') }) },
  ],
  'runs.cancel': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.preview': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run, output_index: 0 })),
  'runs.artifact': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({
    run,
    artifact_id: artifactOf[run] ?? '',
    offset: 0,
  })),
  'runs.explain': onRuns({ own: 'FYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.notes': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.pin': onRuns({ own: 'FYYY', other: 'HHYY' }, (run) => ({ run, pinned: true })),
  'runs.patchMeta': onRuns({ own: 'FYYY', other: 'HHYY' }, (run) => ({ run, set: { ticket: fresh('t') } })),
  'runs.diff': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ a: run, b: run })),
  'runs.verify': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'runs.reverify': onRuns({ own: 'FYYY', other: 'HHYY' }, (run) => ({ run })),
  'packs.export': [
    {
      on: 'their own production run',
      cells: 'FFYY',
      input: (role) => ({ run: runOf[role] ?? '', path: path.join(temporaryFolder(), 'pack.jsonl') }),
    },
    {
      on: 'another’s run',
      cells: 'HHYY',
      input: () => ({ run: runOf.other ?? '', path: path.join(temporaryFolder(), 'pack.jsonl') }),
    },
  ],
  'system.storage': onlyFrom('admin', () => ({})),
  'runs.prune': onlyFrom('admin', () => ({ dry_run: true })),
  'advisories.attach': [
    ...onRuns({ own: 'FYYY', other: 'HHYY' }, (run) => ({ run, kind: 'note', text: 'Look.' })),
    ...onRuns(
      { own: 'YYYY', other: 'HHYY' },
      (run) => ({ run, kind: 'override_request', text: 'It is safe, I looked.' }),
      ['not_blocked'],
    ),
  ],
  'advisories.list': onRuns({ own: 'YYYY', other: 'HHYY' }, (run) => ({ run })),
  'advisories.review': [
    {
      on: 'an advisory on another’s run',
      cells: 'HHYY',
      input: async () => ({ advisory_id: await advisory(), approve: true, notes: 'Yes.' }),
    },
  ],
}

async function decideOn(by: Caller): Promise<unknown> {
  const { id: suggestionId } = await by.must('suggestions.submit', suggestion)
  return { suggestion_id: suggestionId, decision: 'denied', rationale: 'There is one.' }
}

async function caseOf(caller: Caller): Promise<string> {
  const { slug } = await publishedTool([])
  return (await caller.must('cases.save', { tool: slug, name: fresh('Case') })).id
}

async function uploadOf(caller: Caller): Promise<{ id: string }> {
  return caller.must('uploads.begin', { name: 'a.txt', bytes: 1 })
}

describe('section 2', () => {
  test('every channel of the contract has its row, and every row its channel', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(Object.keys(channels).sort())
  })

  const cells = Object.entries(MATRIX).flatMap(([channel, cases]) =>
    cases.flatMap((row) =>
      ROLES.map((role, index) => ({
        channel: channel as Channel,
        row,
        role,
        cell: row.cells[index] ?? '',
        on: row.on,
      })).filter(({ cell }) => cell !== '.'),
    ),
  )

  test.each(cells)('RB-1 $channel by $role on $on: $cell', async ({ channel, row, role, cell }) => {
    const caller = callerOf(staff.core, { ...staff[role].session })
    const input = await row.input(role, caller)
    const database = rawDatabase(staff.dataDir)
    const before = countEvents(database)
    const answer = await caller.raw(channel, input)
    const after = countEvents(database)
    database.close()
    const said = answer.ok ? 'done' : `${answer.error.code} ${answer.error.reason}`
    if (cell === 'F') expect(said).toMatch(/^FORBIDDEN /)
    else if (cell === 'H') expect(said).toBe('NOT_FOUND not_found')
    else if (!answer.ok) expect(row.past ?? [], said).toContain(answer.error.reason)
    if (cell !== 'Y') expect(after).toBe(before)
    if (cell === 'Y' && answer.ok && (channel === 'runs.sandbox' || channel === 'runs.tool')) {
      await caller.raw('runs.cancel', { run: (answer.data as { id: string }).id })
      await caller.raw('runs.wait', { run: (answer.data as { id: string }).id })
    }
  })
})

describe('RN-10', () => {
  test.each([
    ['user', 'member'],
    ['contributor', 'member'],
    ['admin', 'full'],
    ['superuser', 'full'],
  ] as const)('RN-10 a %s sees of their own production run the %s view', async (role, view) => {
    const detail = await staff[role].must('runs.get', { run: runOf[role] ?? '' })
    expect(detail.view).toBe(view)
    expect('stdout' in detail).toBe(view === 'full')
    expect('stderr' in detail).toBe(view === 'full')
  })
})

describe('before there is a workspace or a session', () => {
  const open: Channel[] = ['system.status', 'system.doctor', 'workspace.init']

  test('RB-2 nothing but looking and making the workspace can be done', async () => {
    const empty = await openTestCore()
    const nobody = empty.as()
    for (const [channel, [row]] of Object.entries(MATRIX)) {
      if (open.includes(channel as Channel) || row === undefined) continue
      const answer = await nobody.raw(channel, await row.input('admin', staff.admin))
      if (answer.ok) expect(['session.lock', 'session.touch', 'session.unlock'], channel).toContain(channel)
    }
    expect(countEvents(rawDatabase(empty.dataDir))).toBe(0)
  })
})
