/** The operating system's keychain, where it is a real one (TR-6). */
export interface Keychain {
  seal(text: string): string
  /** Null when the keychain refuses. */
  open(sealed: string): string | null
}
