import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, success } from '../../domain/result.ts'
import type { Result } from '../../domain/result.ts'
import { engineUnavailable } from './engine.ts'

export interface SeccompProfile {
  /** JSON without white space, as it goes to the engine. */
  text: string
  /** EV-1: names the profile in a run's record. */
  sha256: string
}

/** RN-2: our own profile, from the folder `runner-image`. Small enough to be read for each run. */
export async function readSeccompProfile(runnerImageFolder: string): Promise<Result<SeccompProfile>> {
  try {
    const text = JSON.stringify(JSON.parse(await readFile(join(runnerImageFolder, 'seccomp.json'), 'utf8')))
    return success({ text, sha256: createHash('sha256').update(text).digest('hex') })
  } catch (error) {
    const message = 'The seccomp profile of the runner is missing or damaged. Install the app again.'
    return failed(engineUnavailable(message, error))
  }
}
