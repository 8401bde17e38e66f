import type { Role } from '../../src-main/domain/member.ts'
import type { Output } from '../../src-preload/contract/contract.ts'
import { openWorkspace, type Caller, type TestCore, type TestCoreOptions } from './core.ts'

/** A workspace with a member of each role, and what most tests need to have been done before. */

export interface Staffed extends TestCore {
  /** The first member, a superuser. */
  root: Caller
  user: Caller
  contributor: Caller
  admin: Caller
  superuser: Caller
  /** Ids by name, of all that were added. */
  ids: { [name: string]: string }
  add(name: string, role: Role): Promise<Caller>
}

export async function openStaffed(options: TestCoreOptions = {}): Promise<Staffed> {
  const opened = await openWorkspace(options)
  const ids: { [name: string]: string } = { Root: opened.root.session.memberId ?? '' }
  const add = async (name: string, role: Role): Promise<Caller> => {
    ids[name] = (await opened.root.must('members.add', { name, role })).id
    return opened.as(name)
  }
  return {
    ...opened,
    ids,
    add,
    user: await add('Uma', 'user'),
    contributor: await add('Conrad', 'contributor'),
    admin: await add('Ada', 'admin'),
    superuser: await add('Sofia', 'superuser'),
  }
}

export const content = {
  entrypoint: 'run_tool',
  source_code: 'def run_tool(input_dir, output_dir):\n    return "<p>one</p>"\n',
  input_schema: [{ kind: 'string' as const, name: 'title', label: 'Title' }],
  settings_schema: [{ kind: 'string' as const, name: 'token', label: 'Token', secret: true }],
  usage_instructions: 'Give it a title.',
  runtime: null,
}

let made = 0

/** An unpublished tool, made by `maker` and maintained by them and by `maintainers`. */
export async function makeTool(maker: Caller, maintainers: string[] = []): Promise<{ id: string; slug: string }> {
  made += 1
  const slug = `tool-${made}`
  const { id } = await maker.must('tools.create', { slug, title: `Tool ${made}` })
  if (maintainers.length > 0) await maker.must('tools.setMaintainers', { tool: slug, add: maintainers })
  return { id, slug }
}

/** A new line with one draft; each source differs from the others. */
export async function makeDraft(
  author: Caller,
  tool: string,
  source = `# ${(made += 1)}\n${content.source_code}`,
): Promise<Output<'versions.save'>> {
  return author.must('versions.save', { ...content, source_code: source, tool, expected_parent_version_id: null })
}

export async function makeReviewed(author: Caller, tool: string): Promise<Output<'versions.submit'>> {
  const draft = await makeDraft(author, tool)
  return author.must('versions.submit', { version: draft.id, review_note: 'Please look.' })
}

/** Writes, submits and publishes a version; answers with the id of the new active one. */
export async function makeActive(author: Caller, reviewer: Caller, tool: string): Promise<string> {
  const reviewed = await makeReviewed(author, tool)
  const { active_version_id: expected } = await reviewer.must('tools.get', { tool })
  const published = await reviewer.must('versions.publish', {
    version: reviewed.id,
    expected_active_version_id: expected,
  })
  return published.new_active_version_id
}
