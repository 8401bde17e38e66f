import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { openCore } from '../../src-main/compose.ts'
import type { Session } from '../../src-main/app/core.ts'

/**
 * A core in a process of its own, driven by lines of JSON: `{as, channel, input}` is asked, `null` closes it. Its first
 * line says how opening went; then one line answers each question, in order. A test may kill it in the middle.
 */
const [dataDir = '', asWindow = ''] = process.argv.slice(2)
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

try {
  const opened = await openCore({ dataDir, asWindow: asWindow === 'window', preview: null })
  if (!opened.ok) {
    say({ opened: false, failure: opened.failure })
  } else {
    say({ opened: true, failure: null })
    const core = opened.value
    const sessions = new Map<string, Session>()
    for await (const line of createInterface({ input: process.stdin })) {
      const question = JSON.parse(line) as { as: string | null; channel: string; input: unknown } | null
      if (question === null) break
      const name = question.as ?? ''
      let session = sessions.get(name)
      if (session === undefined) {
        const made = core.openSession({ shell: 'cli', ...(question.as === null ? {} : { as: question.as }) })
        if (!made.ok) {
          say({ ok: false, error: made.failure })
          continue
        }
        session = made.value
        sessions.set(name, session)
      }
      say(await core.dispatch(session, question.channel, question.input))
    }
    await core.close()
  }
} catch (error) {
  say({ opened: false, failure: { code: 'THROWN', reason: String(error), message: String(error), details: {} } })
}
if (process.stdout.writableLength > 0) await once(process.stdout, 'drain')
process.exit(0)
