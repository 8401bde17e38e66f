import { z } from 'zod'
import { idSchema, timeSchema } from './identifier.ts'

/** The four roles, weakest first (section 2). */
export const ROLES = ['user', 'contributor', 'admin', 'superuser'] as const
export const roleSchema = z.enum(ROLES)
export type Role = z.infer<typeof roleSchema>

export function roleAtLeast(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted)
}

export function higherRole(a: Role, b: Role): Role {
  return roleAtLeast(a, b) ? a : b
}

export const memberNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must be at most 100 characters')
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'must not contain control or invisible characters')

export const memberSchema = z.object({
  id: idSchema,
  name: z.string(),
  role: roleSchema,
  status: z.enum(['active', 'revoked']),
  created_at: timeSchema,
  created_by: idSchema.nullable(),
})
export type Member = z.infer<typeof memberSchema>

/**
 * The folded row. `highest_role` is kept because an event by someone who once had the authority is a conflict, while one
 * by someone who never had it is invalid (TR-3).
 */
export interface MemberRow extends Member {
  /** Lower-cased NFKC form of the name; unique, so that two members can't be told apart only by letter case. */
  name_key: string
  highest_role: Role
}

export function memberNameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
