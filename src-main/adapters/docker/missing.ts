/** What the workspace demands and this engine doesn't have, in words that say what to do next. */

/** Why containers can't run in this runtime; null when they can. */
export function runtimeProblem(runtimes: readonly string[], runtime: string | null): string | null {
  if (runtime === null || runtimes.includes(runtime)) return null
  return (
    `This workspace runs scripts in the runtime ${runtime}, which this engine doesn’t have. ` +
    'Install it for the engine, or a superuser sets sandbox_runtime to default.'
  )
}

/** The image that is demanded isn't there; `hasAnother` when the engine has some runner image all the same. */
export function pinnedImageMissing(imageId: string, hasAnother: boolean): string {
  const pinned = `The runner image of this workspace (${imageId.slice(0, 19)}…) is not on this device.`
  if (!hasAnother) return `${pinned} Import it from a file (image import).`
  return `${pinned} Import it (image import), or a superuser accepts the one that is here (image accept).`
}
