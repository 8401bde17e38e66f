/**
 * Trusted Types: a worker's script may only come from an address of ours. The page's policy names this one policy, and
 * a name can be used once, so every worker of the page takes its address through here.
 */

interface WorkerUrlPolicy {
  createScriptURL(url: string): unknown
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): WorkerUrlPolicy
}

function sameOrigin(url: string): string {
  const page = new URL(document.baseURI)
  const resolved = new URL(url, page)
  // Not `origin`, which is the word "null" for every scheme that a browser doesn't know.
  if (resolved.protocol !== page.protocol || resolved.host !== page.host)
    throw new TypeError(`not a worker of this app: ${url}`)
  return resolved.href
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
const policy: WorkerUrlPolicy = factory?.createPolicy('scriptorium-worker', { createScriptURL: sameOrigin }) ?? {
  createScriptURL: sameOrigin,
}

export function startWorker(url: string, name: string): Worker {
  return new Worker(policy.createScriptURL(url) as string, { type: 'module', name })
}
