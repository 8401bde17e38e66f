import { writeCursor } from '../../src-main/adapters/sqlite/cursor.ts'
import type { Channel, channels, Input } from '../../src-preload/contract/contract.ts'
import type { Shelf } from './made-evidence.ts'

/** What every screen asks of a shelf: each query of the contract by name, as an admin and as a contributor. */

type QueryChannel = { [C in Channel]: (typeof channels)[C]['kind'] extends 'query' ? C : never }[Channel]

interface Asked<C extends Channel> {
  name: string
  /** Null: the first member, who sees all. */
  as: 'author 0' | null
  input: (n: number) => Input<C>
}

/** Questions, or why there are none here. The type asks for every query, so that a new one is not forgotten. */
type Questions = { [C in QueryChannel]: Asked<C>[] | string }

export type Question = { channel: Channel; name: string; as: string | null; input: (n: number) => unknown }

export function questionsOf(shelf: Shelf): Question[] {
  return Object.entries(askedOf(shelf)).flatMap(([channel, questions]) =>
    typeof questions === 'string'
      ? []
      : questions.map((question) => ({ ...question, channel: channel as Channel }) as Question),
  )
}

const OF_AN_ENGINE = 'asks an engine, and nothing of what is stored'
const READS_ALL = 'reads everything there is, shows how far it is, and is measured per event, file or run'

const root = <I>(name: string, input: (n: number) => I) => ({ name, as: null, input })
const author = <I>(name: string, input: (n: number) => I) => ({
  name: `${name}, for a contributor`,
  as: 'author 0' as const,
  input,
})

