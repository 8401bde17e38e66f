import classes from './code.module.css'
import { editor, KeyCode, KeyMod } from './monaco.ts'

/** Notes on the lines of a text: which lines have some, and how to start one. */
export interface LineNotes {
  lines: readonly number[]
  /** Null: notes can be read, but none started. */
  onPick: ((line: number) => void) | null
  /** A line to show; the same line again counts when `request` differs. */
  reveal: { line: number; column: number; request: number } | null
}

const { GUTTER_GLYPH_MARGIN, GUTTER_LINE_NUMBERS, GUTTER_LINE_DECORATIONS } = editor.MouseTargetType
const GUTTER = new Set([GUTTER_GLYPH_MARGIN, GUTTER_LINE_NUMBERS, GUTTER_LINE_DECORATIONS])

/** Marks the lines with notes beside their numbers. A press there, or Alt+Shift+C on a line, starts a note. */
export function showLineNotes(code: editor.ICodeEditor, notes: LineNotes): () => void {
  const { onPick } = notes
  const marks = code.createDecorationsCollection()
  const draw = (hovered: number | null) => {
    const commented = notes.lines.map((line) => mark(line, `${classes['noted']}`))
    const offered = hovered !== null && !notes.lines.includes(hovered) ? [mark(hovered, `${classes['offered']}`)] : []
    marks.set([...commented, ...offered])
  }
  code.updateOptions({ glyphMargin: true })
  draw(null)
  if (onPick === null) return () => marks.clear()

  const listening = [
    code.onMouseMove((event) => draw(event.target.position?.lineNumber ?? null)),
    code.onMouseLeave(() => draw(null)),
    code.onMouseDown((event) => {
      const line = event.target.position?.lineNumber
      if (GUTTER.has(event.target.type) && line !== undefined) onPick(line)
    }),
  ]
  if ('addAction' in code) {
    listening.push(
      (code as editor.IStandaloneCodeEditor).addAction({
        id: 'scriptorium.comment',
        label: 'Comment on this line',
        keybindings: [KeyMod.Alt | KeyMod.Shift | KeyCode.KeyC],
        contextMenuGroupId: '1_comment',
        run: () => onPick(code.getPosition()?.lineNumber ?? 1),
      }),
    )
  }
  return () => {
    for (const each of listening) each.dispose()
    marks.clear()
  }
}

/** As in the code editor: the cursor goes there too, so that a keyboard can go on from it. */
export function revealPlace(code: editor.ICodeEditor, lineNumber: number, column: number): void {
  code.setPosition({ lineNumber, column })
  code.revealLineInCenter(lineNumber)
  code.focus()
}

function mark(line: number, glyphMarginClassName: string): editor.IModelDeltaDecoration {
  const range = { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 }
  return { range, options: { glyphMarginClassName } }
}
