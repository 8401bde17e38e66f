import { useSyncExternalStore } from 'react'

/** Every place in the app, and its address after the `#`. A link is a plain `<a href={toHref(route)}>`. */
export type Route =
  /** Where a person starts: their tools if they look after any, else the catalogue. */
  | { screen: 'home' }
  | { screen: 'catalogue' }
  | { screen: 'run-tool'; tool: string }
  | { screen: 'my-runs' }
  | { screen: 'run-history' }
  | { screen: 'run'; run: string }
  | { screen: 'run-compare'; a: string; b: string }
  | { screen: 'library' }
  | { screen: 'editor'; tool: string }
  | { screen: 'version-history'; tool: string }
  | { screen: 'reviews' }
  | { screen: 'review'; version: string }
  | { screen: 'suggestions' }
  | { screen: 'advisories' }
  | { screen: 'integrity' }
  | { screen: 'members' }
  | { screen: 'keys' }
  | { screen: 'audit' }
  | { screen: 'backups' }
  | { screen: 'settings' }
  | { screen: 'unknown' }

export function toHref(route: Route): string {
  return `#/${pathOf(route)}`
}

export function navigate(route: Route): void {
  location.hash = toHref(route)
}

export function useRoute(): Route {
  return parse(useSyncExternalStore(subscribe, () => location.hash))
}

function pathOf(route: Route): string {
  switch (route.screen) {
    case 'catalogue':
      return 'catalogue'
    case 'run-tool':
      return `catalogue/${encodeURIComponent(route.tool)}`
    case 'my-runs':
      return 'runs'
    case 'run-history':
      return 'runs/all'
    case 'run':
      return `runs/${encodeURIComponent(route.run)}`
    case 'run-compare':
      return `runs/compare/${encodeURIComponent(route.a)}/${encodeURIComponent(route.b)}`
    case 'library':
      return 'tools'
    case 'editor':
      return `tools/${encodeURIComponent(route.tool)}`
    case 'version-history':
      return `tools/${encodeURIComponent(route.tool)}/history`
    case 'reviews':
      return 'reviews'
    case 'review':
      return `reviews/${encodeURIComponent(route.version)}`
    case 'suggestions':
      return 'suggestions'
    case 'advisories':
      return 'advisories'
    case 'integrity':
      return 'integrity'
    case 'members':
      return 'members'
    case 'keys':
      return 'keys'
    case 'audit':
      return 'audit'
    case 'backups':
      return 'backups'
    case 'settings':
      return 'settings'
    case 'home':
    case 'unknown':
      return ''
  }
}

function parse(hash: string): Route {
  const [place = '', id, rest, last] = hash.replace(/^#\/?/, '').split('/').map(decode)
  switch (place) {
    case '':
      return { screen: 'home' }
    case 'catalogue':
      return id === undefined ? { screen: 'catalogue' } : { screen: 'run-tool', tool: id }
    case 'runs':
      if (id === undefined) return { screen: 'my-runs' }
      if (id === 'compare' && rest !== undefined && last !== undefined) {
        return { screen: 'run-compare', a: rest, b: last }
      }
      return id === 'all' ? { screen: 'run-history' } : { screen: 'run', run: id }
    case 'tools':
      if (id === undefined) return { screen: 'library' }
      return rest === 'history' ? { screen: 'version-history', tool: id } : { screen: 'editor', tool: id }
    case 'reviews':
      return id === undefined ? { screen: 'reviews' } : { screen: 'review', version: id }
    case 'suggestions':
      return { screen: 'suggestions' }
    case 'advisories':
      return { screen: 'advisories' }
    case 'integrity':
      return { screen: 'integrity' }
    case 'members':
      return { screen: 'members' }
    case 'keys':
      return { screen: 'keys' }
    case 'audit':
      return { screen: 'audit' }
    case 'backups':
      return { screen: 'backups' }
    case 'settings':
      return { screen: 'settings' }
    default:
      return { screen: 'unknown' }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
