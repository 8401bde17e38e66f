import { createPrivateKey, generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto'
import type { Keychain } from '../../app/keychain-port.ts'
import type { KeyProtection, Keys } from '../../app/ports.ts'
import { keyIdOf } from '../../domain/event-bodies.ts'
import { failed, failure, success } from '../../domain/result.ts'
import type { Statements } from '../sqlite/statements.ts'
import { rawPublicKey, verifyEd25519 } from './ed25519.mjs'
import { openWithPassphrase, sealWithPassphrase } from './passphrase-seal.ts'

const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex')

/**
 * Ed25519 keys by node:crypto. Private keys rest in the device's database
 * beside the log, in PKCS #8, sealed as `protection` says (TR-6). An unlocked key is in this process's memory only.
 * `wipe` removes what an older, unsealed form of a key may have left in the store.
 */
export function createKeys(statements: Statements, keychain: Keychain | null, wipe: () => void = () => {}): Keys {
  const { build, first, run } = statements
  const unlocked = new Map<string, KeyObject>()

  const stored = (keyId: string) => {
    const row = first(build.selectFrom('private_keys').select(['sealed', 'protection']).where('key_id', '=', keyId))
    return row === undefined ? null : { sealed: row.sealed, protection: row.protection as KeyProtection }
  }
  const keep = (keyId: string, protection: KeyProtection, sealed: string): void => {
    run(build.updateTable('private_keys').set({ protection, sealed }).where('key_id', '=', keyId))
  }
  const parse = (der: Uint8Array): KeyObject =>
    createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })

  const privateKey = (keyId: string): KeyObject | null => {
    const known = unlocked.get(keyId)
    if (known !== undefined) return known
    const row = stored(keyId)
    if (row === null || row.protection === 'passphrase') return null
    const der = row.protection === 'none' ? row.sealed : keychain?.open(row.sealed)
    if (der === undefined || der === null) return null
    const key = parse(Buffer.from(der, 'base64'))
    unlocked.set(keyId, key)
    return key
  }

  return {
    sha256: sha256Hex,
    sha256OfBytes: sha256Hex,
    hasKeychain: keychain !== null,
    verify: verifyEd25519,
    create(memberId) {
      const pair = generateKeyPairSync('ed25519')
      const publicKey = rawPublicKey(pair.publicKey)
      const keyId = keyIdOf(publicKey, sha256Hex)
      const sealed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
      run(build.insertInto('private_keys').values({ key_id: keyId, member_id: memberId, protection: 'none', sealed }))
      return { key_id: keyId, public_key: publicKey }
    },
    discard(keyId) {
      unlocked.delete(keyId)
      run(build.deleteFrom('private_keys').where('key_id', '=', keyId))
    },
    signer(keyId) {
      const key = privateKey(keyId)
      return key === null ? null : (text) => sign(null, Buffer.from(text), key).toString('base64')
    },
    sign(keyId, text) {
      const key = privateKey(keyId)
      return key === null ? null : sign(null, Buffer.from(text), key).toString('base64')
    },
    protection: (keyId) => stored(keyId)?.protection ?? null,
    isLocked: (keyId) => privateKey(keyId) === null,
    async unlock(keyId, passphrase) {
      const row = stored(keyId)
      if (row?.protection !== 'passphrase') return success(null)
      const der = await openWithPassphrase(row.sealed, passphrase, keyId)
      if (der === null) {
        return failed(failure('FORBIDDEN', 'wrong_passphrase', 'passphrase: is wrong.', { field: 'passphrase' }))
      }
      unlocked.set(keyId, parse(der))
      return success(null)
    },
    lockAll() {
      unlocked.clear()
    },
    async protect(keyId, how) {
      const key = privateKey(keyId)
      if (key === null) return failed(failure('FORBIDDEN', 'locked', 'Unlock your key first.'))
      const der = key.export({ format: 'der', type: 'pkcs8' })
      if (how.protection === 'passphrase')
        keep(keyId, 'passphrase', await sealWithPassphrase(der, how.passphrase, keyId))
      else if (how.protection === 'none') keep(keyId, 'none', der.toString('base64'))
      else if (keychain !== null) keep(keyId, 'keychain', keychain.seal(der.toString('base64')))
      else
        return failed(
          failure(
            'SERVICE_UNAVAILABLE',
            'no_keychain',
            'This system has no keychain that the app can use. Choose a passphrase.',
          ),
        )
      wipe()
      return success(null)
    },
  }
}
