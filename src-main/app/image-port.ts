import type { Result } from '../domain/result.ts'

/** The runner image of a container engine: what it is, and how it comes here with and without a network. */
export interface ImageStore {
  /** Bounded; never throws. `message` says what to do when the image isn't there. */
  status(): Promise<Result<ImageStatus>>
  /** Builds from `runner-image/`; progress comes as lines fit to show, and `signal` ends the work where it is. */
  build(onLine: (line: string) => void, signal: AbortSignal): Promise<Result<{ id: string }>>
  exportTo(path: string, signal: AbortSignal): Promise<Result<{ bytes: number }>>
  importFrom(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<{ id: string }>>
}

export interface ImageStatus {
  name: string
  /** Null when the engine has no such image. */
  image: { id: string; sizeBytes: number; createdAt: string } | null
  libraries: { name: string; version: string }[]
  message: string
}
