import type { Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import { mayChangeSetting, mayOperate, type Actor } from '../domain/policy.ts'
import { failed, failure, success, type Result } from '../domain/result.ts'
import { SETTINGS } from '../domain/setting.ts'
import { actingMember } from './actor.ts'
import { changed, currentSettings, type Context } from './context.ts'
import type { Session } from './core.ts'
import { forgetRunnerStatus } from './runs/choose-runner.ts'
import { setSetting } from './workspace.ts'

/** The runner image and the one that the workspace has pinned: the setting `runner_image_id`. */

type Arrived = Output<'image.build'>

const mayPin = (actor: Actor): boolean => mayChangeSetting(actor, SETTINGS.runner_image_id.changed_by)

export async function imageStatus(context: Context, session: Session): Promise<Result<Output<'image.status'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayOperate(actor.value)) return failed(failure('FORBIDDEN', 'not_allowed', 'Only admins see the runner image.'))
  const pinnedId = currentSettings(context).runner_image_id
  const status = await context.image.status(pinnedId)
  if (!status.ok) return status
  const { name, image, hasPinned, libraries, message } = status.value
  return success({
    present: image !== null,
    name,
    image_id: image?.id ?? null,
    bytes: image?.sizeBytes ?? null,
    created_at: image?.createdAt ?? null,
    pinned_image_id: pinnedId,
    pinned_present: hasPinned,
    is_pinned: image !== null && image.id === pinnedId,
    libraries,
    message,
  })
}

/** Pins the image that is here under the runner's name, for every device of the workspace. */
export async function acceptImage(
  context: Context,
  session: Session,
  input: ParsedInput<'image.accept'>,
): Promise<Result<Output<'image.accept'>>> {
  const actor = actingMember(context, session)
  if (!actor.ok) return actor
  if (!mayPin(actor.value)) {
    return failed(failure('FORBIDDEN', 'not_allowed', 'Only a superuser may accept a runner image for the workspace.'))
  }
  const previousId = currentSettings(context).runner_image_id
  const status = await context.image.status(previousId)
  if (!status.ok) return status
  const { image, name } = status.value
  if (image === null) {
    const message = `There is no image ${name} on this device. Build or import one, then accept it.`
    return failed(failure('NOT_FOUND', 'image_missing', message))
  }
  if (input.image_id !== null && input.image_id !== image.id) {
    const message = `The image on this device is another one by now: ${image.id}. Look at it and accept it again.`
    return failed(failure('CONFLICT', 'image_moved', message, { image_id: image.id }))
  }
  if (image.id !== previousId) {
    const pinned = pin(context, session, image.id)
    if (!pinned.ok) return pinned
  }
  return success({ image_id: image.id, previous_image_id: previousId })
}

/**
 * An image was built or imported. The first one that a superuser brings is the workspace's from then on; any other has
 * to be accepted, so that nobody changes by accident what everybody's scripts run in.
 */
export function imageArrived(context: Context, session: Session, imageId: string): Arrived {
  const actor = actingMember(context, session)
  const pinnedId = currentSettings(context).runner_image_id
  if (pinnedId === imageId) return arrived(imageId, imageId, 'This is the workspace’s runner image.')
  if (pinnedId !== null) {
    const message =
      'This isn’t the workspace’s runner image: runs don’t use it until a superuser accepts it (image accept).'
    return arrived(imageId, pinnedId, message)
  }
  if (!actor.ok || !mayPin(actor.value)) {
    return arrived(imageId, null, 'Runs on this device use it. A superuser may make it the workspace’s (image accept).')
  }
  const pinned = pin(context, session, imageId)
  return pinned.ok
    ? arrived(imageId, imageId, 'It is the workspace’s runner image from now on, on every device.')
    : arrived(imageId, null, `It is here, but it was not pinned: ${pinned.failure.message}`)
}

function arrived(imageId: string, pinnedId: string | null, message: string): Arrived {
  return { image_id: imageId, pinned_image_id: pinnedId, is_pinned: imageId === pinnedId, message }
}

function pin(context: Context, session: Session, imageId: string): Result<unknown> {
  const set = setSetting(context, session, { key: 'runner_image_id', value: imageId })
  forgetRunnerStatus(context)
  changed(context, 'runners')
  return set
}
