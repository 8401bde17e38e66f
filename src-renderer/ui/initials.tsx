import { Avatar } from '@mantine/core'

/** A member's mark. The name stands beside it, so it says nothing to assistive technology. */
export function Initials({ name, size = 28 }: { name: string; size?: number }) {
  const letters = name
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => [...word][0] ?? '')
  const shown = letters.length > 1 ? `${letters[0]}${letters.at(-1)}` : (letters[0] ?? '')
  return (
    <Avatar
      size={size}
      radius="xl"
      aria-hidden
      styles={{
        placeholder: {
          color: 'var(--app-tone-info)',
          background: 'var(--app-tone-info-ground)',
          fontSize: size * 0.38,
        },
      }}
    >
      {shown.toUpperCase()}
    </Avatar>
  )
}
