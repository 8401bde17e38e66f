/** A problem in a text, at a place that a person can go to. Lines and columns count from 1, columns in UTF-16 units. */
export interface Marker {
  severity: 'error' | 'warning' | 'hint'
  message: string
  /** The rule's name, such as `F821`. */
  code: string | null
  line: number
  column: number
  endLine: number
  endColumn: number
}
