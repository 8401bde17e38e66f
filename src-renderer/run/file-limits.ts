/** RN-3: what may be given to one run. Said before anything is uploaded; the core holds the same limits again. */
export const MAX_FILES = 20
export const MAX_FILE_BYTES = 20_000_000
export const MAX_FILE_WORDS = '20 MB'
export const MAX_TOTAL_BYTES = 50_000_000
const MAX_TOTAL_WORDS = '50 MB'
const MAX_NAME_BYTES = 255

export interface NamedFile {
  name: string
  bytes: number
}

/** Sorts what was offered into what can be taken and a sentence for each file that can't. */
export function takeFiles<F extends { name: string; size: number }>(
  present: readonly NamedFile[],
  offered: readonly F[],
) {
  const taken: F[] = []
  const refusals: string[] = []
  const names = new Set(present.map((file) => file.name))
  let total = present.reduce((sum, file) => sum + file.bytes, 0)

  for (const file of offered) {
    const refusal = refusalOf(file, names, total, present.length + taken.length)
    if (refusal !== null) {
      refusals.push(refusal)
      continue
    }
    names.add(file.name)
    total += file.size
    taken.push(file)
  }
  return { taken, refusals }
}

function refusalOf(
  file: { name: string; size: number },
  names: Set<string>,
  total: number,
  count: number,
): string | null {
  if (/[/\\\0]/.test(file.name)) return `“${file.name}” has a path separator in its name.`
  if (new TextEncoder().encode(file.name).length > MAX_NAME_BYTES)
    return `“${file.name.slice(0, 40)}…” has too long a name.`
  if (names.has(file.name)) return `“${file.name}” is there already. Remove it first to replace it.`
  if (count >= MAX_FILES) return `“${file.name}” is one too many: a run takes ${MAX_FILES} files.`
  if (file.size > MAX_FILE_BYTES) {
    return `“${file.name}” has ${(file.size / 1_000_000).toFixed(1)} MB; a file may have ${MAX_FILE_WORDS}.`
  }
  if (total + file.size > MAX_TOTAL_BYTES) {
    return `“${file.name}” doesn’t fit: together the files may have ${MAX_TOTAL_WORDS}.`
  }
  return null
}
