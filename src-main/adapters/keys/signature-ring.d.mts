import type { SignatureClaim } from '../../app/history-port.ts'

export interface SharedRing {
  counters: SharedArrayBuffer
  sizes: SharedArrayBuffer
  verified: SharedArrayBuffer
  claims: SharedArrayBuffer
}
export interface Ring {
  readonly shared: SharedRing
}
export const CLAIMS_PER_BATCH: number
export const BATCHES: number
export function createRing(): Ring
export function openRing(shared: SharedRing): Ring
export function writeClaim(ring: Ring, index: number, claim: SignatureClaim): void
export function publishBatch(ring: Ring, size: number): void
export function verifyNextBatch(ring: Ring): boolean
export function takeBatch(ring: Ring): number | null
export function verifyBatch(ring: Ring, batch: number): void
export function verifyForever(ring: Ring): never
export function writtenBatches(ring: Ring): number
export function isVerified(ring: Ring, batch: number): boolean
export function waitForBatch(ring: Ring, batch: number, timeoutMs: number): boolean
export function firstWrong(ring: Ring): number | null
