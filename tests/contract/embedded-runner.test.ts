import { leftChildren, makeEmbeddedRunner } from '../support/embedded.ts'
import { runnerContract } from './runner-suite.ts'

runnerContract('embedded', async () => makeEmbeddedRunner(), {
  skipReason: null,
  leftovers: leftChildren,
  floodBytes: Number(process.env['SCRIPTORIUM_FLOOD_BYTES'] ?? 20_000_000),
  // The file system in memory has links but no pipes; links are tested in tests/boundary/embedded-containment.test.ts.
  hasLinks: false,
  testTimeoutMs: 60_000,
})
