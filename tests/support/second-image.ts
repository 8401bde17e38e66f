import { findEngine } from '../../src-main/adapters/docker/engine.ts'
import { dockerHost, runnerImage } from './docker.ts'
import { newId } from './runner-job.ts'

/** Another image that works like the runner image: the same with one label more, under a tag of its own. */
export interface SecondImage {
  id: string
  name: string
  /** Gone afterwards, with everything that still runs in it. */
  remove(): Promise<void>
}

export async function makeSecondImage(): Promise<SecondImage> {
  const { docker } = findEngine(dockerHost).engine!
  const tag = newId()
  const name = `scriptorium-test:${tag}`
  const container = await docker.createContainer({ Image: runnerImage })
  const changes = `LABEL org.scriptorium.test=${tag}`
  const { Id: id } = (await container.commit({ repo: 'scriptorium-test', tag, changes })) as { Id: string }
  await container.remove({ force: true })
  return {
    id,
    name,
    async remove() {
      await docker
        .getImage(id)
        .remove({ force: true })
        .catch(() => {})
    },
  }
}
