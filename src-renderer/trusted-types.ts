/**
 * Must be the first import of the page. The page is served with `require-trusted-types-for 'script'`, so without a
 * default policy the first library that assigns to `innerHTML` would leave a blank page. This one lets plain text pass
 * and refuses anything that could be markup; scripts (workers) load from our own origin only.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML(text: string): string; createScriptURL(url: string): string }): unknown
}

function refuseMarkup(text: string): string {
  if (text.includes('<')) throw new TypeError('markup may not be assigned as text')
  return text
}

function sameOriginOnly(url: string): string {
  if (new URL(url, document.baseURI).origin !== location.origin) throw new TypeError('scripts load from here only')
  return url
}

const factory = (window as { trustedTypes?: PolicyFactory }).trustedTypes
factory?.createPolicy('default', { createHTML: refuseMarkup, createScriptURL: sameOriginOnly })
