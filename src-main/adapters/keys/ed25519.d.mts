export const SPKI_PREFIX: Buffer
export function verifyEd25519(publicKey: string, text: string, signature: string): boolean
