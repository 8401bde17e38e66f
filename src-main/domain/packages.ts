/**
 * The curated libraries (SC-4) by all their names: a library is installed under one, imported under another, and called
 * a third by Debian. Here is told which of the packages that a version says it needs (VR-2) a runner lacks.
 */

/** By the name that the image tells it by: what else it is called, without Debian's `python3-` in front. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  pandas: [],
  numpy: [],
  openpyxl: [],
  'python-docx': ['docx'],
  pypdf: [],
  pillow: ['pil'],
  jinja2: [],
  markdown: [],
  pyyaml: ['yaml'],
  lxml: [],
  pypandoc: [],
  pandoc: [],
  weasyprint: [],
}

const OWN_NAMES = new Map(
  Object.entries(OTHER_NAMES).flatMap(([own, others]) =>
    [own, ...others].flatMap((name) => [
      [name, own],
      [`python3-${name}`, own],
    ]),
  ) as [string, string][],
)

/** Every spelling of PEP 503 is the same package: letter case, and any run of dashes, dots and underscores. */
function spelled(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

/** Those that aren't among the curated libraries by any of their names. */
export function uncuratedPackages(needed: readonly string[]): string[] {
  return needed.filter((name) => !OWN_NAMES.has(spelled(name)))
}

/** Those of `needed`, as they are written there, that a runner lacks whose libraries go by these names. */
export function missingPackages(needed: readonly string[], libraryNames: readonly string[]): string[] {
  const held = new Set(libraryNames.map(spelled))
  const isHeld = (name: string): boolean => held.has(OWN_NAMES.get(name) ?? name.replace(/^python3-/, ''))
  return needed.filter((name) => !isHeld(spelled(name)))
}

const MAX_NAMED = 10

/** For a sentence: "scipy, torch", and how many more there are beyond a handful. */
export function packageList(names: readonly string[]): string {
  const more = names.length - MAX_NAMED
  const named = names.slice(0, MAX_NAMED).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
