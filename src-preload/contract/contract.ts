import { z } from 'zod'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { auditChannels } from './audit.ts'
import { backupChannels } from './backups.ts'
import { bankChannels } from './bank.ts'
import { caseChannels } from './cases.ts'
import type { Envelope } from './channel.ts'
import { evidenceChannels } from './evidence.ts'
import { memberChannels } from './members.ts'
import { runChannels, runEvents } from './runs.ts'
import { suggestionChannels } from './suggestions.ts'
import { systemChannels } from './system.ts'
import { toolChannels } from './tools.ts'
import { versionChannels } from './versions.ts'

/** Every channel of the bridge. What isn't here can't be asked. */
export const channels = {
  ...systemChannels,
  ...memberChannels,
  ...evidenceChannels,
  ...suggestionChannels,
  ...toolChannels,
  ...versionChannels,
  ...caseChannels,
  ...runChannels,
  ...auditChannels,
  ...backupChannels,
  ...bankChannels,
} as const

export type Channel = keyof typeof channels
/** What a caller passes: fields with defaults may be left out. */
export type Input<C extends Channel> = z.input<(typeof channels)[C]['input']>
/** What a handler gets: parsed, defaults filled in. */
export type ParsedInput<C extends Channel> = z.output<(typeof channels)[C]['input']>
export type Output<C extends Channel> = z.output<(typeof channels)[C]['output']>

export const TOPICS = [
  'workspace',
  'members',
  'settings',
  'tools',
  'suggestions',
  'versions',
  'runs',
  'cases',
  'runners',
] as const
export type Topic = (typeof TOPICS)[number]

/** Every event that the core pushes. `changed` says what to read again, whoever changed it and in whichever process. */
export const events = {
  ...runEvents,
  changed: z.object({ topics: z.array(z.enum(TOPICS)) }),
  'job.progress': z.object({ job_id: idSchema, line: z.string() }),
} as const

export type EventName = keyof typeof events
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>
export type PushedEvent = { [E in EventName]: { name: E; payload: EventPayload<E> } }[EventName]

/** What a page sees of the core, over whichever transport: `window.scriptorium` in Electron, a loopback client elsewhere. */
export interface Bridge {
  call<C extends Channel>(channel: C, input: Input<C>): Promise<Envelope<Output<C>>>
  /** Answers with a function that stops listening. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void
}

export function isChannel(name: string): name is Channel {
  return Object.hasOwn(channels, name)
}
