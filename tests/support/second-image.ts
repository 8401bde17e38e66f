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

/** `setUp` is a line of shell that root runs in it. */
export async function makeSecondImage(setUp = 'true'): Promise<SecondImage> {
  const { docker } = findEngine(dockerHost).engine!
  const tag = newId()
  const name = `scriptorium-test:${tag}`
  const { Config: own } = await docker.getImage(runnerImage).inspect()
  const container = await docker.createContainer({
    Image: runnerImage,
    User: 'root',
    Entrypoint: ['sh', '-c', setUp],
    HostConfig: { NetworkMode: 'none' },
  })
  await container.start()
  const { StatusCode: status } = (await container.wait()) as { StatusCode: number }
  if (status !== 0) throw new Error(`${setUp} ended with ${status}`)
  const changes = [
    `LABEL org.scriptorium.test=${tag}`,
    `USER ${own.User}`,
    `ENTRYPOINT ${JSON.stringify(own.Entrypoint)}`,
  ].join('\n')
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
