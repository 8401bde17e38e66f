import type { Context } from './context.ts'

/** Which of this device's keys is whose: the names under which it remembers them. */

export const SYSTEM_KEY = 'system_key_id'
export const memberKeyName = (memberId: string): string => `member_key_id/${memberId}`

/** The key that a member signs with on this device; null when it isn't here. */
export function ownKeyId(context: Context, memberId: string): string | null {
  return context.store.local.get(memberKeyName(memberId))
}
