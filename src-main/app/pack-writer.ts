import { packLine, type PackLine } from '../domain/evidence-pack.ts'
import type { RunRow } from '../domain/state.ts'
import type { Context } from './context.ts'
import type { OrderedEvent } from './ports.ts'

/** The shape of a pack while it is written. */

/** What a pack is about. */
export interface PackSubject {
  kind: 'run' | 'version'
  id: string
  manifestHash: string
  runs: RunRow[]
  events: OrderedEvent[]
}

export interface PackWriter {
  add(line: PackLine): Promise<void>
  end(): Promise<void>
}

/** Counts and hashes what it writes; the end says both, so that a pack that was cut shows. */
export function createPackWriter(context: Context, file: { write(text: string): Promise<void> }): PackWriter {
  const hash = context.hashBytes()
  let lines = 0
  return {
    async add(line) {
      const text = packLine(line)
      hash.update(Buffer.from(text))
      lines += 1
      await file.write(text)
    },
    end: () => file.write(packLine({ end: { lines, sha256: hash.digest() } })),
  }
}
