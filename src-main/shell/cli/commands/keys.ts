import type { Command } from 'commander'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, refusal, usageError, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { ask, givenPassphrase, isTerminal, readPassphrase } from '../passphrase.ts'
import { record, table } from '../text.ts'
import type { Select } from './selection.ts'

type Key = Output<'keys.rotate'>
type Device = Output<'devices.revoke'>

interface PassphraseOptions {
  newPassphraseFile?: string
  keychain?: boolean
  none?: boolean
}

export function registerKeys(program: Command, select: Select): void {
  const key = program.command('key').description('the keys that sign')
  key
    .command('list')
    .description('keys of all members: fingerprints, devices and states')
    .action(() => select({ needs: 'core', run: listKeys }))
  key
    .command('rotate')
    .option('--new-passphrase-file <file>', 'another passphrase for the new key (also SCRIPTORIUM_NEW_PASSPHRASE)')
    .description('make a new key in place of your own on this device')
    .action((options: PassphraseOptions) => select({ needs: 'core', run: (context) => rotate(context, options) }))
  key
    .command('revoke')
    .argument('<fingerprint>')
    .requiredOption('-m, --message <why>', 'why')
    .description('end a key; what it signed before stays valid')
    .action((key_id: string, options: { message: string }) =>
      select({
        needs: 'core',
        run: async (context) => answer(await context.call('keys.revoke', { key_id, reason: options.message }), keyText),
      }),
    )
  const device = program.command('device').description('the devices that take part')
  device
    .command('list')
    .description('devices')
    .action(() => select({ needs: 'core', run: listDevices }))
  device
    .command('revoke')
    .argument('<device>', 'id')
    .requiredOption('-m, --message <why>', 'why')
    .description('end a device’s part in the workspace')
    .action((device_id: string, options: { message: string }) =>
      select({
        needs: 'core',
        run: async (context) =>
          answer(await context.call('devices.revoke', { device_id, reason: options.message }), deviceText),
      }),
    )
  const member = program.commands.find((command) => command.name() === 'member')
  if (member === undefined) throw new Error('the commands of members come first')
  member
    .command('passphrase')
    .option('--new-passphrase-file <file>', 'where the new one is (also SCRIPTORIUM_NEW_PASSPHRASE, or a prompt)')
    .option('--keychain', 'seal your key by the keychain of the system instead')
    .option('--none', 'leave your key unprotected: whoever reads this folder can sign as you')
    .description('set or change the passphrase of your own key on this device')
    .action((options: PassphraseOptions) => select({ needs: 'core', run: (context) => protect(context, options) }))
}

async function listKeys(context: Context): Promise<Answer> {
  return answer(await context.call('keys.list', {}), (data) =>
    table(
      ['member', 'device', 'status', 'protection', 'fingerprint'],
      data.items.map((item) => [
        item.member_name ?? 'system',
        item.device_name,
        statusOf(item),
        item.protection,
        item.id,
      ]),
    ),
  )
}

async function listDevices(context: Context): Promise<Answer> {
  return answer(await context.call('devices.list', {}), (data) =>
    table(
      ['name', 'status', 'here', 'admitted', 'id'],
      data.items.map((item) => [item.name, item.status, item.is_this_device, item.admitted_at, item.id]),
    ),
  )
}

async function protect(context: Context, options: PassphraseOptions): Promise<Answer> {
  if (options.none === true && options.keychain === true) return usageError('Give --none or --keychain, not both.')
  if (options.none === true) return answer(await context.call('keys.protect', { protection: 'none' }), keyText)
  if (options.keychain === true) return answer(await context.call('keys.protect', { protection: 'keychain' }), keyText)
  const passphrase = await newPassphrase(context, options.newPassphraseFile)
  if (typeof passphrase !== 'string') return passphrase
  return answer(await context.call('keys.protect', { protection: 'passphrase', passphrase }), keyText)
}

/** A sealed key gives way to a sealed one, under the same passphrase unless another is given. */
async function rotate(context: Context, options: PassphraseOptions): Promise<Answer> {
  const status = await context.call('system.status', {})
  if (!status.ok) return answer(status, () => '')
  if (status.data.key_protection !== 'passphrase') return answer(await context.call('keys.rotate', {}), keyText)
  const hasNew =
    options.newPassphraseFile !== undefined ||
    (context.passphrase.environment['SCRIPTORIUM_NEW_PASSPHRASE'] ?? '') !== ''
  if (hasNew) {
    const given = await newPassphrase(context, options.newPassphraseFile)
    return typeof given === 'string' ? answer(await context.call('keys.rotate', { passphrase: given }), keyText) : given
  }
  const same = await readPassphrase(context.passphrase, 'Passphrase of the new key: ')
  if (!same.ok) return refusal(same.failure)
  return answer(await context.call('keys.rotate', same.value === null ? {} : { passphrase: same.value }), keyText)
}

/** Typed twice, since nobody can tell it later. */
async function newPassphrase(context: Context, file: string | undefined): Promise<string | Answer> {
  const { stdin, stderr } = context.passphrase
  const given = await givenPassphrase(context.passphrase, file, 'SCRIPTORIUM_NEW_PASSPHRASE')
  if (!given.ok) return refusal(given.failure)
  if (given.value !== null) return given.value
  if (!isTerminal(stdin))
    return usageError('Give the new passphrase by --new-passphrase-file or SCRIPTORIUM_NEW_PASSPHRASE.')
  const first = await ask(stdin, stderr, 'New passphrase: ')
  const second = await ask(stdin, stderr, 'Once more: ')
  if (first === null || second === null) return usageError('No passphrase was given.')
  return first === second ? first : usageError('The two are not the same. Nothing was changed.')
}

function statusOf(key: Key): string {
  return key.is_unclaimed && key.status === 'active' ? 'unclaimed' : key.status
}

function keyText(key: Key): string {
  return record({
    fingerprint: key.id,
    member: key.member_name ?? 'system',
    device: key.device_name,
    status: statusOf(key),
    protection: key.protection,
  })
}

function deviceText(device: Device): string {
  return record({ name: device.name, status: device.status, id: device.id })
}
