import { openCore } from './compose.ts'
import { runCommandLine } from './shell/cli/command-line.ts'
import { pageDir } from './shell/shared/locations.ts'

const exitCode = await runCommandLine({
  openCore,
  words: process.argv.slice(2),
  environment: process.env,
  pageDir: pageDir(import.meta.dirname),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
})

// All is written and closed by now; whatever a library still holds open must not hold up a script.
process.exit(exitCode)