function askedOf({ toolIds, versionIds, memberIds, runCount, runIds }: Shelf): Questions {
  const at = <T>(items: readonly T[], n: number): T => items[(n * 7919) % items.length] as T
  const popular = <T>(items: readonly T[], n: number): T => items[n % 5] as T
  /** `author 0` looks after every 59th tool, from the first. */
  const ownIds = toolIds.filter((_, n) => n % 59 === 0)
  const since = '2025-03-01T00:00:00.000Z'
  const until = '2025-04-01T00:00:00.000Z'
  const farDown = writeCursor([runCount])
  const nothing = (): Record<string, never> => ({})
  return {
    'system.status': [root('the status', nothing)],
    'system.storage': 'measured beside a small shelf, with pruning',
    'system.doctor': READS_ALL,
    'keys.list': [root('keys', nothing)],
    'devices.list': [root('devices', nothing)],
    'settings.list': [root('settings', nothing)],
    'runners.status': OF_AN_ENGINE,
    'runners.missing': OF_AN_ENGINE,
    'image.status': OF_AN_ENGINE,
    'members.list': [root('members', nothing)],
    'members.nominations': [root('nominations', nothing)],
    'suggestions.list': [
      root('suggestions', nothing),
      root('suggestions that were denied', () => ({ status: 'denied' as const })),
      root('suggestions that were modified (none)', () => ({ status: 'modified' as const })),
      author('suggestions', nothing),
    ],
    'tools.list': [
      root('tools', nothing),
      root('tools by text', (n) => ({ text: ['budget exam', 'library', 'tool-9', 'nothing such'][n % 4] ?? '' })),
      root('tools that are not published (none)', () => ({ published: false })),
      author('tools', nothing),
      author('own tools', () => ({ mine: true })),
      author('tools by text', (n) => ({ text: ['budget exam', 'library', 'tool-9', 'nothing such'][n % 4] ?? '' })),
    ],
    'tools.get': [root('one tool', (n) => ({ tool: at(toolIds, n) }))],
    'catalogue.list': [
      root('the catalogue', nothing),
      author('the catalogue by text', (n) => ({ text: ['grades', 'letter 4', 'nothing such'][n % 3] ?? '' })),
    ],
    'catalogue.get': [author('one entry of the catalogue', (n) => ({ tool: at(toolIds, n) }))],
    'toolSettings.get': [author('settings of a tool', (n) => ({ tool: at(toolIds, n) }))],
    'versions.list': [
      root('versions of a tool', (n) => ({ tool: at(toolIds, n) })),
      root('drafts of a tool', (n) => ({ tool: at(toolIds, n), state: 'draft' as const })),
      author('versions of an own tool', (n) => ({ tool: at(ownIds, n) })),
    ],
    'versions.get': [root('one version with its script', (n) => ({ version: at(versionIds, n) }))],
    'versions.comments': [root('comments on a version', (n) => ({ version: at(versionIds, n) }))],
    'versions.decision': [root('the decision on a version', (n) => ({ version: versionIds[n % 5] as string }))],
    'versions.decisions': [root('reviews of a tool', (n) => ({ tool: at(toolIds, n) }))],
    'reviews.list': [root('versions in review', nothing), author('own versions in review', nothing)],
    'editor.open': [root('a tool in the editor', (n) => ({ tool: at(toolIds, n) }))],
    'editor.check': 'asks the linter, and nothing of what is stored',
    'cases.list': [author('saved inputs of a tool', (n) => ({ tool: at(toolIds, n) }))],
    'runs.list': [
      root('all runs', nothing),
      root('runs of a tool', (n) => ({ tool: at(toolIds, n) })),
      root('runs of the busiest tools that timed out', (n) => ({
        tool: popular(toolIds, n),
        status: 'timed_out' as const,
      })),
      root('runs of a version', (n) => ({ version: at(versionIds, n) })),
      root('runs of a member', (n) => ({ member_id: at(memberIds, n) })),
      root('own runs of a tool that were RED', (n) => ({
        mine: true,
        tool: popular(toolIds, n),
        risk: 'RED' as const,
      })),
      root('sandbox runs that were ERROR and timed out (none)', () => ({
        risk: 'ERROR' as const,
        status: 'timed_out' as const,
        context: 'sandbox' as const,
      })),
      root('failed runs in a month', () => ({ status: 'failed' as const, since, until })),
      root('failed runs far down', () => ({ status: 'failed' as const, after: writeCursor([since, '']) })),
      root('runs by a common word', () => ({ text: 'column' })),
      root('runs by the beginning of a word', (n) => ({ text: ['gra', 'bud', 'le', 'inv'][n % 4] ?? '' })),
      root('runs by one file’s name', (n) => ({ text: `csv ${(n * 7919) % runCount}` })),
      root('runs by what their tool is called', (n) => ({ text: `invoice ${n * 12}` })),
      root('runs by a word that nothing says', () => ({ text: 'nothingsuch' })),
      root('runs by words, member, risk and time', (n) => ({
        text: 'column grades',
        member_id: at(memberIds, n),
        risk: 'YELLOW' as const,
        since,
      })),
      author('runs', nothing),
      author('runs of a tool', (n) => ({ tool: popular(toolIds, n) })),
      author('runs by words', (n) => ({ text: ['column', 'gra', 'nothingsuch'][n % 3] ?? '' })),
      author('failed runs by words', () => ({ text: 'column grades', status: 'failed' as const })),
    ],
    'runs.get': [root('one run', (n) => ({ run: at(runIds, n) }))],
    'runs.wait': [root('one run that has ended', (n) => ({ run: at(runIds, n) }))],
    'runs.artifact': 'reads a file, and the one run that it belongs to',
    'runs.diff': [root('what differs between two runs', (n) => ({ a: at(runIds, n), b: at(runIds, n + 1) }))],
    'runs.notes': [root('what stands beside a run', (n) => ({ run: at(runIds, n) }))],
    'runs.verify': 'measured beside bare SHA-256',
    'advisories.list': [
      root('advisories of a run', (n) => ({ run: at(runIds, n) })),
      root('advisories to review', () => ({ reviewed: false })),
      root('advisories that were reviewed', () => ({ reviewed: true })),
      root('explanations to review since a time', () => ({
        reviewed: false,
        kind: 'explanation' as const,
        since,
      })),
      root('override requests (none)', () => ({ kind: 'override_request' as const })),
      root('notes that were reviewed (none)', () => ({ kind: 'note' as const, reviewed: true })),
      root('advisories that a member reviewed (none)', (n) => ({ reviewed_by: at(memberIds, n), reviewed: true })),
      root('automatic approvals by name and time', () => ({ reviewed_by: 'system:auto_explanation_green', since })),
      root('automatic approvals by policy', () => ({ policy: 'B' as const, since })),
      author('advisories', nothing),
      author('advisories to review', () => ({ reviewed: false })),
      author('override requests (none)', () => ({ kind: 'override_request' as const })),
      author('notes since a time', () => ({ kind: 'note' as const, since })),
    ],
    'audit.list': [
      root('the history', nothing),
      root('the history far down', () => ({ after: farDown })),
      root('the history of a tool', (n) => ({ tool: at(toolIds, n) })),
      root('the history of the busiest tools', (n) => ({ tool: popular(toolIds, n) })),
      root('the history of a busy tool in a month', (n) => ({ tool: popular(toolIds, n), since, until })),
      root('the history by a member', (n) => ({ member_id: at(memberIds, n) })),
      root('the history by the busiest members', (n) => ({ member_id: memberIds[n % 2] as string })),
      root('the history by a type that is common', () => ({ type: 'run.recorded' })),
      root('the history by a type that is rare', () => ({ type: 'member.added' })),
      root('what a member published', (n) => ({ type: 'version.published', member_id: memberIds[n % 2] as string })),
      root('what a member did to a tool', (n) => ({ tool: popular(toolIds, n), member_id: at(memberIds, n) })),
      root('what was saved of a busy tool', (n) => ({ tool: popular(toolIds, n), type: 'version.saved' })),
      root('the history in a month', () => ({ since, until })),
      root('the history before anything was (none)', () => ({ until: '2020-01-01T00:00:00.000Z' })),
      root('the history by a common word', () => ({ text: 'grades' })),
      root('the history by a word of few events', () => ({ text: 'published' })),
      root('the history by a word that nothing says', () => ({ text: 'nothingsuch' })),
    ],
    'audit.verify': READS_ALL,
    'audit.verifyFile': READS_ALL,
    'backups.list': [root('backups', nothing)],
  }
}
