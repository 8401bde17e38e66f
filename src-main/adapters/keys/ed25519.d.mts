import type { KeyObject } from 'node:crypto'

export const PUBLIC_KEY_BYTES: number
export const SIGNATURE_BYTES: number
export function rawPublicKey(key: KeyObject): string
export function isSignature(text: string): boolean
export function verifyEd25519(publicKey: string, text: string, signature: string): boolean
export function verifyBytes(publicKey: Buffer, text: Buffer, signature: Buffer): boolean
