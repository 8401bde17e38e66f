import type { Result } from '../domain/result.ts'

/** The runner image of a container engine: what it is, and how it comes here with and without a network. */
export interface ImageStore {
  /** Bounded; never throws. `message` says what to do when the image isn't there, or isn't the pinned one. */
  status(pinnedId: string | null): Promise<Result<ImageStatus>>
  /**
   * By which a tool may ask for a library of an image, be it curated or not; null when the engine or the image doesn't
   * tell. Bounded; never throws.
   */
  libraryNames(imageId: string): Promise<string[] | null>
  /** Builds from `runner-image/`; progress comes as lines fit to show, and `signal` ends the work where it is. */
  build(onLine: (line: string) => void, signal: AbortSignal): Promise<Result<{ id: string }>>
  /** Writes the pinned image where it is here, else the one of the name. */
  exportTo(path: string, pinnedId: string | null, signal: AbortSignal): Promise<Result<{ bytes: number }>>
  importFrom(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<Result<{ id: string }>>
}

export interface ImageStatus {
  name: string
  /** What the name stands for; null when the engine has no such image. */
  image: { id: string; sizeBytes: number; createdAt: string } | null
  /** The engine has the pinned image, under whichever name. */
  hasPinned: boolean
  /** SC-4: the curated ones of the image that runs use, which is the pinned one where it is here. */
  libraries: ImageLibrary[]
  message: string
}

export interface ImageLibrary {
  name: string
  version: string
}
