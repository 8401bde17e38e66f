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
    .command('accept')
    .description('make the image that is here the workspace’s: runs use it and no other, on every device')
    .action(() => select({ needs: 'core', run: accept }))
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
async function work<T extends Arrived | { path: string; bytes: number }>(
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
    return answer(withId(envelope), doneText)
  } finally {
    stop()
  }
}

type Arrived = Output<'image.build'>
type Done = { id: string; image_id?: string; message?: string; path?: string; bytes?: number }

function doneText({ image_id: image, path: file, bytes, message }: Done): string {
  const facts = record({ image, file, bytes })
  return message === undefined ? facts : `${facts}\n${plain(message)}`
}

async function accept(context: Context): Promise<Answer> {
  const envelope = await context.call('image.accept', {})
  const withItsId = envelope.ok
    ? { ok: true as const, data: { id: envelope.data.image_id, ...envelope.data } }
    : envelope
  return answer(withItsId, (data) =>
    data.previous_image_id === data.image_id
      ? 'Nothing changed: this is the workspace’s runner image already.'
      : record({ 'image now': data.image_id, 'image before': data.previous_image_id ?? 'each device’s own' }),
  )
}

/** Every object that a command prints has its id at the top. */
function withId(envelope: Envelope<Arrived | { path: string; bytes: number }>): Envelope<Done> {
  if (!envelope.ok) return envelope
  return {
    ok: true,
    data: { id: 'image_id' in envelope.data ? envelope.data.image_id : envelope.data.path, ...envelope.data },
  }
}

function statusText(image: Output<'image.status'>): string {
  const pinned = image.pinned_image_id ?? 'nothing: each device uses its own'
  if (!image.present) return [record({ pinned }), plain(image.message)].join('\n')
  const facts = record({
    name: image.name,
    image: image.image_id,
    pinned: image.is_pinned ? 'this one' : pinned,
    made: image.created_at ?? undefined,
    size: image.bytes === null ? undefined : megabytes(image.bytes),
  })
  const libraries = image.libraries.map((library) => `  ${plain(library.name)} ${plain(library.version)}`)
  return [facts, plain(image.message), ...libraries].join('\n')
}
