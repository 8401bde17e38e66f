import classes from './code.module.css'

/** What is shown while the editor is being loaded: the text itself, which can be read but not changed. */
export function CodePlaceholder({ text }: { text: string }) {
  return (
    <pre className={classes.placeholder} aria-busy="true">
      {text.slice(0, 20_000)}
    </pre>
  )
}
