import { Command, InvalidArgumentError } from 'commander'
import { registerAdvisories } from './commands/advisories.ts'
import { registerAudit } from './commands/audit.ts'
import { registerBackups } from './commands/backups.ts'
import { registerBank } from './commands/bank.ts'
import { registerCases } from './commands/cases.ts'
import { registerComments } from './commands/comments.ts'
import { registerImages } from './commands/images.ts'
import { registerKeys } from './commands/keys.ts'
import { registerMembers } from './commands/members.ts'
import { registerNominations } from './commands/nominations.ts'
import { registerPrune } from './commands/prune.ts'
import { registerRuns } from './commands/runs.ts'
import type { Select } from './commands/selection.ts'
import { registerServe } from './commands/serve.ts'
import { registerSettings } from './commands/settings.ts'
import { registerSuggestions } from './commands/suggestions.ts'
import { registerSystem } from './commands/system.ts'
import { registerTools } from './commands/tools.ts'
import { registerVersions } from './commands/versions.ts'

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  dataDir?: string
  as?: string
  passphraseFile?: string
  json?: boolean
  jsonl?: boolean
  quiet?: boolean
  color: boolean
}

/** Empty is what a variable that isn't set leaves; taken for a path, it would be the folder that one happens to be in. */
function named(folder: string): string {
  if (folder === '') throw new InvalidArgumentError('It must name a folder.')
  return folder
}

/** The words of the command line, as docs/cli.md promises them. `select` learns what was asked for. */
export function createProgram(select: Select): Command {
  const program = new Command('scriptorium')
    .description('Write, review, publish and run small Python tools.')
    .option('--data-dir <folder>', 'where everything is kept (also SCRIPTORIUM_DATA_DIR)', named)
    .option('--as <member>', 'act as this member, for this call only')
    .option('--passphrase-file <file>', 'where the passphrase is (also SCRIPTORIUM_PASSPHRASE)')
    .option('--json', 'print exactly one JSON value on stdout')
    .option('--jsonl', 'print events of long work, one per line, and then that value')
    .option('--quiet', 'say nothing on stderr but failures')
    .option('--no-color', 'no colours')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
  registerSystem(program, select)
  registerMembers(program, select)
  registerSettings(program, select)
  registerTools(program, select)
  registerVersions(program, select)
  registerRuns(program, select)
  registerCases(program, select)
  registerAdvisories(program, select)
  registerPrune(program, select)
  registerImages(program, select)
  registerServe(program, select)
  registerAudit(program, select)
  registerBackups(program, select)
  registerBank(program, select)
  registerKeys(program, select)
  registerNominations(program, select)
  registerSuggestions(program, select)
  registerComments(program, select)
  return program
}
