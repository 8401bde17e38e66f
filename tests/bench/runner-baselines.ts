import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { containerOptions } from '../../src-main/adapters/docker/container.ts'
import type { Engine } from '../../src-main/adapters/docker/engine.ts'
import type { RunLimits } from '../../src-main/domain/run.ts'
import type { Command, SeparateProcess } from './separate-process.ts'

/** The ways to run a script that the app is compared with. All run the same script on the same input, in one image. */

export interface Subject {
  outside: SeparateProcess
  engine: Engine
  image: string
  seccompProfile: string
  limits: RunLimits
  script: string
  csv: Uint8Array
}

const USER_ID = 65532
const ARTIFACT = 'total.txt'

/** Does for a bare interpreter what the harness does: loads the script, calls it, shows what it returned. */
const CALLER = `import importlib.util, json, sys
specification = importlib.util.spec_from_file_location('script', sys.argv[1])
module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(module)
print(json.dumps(module.run_tool(sys.argv[2], sys.argv[3])))
`

/** (a) The engine's command line, with the same limits; input on stdin, the artifact on stdout. */
export function dockerRun(subject: Subject): Promise<void> {
  const inside = [
    "import os, sys; os.makedirs('/work/input'); os.makedirs('/work/output')",
    "open('/work/input/data.csv', 'wb').write(sys.stdin.buffer.read())",
    `open('/work/script.py', 'w').write(${JSON.stringify(subject.script)})`,
    "sys.argv = ['', '/work/script.py', '/work/input', '/work/output']",
    CALLER.replace('print(json.dumps(', 'print((').replace('))\n', '), file=sys.stderr)\n'),
    `sys.stdout.buffer.write(open('/work/output/${ARTIFACT}', 'rb').read())`,
  ].join('\n')
  return dockerCommand(subject, inside, { input: subject.csv }).then((artifact) => {
    if (artifact.trim() === '') throw new Error('docker run gave no artifact')
  })
}

/** The engine's command line with stdout in a file, as a person would keep it. */
export async function dockerRunToFile(subject: Subject, program: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'))
  try {
    await dockerCommand(subject, program, { stdoutFile: path.join(folder, 'stdout') })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function dockerCommand(
  subject: Subject,
  program: string,
  streams: Pick<Command, 'input' | 'stdoutFile'>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'))
  const profile = path.join(folder, 'seccomp.json')
  await writeFile(profile, subject.seccompProfile)
  const { limits, image, engine } = subject
  const tmpfs = (target: string, bytes: number) => [
    '--tmpfs',
    `${target}:rw,noexec,nosuid,nodev,size=${bytes},mode=0700,uid=${USER_ID},gid=${USER_ID}`,
  ]
  const words = [
    'run',
    '--rm',
    '-i',
    '--network=none',
    '--read-only',
    '--cap-drop=ALL',
    '--log-driver=none',
    '--ipc=private',
  ]
  words.push('--security-opt=no-new-privileges', `--security-opt=seccomp=${profile}`, `--user=${USER_ID}:${USER_ID}`)
  words.push(`--memory=${limits.memory_bytes}`, `--memory-swap=${limits.memory_bytes}`, `--cpus=${limits.cpus}`)
  words.push(`--pids-limit=${limits.pids}`, ...tmpfs('/work', limits.work_bytes), ...tmpfs('/tmp', limits.tmp_bytes))
  words.push('--entrypoint=python3', image, '-c', program)
  try {
    const environment = { DOCKER_HOST: `unix://${engine.socketPath}` }
    return (await subject.outside.run([{ program: 'docker', words, ...streams, environment }])).stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** (b) What a program does that uses the engine's API in the plain way. */
export async function plainLifecycle({ engine, image, seccompProfile, limits, script, csv }: Subject): Promise<void> {
  const { docker } = engine
  const runId = `bench-${randomUUID()}`
  const spec = { image, seccompProfile, limits, workspaceId: 'bench', runId, deadline: new Date(Date.now() + 600_000) }
  const { name: _, HostConfig, ...options } = containerOptions(spec)
  const volume = await docker.createVolume({ Name: runId })
  const container = await docker.createContainer({
    ...options,
    OpenStdin: false,
    StdinOnce: false,
    AttachStdin: false,
    Entrypoint: ['python3', '/work/caller.py', '/work/script.py', '/work/input', '/work/output'],
    HostConfig: {
      ...HostConfig,
      Tmpfs: { '/tmp': `rw,noexec,nosuid,nodev,size=${limits.tmp_bytes}` },
      Binds: [`${runId}:/work`],
      LogConfig: { Type: 'json-file', Config: {} },
    },
  })
  const entries = [tarEntry('input/'), tarEntry('output/'), tarEntry('caller.py', Buffer.from(CALLER))]
  entries.push(tarEntry('script.py', Buffer.from(script)), tarEntry('input/data.csv', csv), Buffer.alloc(1024))
  await container.putArchive(Buffer.concat(entries), { path: '/work' })
  const waiting = container.wait({ condition: 'next-exit' })
  await container.start()
  const { StatusCode: exitCode } = (await waiting) as { StatusCode: number }
  const logs = await container.logs({ stdout: true, stderr: true })
  if (exitCode !== 0) throw new Error(`the plain way failed: ${logs.toString()}`)
  const archive = (await container.getArchive({ path: '/work/output' })).pipe(new PassThrough())
  let archiveBytes = 0
  for await (const chunk of archive) archiveBytes += (chunk as Buffer).length
  if (archiveBytes < 1024) throw new Error('the plain way gave no artifact')
  await container.remove({ v: true })
  await volume.remove()
}

export interface HostPython {
  run(): Promise<void>
  close(): Promise<void>
}

/** (e) Nothing around the script: the host's own python3 on files that are there already. */
export async function hostPython({ outside, script, csv }: Subject): Promise<HostPython> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'))
  const at = (name: string): string => path.join(folder, name)
  await Promise.all([mkdir(at('input')), mkdir(at('output'))])
  await Promise.all([
    writeFile(at('caller.py'), CALLER),
    writeFile(at('script.py'), script),
    writeFile(at('input/data.csv'), csv),
  ])
  return {
    async run() {
      const words = [at('caller.py'), at('script.py'), at('input'), at('output')]
      await outside.run([{ program: 'python3', words }])
      await readFile(at(`output/${ARTIFACT}`))
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** One entry of a tar archive in the format of POSIX.1-1988; a name that ends in a slash is a folder. */
function tarEntry(name: string, content: Uint8Array = new Uint8Array(0)): Buffer {
  const header = Buffer.alloc(512)
  const octal = (value: number, offset: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1')
  }
  header.write(name, 0)
  octal(name.endsWith('/') ? 0o755 : 0o644, 100, 8)
  octal(USER_ID, 108, 8)
  octal(USER_ID, 116, 8)
  octal(content.length, 124, 12)
  octal(0, 136, 12)
  header.write('        ', 148)
  header.write(name.endsWith('/') ? '5' : '0', 156)
  header.write('ustar\x0000', 257)
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  )
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}
