import type { Token } from 'markdown-it'

/** The elements that Markdown may become, headings apart. */
const ELEMENTS: Record<string, string> = {
  p: 'p',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  blockquote: 'blockquote',
  strong: 'strong',
  em: 'em',
  s: 's',
  a: 'a',
  table: 'table',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
}

export function elementOf(token: Token, headings: ReadonlyMap<Token, string>): string | null {
  if (token.tag === 'a' && linkOf(token) === null) return null
  return headings.get(token) ?? ELEMENTS[token.tag] ?? null
}

/** A text stands below a heading of the page, which is an h2. */
const HIGHEST = 3
const LOWEST = 6

/**
 * Headings by how deep they lie in the text, whatever level it gives them: a text that starts with `###` starts just
 * below the page's own heading too, and no level is ever left out.
 */
export function headingElements(tokens: readonly Token[]): Map<Token, string> {
  const elements = new Map<Token, string>()
  const above: number[] = []
  for (const token of tokens) {
    if (token.type !== 'heading_open') continue
    const level = Number(token.tag.slice(1))
    while (above.length > 0 && (above.at(-1) ?? 0) >= level) above.pop()
    elements.set(token, `h${Math.min(HIGHEST + above.length, LOWEST)}`)
    above.push(level)
  }
  return elements
}

export function propsOf(token: Token): Record<string, unknown> {
  if (token.tag === 'a') return { href: linkOf(token), target: '_blank', rel: 'noopener noreferrer' }
  if (token.tag === 'ol') {
    const start = Number(token.attrGet('start') ?? 1)
    return start === 1 ? {} : { start }
  }
  if (token.tag === 'th' || token.tag === 'td') {
    const align = /text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1]
    return align === undefined ? {} : { style: { textAlign: align } }
  }
  return {}
}

/** Only addresses that leave the app by way of the person's browser or mail program. */
function linkOf(token: Token): string | null {
  const href = String(token.attrGet('href') ?? '')
  return /^(https?:|mailto:)/i.test(href) ? href : null
}
