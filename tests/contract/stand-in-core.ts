import { isChannel, channels, type PushedEvent } from '../../src-preload/contract/contract.ts'
import type { Core, OpenCore, Session } from '../../src-main/app/core.ts'
import { failure, notFound, success, type Json } from '../../src-main/domain/result.ts'

/** A core with a door like the real one and next to nothing behind it, for what a real core can't be made to do. */
export interface StandInCore extends Core {
  push(event: PushedEvent): void
  /** What arrived at the door. */
  readonly calls: { channel: string; input: unknown }[]
  readonly listenerCount: () => number
  isClosed(): boolean
}

type Handler = (input: never, session: Session) => Json | Promise<Json>

export const SETTING = {
  key: 'pids',
  value: 256,
  default: 256,
  unit: null,
  description: 'Processes and threads of one run.',
  changed_by: 'superuser',
  updated_by: null,
  updated_at: null,
}
export const MEMBER_ID = '01890000-0000-7000-8000-000000000001'

export function createStandInCore(handlers: Record<string, Handler> = {}): StandInCore {
  const listeners = new Set<(event: PushedEvent) => void>()
  const calls: StandInCore['calls'] = []
  let closed = false
  const all: Record<string, Handler> = {
    'system.status': () => ({ locked: false }),
    'settings.list': () => ({ items: [SETTING], next: null }),
    'settings.set': () => SETTING,
    'tools.get': () => Promise.reject(notFound('tool')),
    'catalogue.get': () => Promise.reject(notFound('tool')),
    'system.doctor': () => {
      throw new Error('a bug, with a secret in it')
    },
    ...handlers,
  }

  return {
    dataDir: '/nowhere',
    openSession: ({ shell, as }) =>
      as === undefined || as === 'ada'
        ? success({ shell, memberId: MEMBER_ID })
        : { ok: false, failure: notFound('member') },
    async dispatch(session, channel, input) {
      // The command line asks this by itself before every call; it is no call of a caller's.
      if (channel !== 'system.status') calls.push({ channel, input })
      if (!isChannel(channel))
        return { ok: false, error: failure('NOT_FOUND', 'unknown_channel', 'There is no such channel.') }
      const parsed = channels[channel].input.safeParse(input)
      if (!parsed.success) {
        const field = parsed.error.issues[0]?.path.join('.') ?? ''
        return { ok: false, error: failure('VALIDATION_ERROR', 'invalid_input', `${field}: is not right`, { field }) }
      }
      try {
        return { ok: true, data: (await all[channel]?.(parsed.data as never, session)) ?? null }
      } catch (error) {
        if (!(error instanceof Error)) return { ok: false, error: error as never }
        return {
          ok: false,
          error: failure('INTERNAL_ERROR', 'bug', 'Something went wrong.', { incident_id: MEMBER_ID }),
        }
      }
    },
    subscribe(_session, listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
      listeners.clear()
    },
    push: (event) => listeners.forEach((listener) => listener(event)),
    calls,
    listenerCount: () => listeners.size,
    isClosed: () => closed,
  }
}

export function opening(core: Core): OpenCore {
  return async () => success(core)
}
