const SPELLED_OUT: Record<string, string> = { ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', đ: 'd', ł: 'l', þ: 'th', ð: 'd' }
const MAX_CHARACTERS = 128

/** The slug that a title suggests (TL-3): `Läs CSV, 2:a försöket` becomes `las-csv-2-a-forsoket`. */
export function slugFromTitle(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[ßæøœđłþð]/g, (letter) => SPELLED_OUT[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
  const lettered = /^[0-9]/.test(plain) ? `tool-${plain}` : plain
  return lettered.slice(0, MAX_CHARACTERS).replace(/-+$/, '')
}
