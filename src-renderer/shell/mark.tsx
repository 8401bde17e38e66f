/** The app's mark: a quill. */
export function Mark({ className }: { className: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--mantine-primary-color-filled)" />
      <path
        d="M9 24.500C10 15 14.500 9 24 7.500c-.7 3-2 4.600-4.200 5.600h2.700c-2 3.700-5.500 5.600-10.300 6"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
