import type { KeyView } from '../../../src-preload/contract/members.ts'
import type { Tone } from '../../ui/badges.tsx'

export type Protection = NonNullable<KeyView['protection']>

interface ProtectionText {
  label: string
  tone: Tone
  /** What it means, said plainly (TR-6). */
  meaning: string
}

export const PROTECTIONS: Record<Protection, ProtectionText> = {
  passphrase: {
    label: 'Passphrase',
    tone: 'good',
    meaning: 'It is sealed with your passphrase, which you are asked for. Nobody can recover a forgotten one.',
  },
  keychain: {
    label: 'System keychain',
    tone: 'good',
    meaning: 'It is sealed by this computer’s keychain and opens when you sign in to the computer.',
  },
  none: {
    label: 'Not protected',
    tone: 'warn',
    meaning: 'Whoever can use this computer’s account, or read its files or backups, can sign as you.',
  },
}
