import type { Envelope } from '../../../src-preload/contract/channel.ts'
import type { Output } from '../../../src-preload/contract/contract.ts'
import { notFound } from '../../domain/result.ts'
import type { Context } from './context.ts'

/** Turns what people type into the ids that channels take. Tools and versions need none of it: the core reads both. */

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** MEMBER: a name, in any letter case, or an id. */
export async function memberId(context: Context, member: string): Promise<Envelope<string>> {
  if (ID.test(member)) return { ok: true, data: member }
  const members = await context.call('members.list', {})
  if (!members.ok) return members
  const wanted = nameKey(member)
  const found = members.data.items.filter((candidate) => nameKey(candidate.name) === wanted)
  // Revoked members keep their name; the one who is active is meant.
  const best = found.find((candidate) => candidate.status === 'active') ?? found[0]
  return best === undefined ? { ok: false, error: notFound('member', member) } : { ok: true, data: best.id }
}

export async function memberIds(context: Context, members: readonly string[]): Promise<Envelope<string[]>> {
  const ids: string[] = []
  for (const member of members) {
    const id = await memberId(context, member)
    if (!id.ok) return id
    ids.push(id.data)
  }
  return { ok: true, data: ids }
}

/** NAME of saved inputs of a tool, in any letter case, or an id. */
export async function caseId(context: Context, tool: string, name: string): Promise<Envelope<string>> {
  const cases = await context.call('cases.list', { tool })
  if (!cases.ok) return cases
  const found = cases.data.items.find((item) => item.id === name || nameKey(item.name) === nameKey(name))
  return found === undefined ? { ok: false, error: notFound('case', name) } : { ok: true, data: found.id }
}

/** VERSION: an id as it stands, anything else looked up. */
export async function versionId(context: Context, version: string): Promise<Envelope<string>> {
  if (ID.test(version)) return { ok: true, data: version }
  const found = await versionNamed(context, version)
  return found.ok ? { ok: true, data: found.data.id } : found
}

/** One of several that a command is given: a failure says which. */
export async function versionNamed(context: Context, version: string): Promise<Envelope<Output<'versions.get'>>> {
  const found = await context.call('versions.get', { version })
  return found.ok || found.error.code !== 'NOT_FOUND' ? found : { ok: false, error: notFound('version', version) }
}

/** What a tool's active version is now, for those who named none. */
export async function activeVersionId(context: Context, tool: string): Promise<Envelope<string | null>> {
  const found = await context.call('tools.get', { tool })
  return found.ok ? { ok: true, data: found.data.active_version_id } : found
}

type VersionView = Output<'versions.list'>['items'][number]

/** The newest draft head that the caller may save over. */
export async function newestOwnHead(context: Context, tool: string): Promise<Envelope<VersionView | null>> {
  let after: string | null = null
  do {
    const list: Envelope<Output<'versions.list'>> = await context.call('versions.list', {
      tool,
      state: 'draft',
      limit: 200,
      after,
    })
    if (!list.ok) return list
    const head = list.data.items.find((version) => version.is_head && version.may.save_over)
    if (head !== undefined) return { ok: true, data: head }
    after = list.data.next
  } while (after !== null)
  return { ok: true, data: null }
}

function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
