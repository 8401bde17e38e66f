import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, parse } from 'node:path'
import type { Json } from '../../domain/result.ts'
import type { RunLimits } from '../../domain/run.ts'
import type { SessionChannel } from '../runner-session/session.ts'
import { permissionArguments } from './installation.ts'
import type { Installation } from './installation.ts'
import { readProcessLimits, watchMemory } from './process-facts.ts'

/** How a child ended, as the operating system told the host (RC-3). Both are null when it could not be started. */
export interface ChildEnd {
  exitCode: number | null
  signal: number | null
}

export interface Child {
  channel: SessionChannel
  /** Never rejects. */
  ended: Promise<ChildEnd>
  /** By SIGKILL; harmless when it has ended. */
  kill(): void
  /** Drops the pipes, which ends the session even if the kill is not obeyed. */
  disconnect(): void
  /** Whether it ended, or was ended, because it wanted more memory than it may have. */
  ranOutOfMemory(): boolean
  /** The last of what the process itself had to say; no script writes here. For administrators. */
  stderr(): string
  /** Limits in force, read back from the system where it tells. */
  effective(): Record<string, Json>
}

/** Whose child it is, in its command line, where the reaper finds it even after a crash of the app. */
export interface ChildMarks {
  runId: string | null
  workspaceId: string | null
}
export const MARK_RUN = '--scriptorium-run='
export const MARK_WORKSPACE = '--scriptorium-workspace='
export const MARK_HOST = '--scriptorium-host='

/** Node, its threads and Pyodide's JavaScript take this much before and beside a script's own memory. */
const PROCESS_OVERHEAD_BYTES = 384 * 1024 * 1024
/** What the kernel counts as data is reserved rather than used: four thread stacks and V8's spaces come to 0.75 GiB. */
const DATA_OVERHEAD_BYTES = 1024 * 1024 * 1024
const HEAP_MEBIBYTES = 256
const WASM_PAGE_BYTES = 64 * 1024
const OPEN_FILES = 64
/** All threads count, and compiling does too. For a child whose app is gone; the app's own deadline comes first. */
const CPU_SECONDS_BESIDE_SCRIPT = 60
const CPU_THREADS = 2
const MAX_STDERR_CHARACTERS = 4_000

/** Limits that the kernel holds without the app; `$1`... are data KiB, CPU seconds and open files. */
const LIMITING_SHELL = [
  'ulimit -c 0; ulimit -f 0; ulimit -n "$3"; ulimit -t "$2"; ulimit -d "$1"',
  // When memory runs out on this machine, the script goes first.
  '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null',
  // Shells add these to an environment that was empty.
  'unset PWD OLDPWD SHLVL _; shift 3; exec "$@"',
].join('\n')

/** Starts a child, which loads Python and then says hello and waits. It must be killed or given a job. */
export function startChild(installation: Installation, limits: RunLimits, marks: ChildMarks): Child {
  const { nodePath, childPath, environment } = installation
  const processBytes = limits.memory_bytes + PROCESS_OVERHEAD_BYTES
  const nodeArguments = [
    ...permissionArguments(installation),
    // A signal must not open the debugger.
    '--disable-sigusr1',
    '--no-addons',
    `--max-old-space-size=${HEAP_MEBIBYTES}`,
    `--wasm-max-mem-pages=${Math.floor(limits.memory_bytes / WASM_PAGE_BYTES)}`,
    childPath,
    `--pyodide=${installation.pyodidePath}`,
    `--python=${installation.pythonPath}`,
    `--work-bytes=${limits.work_bytes}`,
    `--memory-bytes=${limits.memory_bytes}`,
    `${MARK_RUN}${marks.runId ?? ''}`,
    `${MARK_WORKSPACE}${marks.workspaceId ?? ''}`,
    `${MARK_HOST}${process.pid}`,
  ]
  const [command, commandArguments] = limited(nodePath, nodeArguments, limits)
  const child = spawn(command, commandArguments, {
    // No folder of anybody's: nothing may be read there, and it can't vanish.
    cwd: parse(dirname(nodePath)).root,
    env: environment,
    stdio: 'pipe',
    windowsHide: true,
  })
  return superviseChild(child, processBytes, limits)
}

function limited(nodePath: string, nodeArguments: string[], limits: RunLimits): [string, string[]] {
  if (process.platform === 'win32') return [nodePath, nodeArguments]
  const dataKib = Math.ceil((limits.memory_bytes + DATA_OVERHEAD_BYTES) / 1024)
  const cpuSeconds = CPU_THREADS * Math.ceil(limits.timeout_ms / 1000) + CPU_SECONDS_BESIDE_SCRIPT
  const values = [dataKib, cpuSeconds, OPEN_FILES].map(String)
  return ['/bin/sh', ['-c', LIMITING_SHELL, 'scriptorium-embedded', ...values, nodePath, ...nodeArguments]]
}

function superviseChild(child: ChildProcessWithoutNullStreams, processBytes: number, limits: RunLimits): Child {
  let stderr = ''
  let isOverMemory = false
  const kill = (): void => void child.kill('SIGKILL')
  const watch = watchMemory(child.pid, processBytes, () => {
    isOverMemory = true
    kill()
  })
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS)
  })
  // Broken pipes of a dying child: its end tells the story.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})

  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', () => {
      if (child.pid === undefined) resolve({ exitCode: null, signal: null })
    })
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal: signal === null ? null : constants.signals[signal] })
    })
  }).finally(() => watch.stop())

  return {
    channel: { stdin: child.stdin, stdout: child.stdout },
    ended,
    kill,
    disconnect() {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    },
    ranOutOfMemory: () => isOverMemory || /out of memory|std::bad_alloc/i.test(stderr),
    stderr: () => stderr,
    effective: () => ({
      work_bytes: limits.work_bytes,
      process_bytes: watch.isWatching ? processBytes : null,
      process_limits: child.pid === undefined ? null : readProcessLimits(child.pid),
    }),
  }
}
