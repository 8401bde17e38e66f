/**
 * The page's policy forbids eval, which zod tries when a schema is first made. Its configuration lives in this global so
 * that it can be set before zod is loaded, in whichever of the page's scripts that is; it isn't in the first one.
 */
const shared = globalThis as { __zod_globalConfig?: { jitless?: boolean } }
shared.__zod_globalConfig = { ...shared.__zod_globalConfig, jitless: true }
