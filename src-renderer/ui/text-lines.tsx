import { Text } from '@mantine/core'

/** A text that somebody wrote, with its own line breaks. */
export function TextLines({ text }: { text: string }) {
  return (
    <Text component="p" size="sm" m={0} style={{ whiteSpace: 'pre-wrap' }}>
      {text}
    </Text>
  )
}
