import { resolve } from 'node:path'
import type { Command } from 'commander'
import { v7 as newId } from 'uuid'
import type { Envelope } from '../../../../src-preload/contract/channel.ts'
import type { Output } from '../../../../src-preload/contract/contract.ts'
import { answer, type Answer } from '../answer.ts'
import type { Context } from '../context.ts'
import { megabytes, plain, record } from '../text.ts'
import type { Select } from './selection.ts'

export function registerImages(program: Command, select: Select): void {
  const image = program.command('image').description('the runner image of the Docker engine')
  image
    .command('status')
    .description('which image there is, with its libraries')
    .action(() =>
      select({ needs: 'core', run: async (context) => answer(await context.call('image.status', {}), statusText) }),
    )
  image
    .command('build')
    .description('build the image')
    .action(() =>
      select({ needs: 'core', run: (context) => work(context, (job_id) => context.call('image.build', { job_id })) }),
    )
  image
    .command('import')
    .argument('<file>')
    .description('load the image from a file')
    .action((file: string) =>
      select({
        needs: 'core',
        run: (context) => work(context, (job_id) => context.call('image.import', { job_id, path: resolve(file) })),
      }),
    )
  image
    .command('export')
    .requiredOption('--out <file>')
    .description('write the image to a file')
    .action((options: { out: string }) =>
      select({
        needs: 'core',
        run: (context) =>
          work(context, (job_id) => context.call('image.export', { job_id, path: resolve(options.out) })),
      }),
    )
}

/** Long work: its lines go to stderr as they come, and Ctrl-C cancels it. */
async function work<T extends { image_id: string } | { path: string; bytes: number }>(
  context: Context,
  begin: (jobId: string) => Promise<Envelope<T>>,
): Promise<Answer> {
  const jobId = newId()
  const stop = context.onAny((event) => {
    if (event.name !== 'job.progress' || event.payload.job_id !== jobId) return
    context.say.event(event)
    context.say.progress(event.payload.line)
  })
  try {
    const envelope = await context.cancellable(() => context.call('job.cancel', { job_id: jobId }), begin(jobId))
    return answer(withId(envelope), (data) => record({ image: data.image_id, file: data.path, bytes: data.bytes }))
  } finally {
    stop()
  }
}

type Done = { id: string; image_id?: string; path?: string; bytes?: number }

/** Every object that a command prints has its id at the top. */
function withId(envelope: Envelope<{ image_id: string } | { path: string; bytes: number }>): Envelope<Done> {
  if (!envelope.ok) return envelope
  return {
    ok: true,
    data: { id: 'image_id' in envelope.data ? envelope.data.image_id : envelope.data.path, ...envelope.data },
  }
}

function statusText(image: Output<'image.status'>): string {
  if (!image.present) return plain(image.message)
  const facts = record({
    name: image.name,
    image: image.image_id,
    made: image.created_at ?? undefined,
    size: image.bytes === null ? undefined : megabytes(image.bytes),
  })
  return [facts, ...image.libraries.map((library) => `  ${plain(library.name)} ${plain(library.version)}`)].join('\n')
}
