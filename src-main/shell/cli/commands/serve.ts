import { InvalidArgumentError, type Command } from 'commander'
import { developmentServer } from '../../shared/page-policy.ts'
import { whenAskedToEnd } from '../../shared/end-signals.ts'
import { serveWindow, type ServedWindow } from '../../browser/serve-window.ts'
import { answer, refusal, type Answer } from '../answer.ts'
import type { Select, Surroundings } from './selection.ts'

interface Options {
  port?: number
  open: boolean
}

export function registerServe(program: Command, select: Select): void {
  program
    .command('serve')
    .option('--port <number>', 'a fixed port instead of a free one', port)
    .option('--no-open', 'only print the address')
    .description('serve the window on this machine, and print the address to open')
    .action((options: Options) => select({ needs: 'nothing', run: (surroundings) => serve(surroundings, options) }))
}

async function serve(surroundings: Surroundings, options: Options): Promise<Answer | null> {
  const { environment, dataDir, say } = surroundings
  const ending = whenAskedToEnd(environment)
  try {
    const served = await serveWindow({
      ...surroundings,
      port: options.port ?? 0,
      open: options.open,
      developmentServer: developmentServer(environment['ELECTRON_RENDERER_URL']),
    })
    if (!served.ok) return refusal(served.failure)
    if (served.value.kind === 'elsewhere') {
      say.progress('This folder has a window already; here is another address of it.')
      return addressAnswer(served.value.address)
    }
    const { window } = served.value
    const stopReading = offerAddresses(window, surroundings)
    await surroundings.print(addressAnswer(window.address))
    say.progress(howToGoOn(window, dataDir))
    const reason = await Promise.race([ending.asked, window.closedByPerson.then(() => 'window' as const)])
    say.progress(reason === 'window' ? 'The window was closed.' : 'Ending…')
    stopReading()
    await window.close()
    return null
  } finally {
    ending.stop()
  }
}

function addressAnswer(address: string): Answer {
  return answer({ ok: true, data: { id: new URL(address).origin, address } }, (data) => data.address)
}

function howToGoOn(window: ServedWindow, dataDir: string): string {
  const opened =
    window.how === 'nothing'
      ? 'Open the address above in a browser.'
      : 'The window opens by itself; if not, open the address above.'
  return `${opened} It can be used once; press Enter for another. Ctrl-C ends.\nData folder: ${dataDir}`
}

/** Each press of Enter prints an address with a fresh code. Only on a terminal: elsewhere nobody presses. */
function offerAddresses(window: ServedWindow, surroundings: Surroundings): () => void {
  if (!process.stdin.isTTY || surroundings.isQuiet) return () => {}
  const offer = () => surroundings.say.progress(window.newAddress())
  process.stdin.on('data', offer)
  return () => {
    process.stdin.off('data', offer)
    process.stdin.pause()
  }
}

function port(text: string): number {
  const number = Number(text)
  if (!/^\d{1,5}$/.test(text) || number > 65535) throw new InvalidArgumentError('It must be a port number.')
  return number
}
