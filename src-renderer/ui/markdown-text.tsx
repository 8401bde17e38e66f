import MarkdownIt, { type Token } from 'markdown-it'
import { createElement, useMemo, type ReactNode } from 'react'
import { elementOf, headingElements, propsOf } from './markdown-elements.ts'
import styles from './markdown.module.css'

/**
 * Turns the parser's tokens into elements, so that no markup is ever assigned to the page: there is nothing to
 * sanitise, and Trusted Types has nothing to refuse. HTML in the text is text; images are shown as their description, since the
 * page loads nothing from elsewhere.
 */
const parser = new MarkdownIt({ html: false, linkify: false, typographer: false })

export default function MarkdownText({ text }: { text: string }) {
  const content = useMemo(() => {
    const tokens = parser.parse(text, {})
    return render(tokens, headingElements(tokens))
  }, [text])
  return <div className={styles['markdown']}>{content}</div>
}

interface Open {
  token: Token
  children: ReactNode[]
}

type Headings = ReadonlyMap<Token, string>

function render(tokens: readonly Token[], headings: Headings): ReactNode[] {
  const top: ReactNode[] = []
  const open: Open[] = []
  tokens.forEach((token, index) => {
    const here = open.at(-1)?.children ?? top
    if (token.nesting === 1) {
      open.push({ token, children: [] })
    } else if (token.nesting === -1) {
      const closed = open.pop()
      const outside = open.at(-1)?.children ?? top
      if (closed !== undefined) outside.push(build(closed, index, headings))
    } else {
      here.push(leaf(token, index, headings))
    }
  })
  return top
}

function build({ token, children }: Open, key: number, headings: Headings): ReactNode {
  // Paragraphs of a tight list are marked hidden: their content stands on its own.
  if (token.hidden) return createElement('span', { key }, ...children)
  const element = elementOf(token, headings)
  if (element === null) return createElement('span', { key }, ...children)
  return createElement(element, { key, ...propsOf(token) }, ...children)
}

function leaf(token: Token, key: number, headings: Headings): ReactNode {
  switch (token.type) {
    case 'inline':
      return createElement('span', { key }, ...render(token.children ?? [], headings))
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return <br key={key} />
    case 'hr':
      return <hr key={key} />
    case 'code_inline':
      return <code key={key}>{token.content}</code>
    case 'code_block':
    case 'fence':
      return (
        <pre key={key} tabIndex={0}>
          <code>{token.content}</code>
        </pre>
      )
    case 'image':
      return <em key={key}>[{token.content === '' ? 'image' : token.content}]</em>
    default:
      return token.content
  }
}
