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
export const PLACES: number
export function createRing(): Ring
export function openRing(shared: SharedRing): Ring
export function writeClaim(ring: Ring, index: number, claim: SignatureClaim): number
export function publishBatch(ring: Ring, size: number): void
export function verifyNextBatch(ring: Ring): boolean
export function takeBatch(ring: Ring): number | null
export function verifyBatch(ring: Ring, batch: number): void
export function verifyForever(ring: Ring): never
export function writtenBatches(ring: Ring): number
export function isVerified(ring: Ring, batch: number): boolean
export function makeSure(ring: Ring, batch: number, lostAfterMs: number): void
export function firstWrong(ring: Ring): number | null
