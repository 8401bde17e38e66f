import fc from 'fast-check'
import { roleAtLeast, type Role } from '../../../src-main/domain/member.ts'
import type { Failure } from '../../../src-main/domain/result.ts'
import type { Channel } from '../../../src-preload/contract/contract.ts'
import { pick, type Model, type ModelTool, type ModelVersion } from './model.ts'
import { planMember } from './plan-member.ts'
import { planProposal } from './plan-proposal.ts'
import { planTool } from './plan-tool.ts'
import { planVersion } from './plan-version.ts'

/** From a random step to a question to the app, with the answer that the rules ask for. */

/** What is there more than once is chosen more often. */
const ACTIONS = [
  'createTool',
  'newLine',
  'newLine',
  'saveOver',
  'saveOver',
  'saveSame',
  'submit',
  'submit',
  'submit',
  'withdraw',
  'requestChanges',
  'publishVersion',
  'publishVersion',
  'publishVersion',
  'rollBack',
  'comment',
  'publishTool',
  'depublishTool',
  'maintainers',
  'editTool',
  'suggest',
  'decideSuggestion',
  'nominate',
  'decideNomination',
  'setRole',
  'revoke',
  'rotateKey',
  'revokeKey',
  'distinctReviewer',
] as const
export type Action = (typeof ACTIONS)[number]

/** How many different things there are to do. */
export const ACTION_COUNT = new Set(ACTIONS).size

/** Numbers are picks, taken modulo what there is, so that every sequence makes sense and shrinks well. */
export interface Step {
  action: Action
  by: number
  tool: number
  version: number
  other: number
  isStale: boolean
}

export const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  by: fc.nat(50),
  tool: fc.nat(50),
  version: fc.nat(500),
  other: fc.nat(50),
  isStale: fc.boolean(),
})

/** `unchanged` succeeds without an event (VR-4); null succeeds with one. */
export type Expected = Failure['code'] | 'unchanged' | null

/** What a step asks, whether it must be done, and what becomes of the model then. */
export interface Planned {
  by: number
  channel: Channel
  input: unknown
  expected: Expected
  done(answer: never): void
}

/** A step, and what the rules say of the one who takes it. */
export interface Asking {
  model: Model
  step: Step
  serial: number
  by: number
  role: Role
  isAdmin: boolean
  isContributor: boolean
  seesTool(tool: ModelTool): boolean
  maintains(tool: ModelTool): boolean
  seesVersion(version: ModelVersion, its: ModelTool): boolean
  ask(channel: Channel, input: unknown, expected: Expected, done?: (answer: never) => void): Planned
}

/** Null for a step that has nothing to be about yet. */
export function plan(model: Model, step: Step, serial: number): Planned | null {
  const asking = askingFor(model, step, serial)
  return planTool(asking) ?? planVersion(asking) ?? planMember(asking) ?? planProposal(asking)
}

function askingFor(model: Model, step: Step, serial: number): Asking {
  const by = step.by % model.members.length
  const member = pick(model.members, by)
  const role = member?.role ?? 'user'
  const isAdmin = roleAtLeast(role, 'admin')
  const isContributor = roleAtLeast(role, 'contributor')
  const maintains = (tool: ModelTool): boolean => isContributor && tool.maintainers.has(by)
  return {
    model,
    step,
    serial,
    by,
    role,
    isAdmin,
    isContributor,
    maintains,
    seesTool: (tool) => isAdmin || maintains(tool) || (tool.isPublished && tool.active !== null),
    seesVersion: (version, its) =>
      isAdmin ||
      (isContributor &&
        (version.author === by || (its.maintainers.has(by) && ['active', 'archived'].includes(version.state)))),
    ask: (channel, input, expected, done = () => {}) => ({
      by,
      channel,
      input,
      expected: member?.isActive === true && member.hasKey ? expected : 'FORBIDDEN',
      done,
    }),
  }
}
