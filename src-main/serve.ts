import { openCore } from './compose.ts'
import { runCommandLine } from './shell/cli/command-line.ts'
import { pageDir } from './shell/shared/locations.ts'

// The window in a browser: what `scriptorium serve` does, for starters that know of no commands.
const exitCode = await runCommandLine({
  openCore,
  words: ['serve', ...process.argv.slice(2)],
  environment: process.env,
  pageDir: pageDir(import.meta.dirname),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
})

process.exit(exitCode)
