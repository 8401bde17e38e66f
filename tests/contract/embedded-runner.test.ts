import { leftChildren, makeEmbeddedRunner } from '../support/embedded.ts'
import { runnerContract } from './runner-suite.ts'

runnerContract('embedded', async () => makeEmbeddedRunner(), {
  skipReason: null,
  leftovers: leftChildren,
  floodBytes: Number(process.env['SCRIPTORIUM_FLOOD_BYTES'] ?? 20_000_000),
  // Python itself makes none here, but the C library and the file system's own code do. There are no hard links.
  otherEntries: {
    script: [
      'import ctypes, pyodide_js',
      "ctypes.CDLL(None).mknod(b'device', 0o020600, 259)",
      "pyodide_js.FS.mkdev(output_dir + '/terminal', 0o600, pyodide_js.FS.makedev(5, 0))",
      "pyodide_js.FS.mknod(output_dir + '/socket', 0o140600, 0)",
    ],
    refused: { device: 'special_file', terminal: 'special_file', socket: 'special_file' },
  },
  testTimeoutMs: 60_000,
})
