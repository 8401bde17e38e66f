/**
 * RC-5: a path that a script named is data. It is kept only if it is relative, in NFC, free of `..`, drive prefixes and
 * control characters, and within 512 bytes and 16 levels; every name must be one that all three platforms can hold.
 */
const MAX_PATH_BYTES = 512
const MAX_DEPTH = 16
const MAX_NAME_BYTES = 255
const utf8 = new TextEncoder()

/**
 * Control characters, separators of lines, what shows as nothing (zero-width and bidirectional marks, fillers,
 * variation selectors) and lone surrogates: they make one name look like another. Noncharacters can't be stored
 * everywhere, and U+FFFD stands where a name was no UTF-8, so that two names may have become one. The rest means
 * something on Windows.
 */
const UNSAFE_CHARACTERS =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\uFFFD\\:*?"<>|]/u
/** Windows takes a device's name for the device with any extension, and with spaces before it: `CON .txt`. */
const RESERVED_NAMES = /^(con|conin\$|conout\$|clock\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?$/i
const OUTER_SPACE_OR_FINAL_DOT = /^\s|[\s.]$/

/** Answers null when the path is safe to keep, else why it isn't. `path` is relative to `output/`, with `/`. */
export function artifactPathProblem(path: string): string | null {
  if (path === '') return 'empty path'
  // No string has fewer bytes than UTF-16 units, so that a huge one need not be encoded to be refused.
  if (path.length > MAX_PATH_BYTES || utf8.encode(path).length > MAX_PATH_BYTES) return 'longer than 512 bytes'
  if (path.startsWith('/')) return 'absolute path'
  if (UNSAFE_CHARACTERS.test(path)) return 'unsafe character'
  if (path.normalize('NFC') !== path) return 'not in Unicode normal form C'
  const names = path.split('/')
  if (names.length > MAX_DEPTH) return 'deeper than 16 levels'
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return 'empty or relative path segment'
    if (utf8.encode(name).length > MAX_NAME_BYTES) return 'name longer than 255 bytes'
    if (RESERVED_NAMES.test(name)) return 'name reserved by an operating system'
    if (OUTER_SPACE_OR_FINAL_DOT.test(name)) return 'name starts with a space or ends with a space or dot'
  }
  return null
}

/**
 * RC-5: two paths with one key are the same file on a file system that ignores letter case. Lower case alone is no
 * fold: it leaves `ß` and `SS`, both small sigmas, `µ` and `Μ` apart, which some file systems take for one.
 */
export function artifactPathKey(path: string): string {
  const fold = (text: string): string => text.toLowerCase().toUpperCase().normalize('NFC')
  return fold(fold(path.normalize('NFC')))
}

/** RN-3: names of uploads, which appear in the script's input folder as they are. */
export function inputNameProblem(name: string): string | null {
  if (/[/\\]/.test(name)) return 'contains a path separator'
  if (name.length > MAX_NAME_BYTES || utf8.encode(name).length > MAX_NAME_BYTES) return 'is longer than 255 bytes'
  return artifactPathProblem(name)
}
