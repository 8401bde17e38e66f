import {
  createTheme,
  DEFAULT_THEME,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  Tooltip,
} from '@mantine/core'

/**
 * Ink on paper: one accent (a petrol ink), warm greys, and five tones for states. Every pair of text and ground here
 * has a contrast of at least 4.5:1; Mantine's own dimmed, placeholder, error and anchor colours do not.
 */
const ink: MantineColorsTuple = [
  '#eef6f6',
  '#dcebec',
  '#b8d6d8',
  '#8fbec2',
  '#64a3a9',
  '#418a91',
  '#2b747b',
  '#1f6168',
  '#164d53',
  '#0e393e',
]
const gray: MantineColorsTuple = [
  '#f8f8f6',
  '#f1f1ee',
  '#e7e7e3',
  '#d9d9d4',
  '#c4c4be',
  '#8f8f88',
  '#66665f',
  '#4d4d47',
  '#363632',
  '#1f1f1c',
]
const dark: MantineColorsTuple = [
  '#e4e4df',
  '#c3c3bd',
  '#a3a39c',
  '#85857e',
  '#4a4a46',
  '#393936',
  '#2b2b29',
  '#1f1f1d',
  '#191917',
  '#121211',
]
const red: MantineColorsTuple = [
  '#fdf1f0',
  '#fbe2e0',
  '#f6c4bf',
  '#f0a19a',
  '#e67d74',
  '#d95b50',
  '#c94034',
  '#b3291e',
  '#981f16',
  '#7d1a12',
]
const teal: MantineColorsTuple = [
  '#eef7f1',
  '#dcefe2',
  '#b9dfc5',
  '#8fcba2',
  '#62b37d',
  '#419c60',
  '#2c824a',
  '#1f6b3a',
  '#17562e',
  '#104122',
]

const px = (size: number): string => `${size / 16}rem`

export const theme = createTheme({
  colors: { ink, gray, dark, red, teal },
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  white: '#ffffff',
  black: '#1f1f1c',
  defaultRadius: 'sm',
  radius: { xs: px(3), sm: px(6), md: px(8), lg: px(12), xl: px(20) },
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: `system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', ${DEFAULT_THEME.fontFamily}`,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: px(12), sm: px(13), md: px(14), lg: px(16), xl: px(19) },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.5' },
  spacing: { xs: px(8), sm: px(12), md: px(16), lg: px(24), xl: px(36) },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: px(21), lineHeight: '1.25' },
      h2: { fontSize: px(16), lineHeight: '1.35' },
      h3: { fontSize: px(14), lineHeight: '1.4' },
    },
  },
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Loader: { defaultProps: { size: 'sm' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: {
        content: { border: '1px solid var(--app-border)' },
        title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 620 },
      },
    }),
    // Its placeholder for the first focus is no item of a menu, which assistive technology trips over.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: true } }),
  },
})

type Tone = Record<'neutral' | 'info' | 'good' | 'warn' | 'bad', readonly [text: string, ground: string]>

const lightTones: Tone = {
  neutral: ['#4d4d47', '#efefeb'],
  info: ['#164d53', '#e0eeef'],
  good: ['#1b6034', '#e2f1e7'],
  warn: ['#7d4a00', '#fbefd8'],
  bad: ['#98231a', '#fbe5e3'],
}
const darkTones: Tone = {
  neutral: ['#c9c9c3', '#343431'],
  info: ['#a3d3d7', '#1d3a3d'],
  good: ['#94d7aa', '#1c3826'],
  warn: ['#f0c57d', '#3e2f14'],
  bad: ['#f6aca4', '#452220'],
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...toneVariables(lightTones),
    '--app-focus': 'var(--mantine-color-ink-6)',
    '--app-ground-side': 'var(--mantine-color-gray-0)',
    '--app-ground-raised': 'var(--mantine-color-white)',
    '--app-ground-hover': 'var(--mantine-color-gray-0)',
    '--app-border': 'var(--mantine-color-gray-2)',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-6)',
    '--mantine-color-placeholder': '#74746d',
    '--mantine-color-error': 'var(--mantine-color-red-7)',
    '--mantine-color-anchor': 'var(--mantine-color-ink-7)',
    '--mantine-color-default-border': 'var(--mantine-color-gray-3)',
    '--mantine-color-gray-light-color': 'var(--mantine-color-gray-7)',
    '--mantine-color-ink-light-color': 'var(--mantine-color-ink-8)',
    '--mantine-color-red-light-color': 'var(--mantine-color-red-8)',
  },
  dark: {
    ...toneVariables(darkTones),
    '--app-focus': 'var(--mantine-color-ink-4)',
    '--app-ground-side': 'var(--mantine-color-dark-8)',
    '--app-ground-raised': '#252523',
    '--app-ground-hover': '#2a2a28',
    '--app-border': '#363633',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-placeholder': '#8e8e87',
    '--mantine-color-error': '#f09a92',
    '--mantine-color-anchor': 'var(--mantine-color-ink-3)',
    '--mantine-color-default-border': 'var(--mantine-color-dark-4)',
    '--mantine-color-gray-light-color': 'var(--mantine-color-dark-1)',
    '--mantine-color-ink-light-color': 'var(--mantine-color-ink-2)',
    '--mantine-color-red-light-color': 'var(--mantine-color-red-3)',
    '--mantine-color-red-text': 'var(--mantine-color-red-3)',
    '--mantine-color-red-outline': 'var(--mantine-color-red-3)',
  },
})

function toneVariables(tones: Tone): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tones).flatMap(([tone, [text, ground]]) => [
      [`--app-tone-${tone}`, text],
      [`--app-tone-${tone}-ground`, ground],
    ]),
  )
}
