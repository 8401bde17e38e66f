import { safeStorage } from 'electron'
import type { Keychain } from '../../app/core.ts'

/**
 * The operating system's keychain (TR-6). On Linux Electron falls back to a fixed password where there is none; that is
 * no keychain, so it isn't offered.
 */
export function systemKeychain(): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null
  return {
    seal: (text) => safeStorage.encryptString(text).toString('base64'),
    open(sealed) {
      try {
        return safeStorage.decryptString(Buffer.from(sealed, 'base64'))
      } catch {
        return null
      }
    },
  }
}
