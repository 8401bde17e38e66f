import { artifactPathKey, artifactPathProblem } from '../../domain/artifact-path.ts'
import type { RunnerOutcome } from '../../app/runner-port.ts'

/** Caps of RC-2, RC-5 and RC-7 as the host enforces them, whatever the harness was told. */
export interface SessionCaps {
  resultBytes: number
  artifactFiles: number
  artifactBytes: number
  artifactsBytes: number
}

export const DEFAULT_SESSION_CAPS: SessionCaps = {
  resultBytes: 4 * 1024 * 1024,
  artifactFiles: 200,
  artifactBytes: 50 * 1024 * 1024,
  artifactsBytes: 200 * 1024 * 1024,
}

const MAX_REFUSED_LISTED = 100
/** The harness names files as the script sees them, from /work; the app names them from output/. */
const OUTPUT_PREFIX = 'output/'
const MAX_NOTE_CHARACTERS = 600

/** Announced bytes on their way in: an artifact, or the result. */
export interface ByteSlot {
  expectedBytes: number
  receivedBytes: number
}

/** Decides which artifacts are kept and counts the refused ones. */
export interface ArtifactCollector {
  /** Answers with the path under output/, or null when the artifact is refused and its bytes are to be dropped. */
  admit(path: string, bytes: number): string | null
  note(refused: readonly { path: string; reason: string }[], refusedCount: number): void
  refusals(): Pick<RunnerOutcome, 'refusedArtifacts' | 'refusedCount'>
}

export function createArtifactCollector(caps: SessionCaps): ArtifactCollector {
  const keptKeys = new Set<string>()
  const refusedArtifacts: { path: string; reason: string }[] = []
  let refusedCount = 0
  let keptBytes = 0

  /** RC-5: the path is checked here again although the harness checks too; it ran beside the script. */
  function problemOf(sentPath: string, bytes: number): string | null {
    if (!sentPath.startsWith(OUTPUT_PREFIX)) return 'not under output/'
    const path = relativeToOutput(sentPath)
    const problem = artifactPathProblem(path)
    if (problem !== null) return problem
    if (isTwin(path)) return 'same name as another file when letter case is ignored'
    if (keptKeys.size >= caps.artifactFiles) return `more than ${caps.artifactFiles} files`
    if (bytes > caps.artifactBytes) return `larger than ${caps.artifactBytes} bytes`
    if (keptBytes + bytes > caps.artifactsBytes) return `over ${caps.artifactsBytes} bytes together`
    return null
  }

  /** A folder may be a twin too: `a/x` and `A/y` meet in one folder, but `a` and `A/y` can't both exist. */
  function isTwin(path: string): boolean {
    const key = artifactPathKey(path)
    if (keptKeys.has(key)) return true
    for (const other of keptKeys) if (other.startsWith(`${key}/`) || key.startsWith(`${other}/`)) return true
    return false
  }

  function refuse(path: string, reason: string): void {
    if (refusedArtifacts.length >= MAX_REFUSED_LISTED) return
    refusedArtifacts.push({
      path: relativeToOutput(path).slice(0, MAX_NOTE_CHARACTERS).toWellFormed(),
      reason: reason.slice(0, MAX_NOTE_CHARACTERS).toWellFormed(),
    })
  }

  return {
    admit(sentPath, bytes) {
      const path = relativeToOutput(sentPath)
      const problem = problemOf(sentPath, bytes)
      if (problem !== null) {
        refuse(sentPath, problem)
        refusedCount += 1
        return null
      }
      keptKeys.add(artifactPathKey(path))
      keptBytes += bytes
      return path
    },
    note(refused, count) {
      for (const { path, reason } of refused) refuse(path, reason)
      refusedCount += Math.max(count, refused.length)
    },
    refusals: () => ({ refusedArtifacts, refusedCount }),
  }
}

function relativeToOutput(path: string): string {
  return path.startsWith(OUTPUT_PREFIX) ? path.slice(OUTPUT_PREFIX.length) : path
}
