import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Json } from '../../domain/result.ts'

/** What the operating system says about processes: Linux in /proc, others of Unix through `ps`, Windows not. */

const WATCH_LINUX_MS = 100
const WATCH_PS_MS = 1_000
const PS_LIMIT_MS = 3_000
const MAX_PS_BYTES = 16 * 1024 * 1024
const KIBIBYTE = 1024

const run = promisify(execFile)

/** Calls `onOver` once when the process holds more than `maxBytes`. */
export function watchMemory(
  pid: number | undefined,
  maxBytes: number,
  onOver: () => void,
): { stop(): void; isWatching: boolean } {
  if (pid === undefined || process.platform === 'win32') return { stop() {}, isWatching: false }
  const isLinux = process.platform === 'linux'
  let isReading = false
  const timer = setInterval(
    () => {
      if (isReading) return
      isReading = true
      void (isLinux ? Promise.resolve(residentBytesLinux(pid)) : residentBytesByPs(pid)).then((bytes) => {
        isReading = false
        if (bytes === null || bytes <= maxBytes) return
        clearInterval(timer)
        onOver()
      })
    },
    isLinux ? WATCH_LINUX_MS : WATCH_PS_MS,
  )
  timer.unref()
  return { stop: () => clearInterval(timer), isWatching: true }
}

function residentBytesLinux(pid: number): number | null {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status'))?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * KIBIBYTE
}

async function residentBytesByPs(pid: number): Promise<number | null> {
  try {
    const { stdout } = await run('/bin/ps', ['-o', 'rss=', '-p', String(pid)], { timeout: PS_LIMIT_MS })
    const kibibytes = Number.parseInt(stdout, 10)
    return Number.isNaN(kibibytes) ? null : kibibytes * KIBIBYTE
  } catch {
    // It has ended, or there is no ps: then the limits inside the process remain.
    return null
  }
}

/** The kernel's own limits of a process as they are in force; null where the system doesn't tell. */
export function readProcessLimits(pid: number): Record<string, Json> | null {
  const text = readProc(pid, 'limits')
  const names = { data_bytes: 'data size', cpu_seconds: 'cpu time', file_bytes: 'file size', open_files: 'open files' }
  const limits: Record<string, Json> = {}
  for (const [key, name] of Object.entries(names)) {
    const hard = new RegExp(`^Max ${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(text)?.[1]
    if (hard === undefined) return null
    limits[key] = hard === 'unlimited' ? null : Number(hard)
  }
  return limits
}

export interface ProcessEntry {
  pid: number
  parentPid: number
  /** Arguments, or on systems where only `ps` tells, the words of the command line. */
  words: string[]
}

/** Every process that may be seen. Empty on Windows, where children end with the app that started them. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  if (process.platform === 'win32') return []
  if (process.platform === 'linux') return listProcessesLinux()
  const { stdout } = await run('/bin/ps', ['-axww', '-o', 'pid=,ppid=,args='], {
    timeout: PS_LIMIT_MS,
    maxBuffer: MAX_PS_BYTES,
  })
  return stdout.split('\n').flatMap((line) => {
    const [pid, parentPid, ...words] = line.trim().split(/\s+/)
    if (pid === undefined || parentPid === undefined) return []
    return [{ pid: Number(pid), parentPid: Number(parentPid), words }]
  })
}

function listProcessesLinux(): ProcessEntry[] {
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const pid = Number(name)
    const words = readProc(pid, 'cmdline').split('\0')
    const parentPid = /^PPid:\s+(\d+)$/m.exec(readProc(pid, 'status'))?.[1]
    if (parentPid !== undefined) entries.push({ pid, parentPid: Number(parentPid), words })
  }
  return entries
}

/** Empty when the process is gone or belongs to somebody else. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
