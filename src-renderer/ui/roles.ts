import type { Role } from '../../src-main/domain/member.ts'

export const ROLE_NAMES: Record<Role, string> = {
  user: 'User',
  contributor: 'Contributor',
  admin: 'Admin',
  superuser: 'Superuser',
}

/** As a word in a sentence. */
export const A_ROLE: Record<Role, string> = {
  user: 'a user',
  contributor: 'a contributor',
  admin: 'an admin',
  superuser: 'a superuser',
}

export const ROLE_HINTS: Record<Role, string> = {
  user: 'Runs published tools and sees their own runs.',
  contributor: 'Also writes and tries out the tools that they maintain.',
  admin: 'Also reviews, publishes and manages tools.',
  superuser: 'Also manages members and settings, and rolls back.',
}

export const ROLES_WEAKEST_FIRST = Object.keys(ROLE_NAMES) as Role[]
