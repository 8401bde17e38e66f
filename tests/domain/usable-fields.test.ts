import { describe, expect, it } from 'vitest'
import { inputSchemaSchema } from '../../src-main/domain/field.ts'
import { savableInputSchema } from '../../src-main/domain/usable-fields.ts'

const options = [{ value: 'a', label: 'A' }]
const base = { name: 'x', label: 'X' }

describe('SC-5 fields that may be saved', () => {
  it.each<[object, string, string]>([
    [{ ...base, kind: 'integer', min: 5, max: 1 }, '0.max', 'must not be below min'],
    [{ ...base, kind: 'file', min: 3, max: 2 }, '0.max', 'must not be below min'],
    [{ ...base, kind: 'integer', default: 1.5 }, '0.default', 'must be a whole number'],
    [{ ...base, kind: 'number', max: 3, default: 9 }, '0.default', 'must be at most 3'],
    [{ ...base, kind: 'enum', options, default: 'b' }, '0.default', 'must be one of the options'],
    [{ ...base, kind: 'multi_enum', options, default: ['a', 'b'] }, '0.default', 'must name only options of the field'],
    [
      { ...base, kind: 'string', secret: true, default: 'hunter2' },
      '0.default',
      'does not go with secret: it would be kept and shown with the version',
    ],
    [{ ...base, kind: 'text', label: '  ' }, '0.label', 'must not be empty'],
    [{ ...base, kind: 'text', name: '__proto__' }, '0.name', 'is not a name that can be used'],
  ])('%j', (field, path, message) => {
    const [issue] = savableInputSchema.safeParse([field]).error?.issues ?? []
    expect([issue?.path.join('.'), issue?.message]).toEqual([path, message])
    // History holds such fields from before: an event that has one is still read.
    expect(inputSchemaSchema.safeParse([field]).success).toBe(true)
  })

  it('takes what can be filled in', () => {
    const fields = [
      { ...base, kind: 'integer', min: 1, max: 1, default: 1 },
      { kind: 'enum', name: 'e', label: 'E', options, default: 'a' },
      { kind: 'string', name: 's', label: 'S', secret: true },
      { kind: 'file', name: 'f', label: 'F', min: 2 },
    ]
    expect(savableInputSchema.safeParse(fields).success).toBe(true)
  })
})
