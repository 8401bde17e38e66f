import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RunnerStatus } from '../../app/runner-port.ts'

/** Where the parts of the embedded runner are: all come with the app. */
export interface EmbeddedFiles {
  /** Node, or Electron, which is then told to be Node. */
  nodePath: string
  /** `child/child.mjs`, with its other modules beside it; it runs as it stands and must not be bundled. */
  childPath: string
  /** The folder of the npm package `pyodide`. */
  pyodidePath: string
  /** `runner-image/python`: the helper modules and the part that runs a script, shared with the container image. */
  pythonPath: string
}

/** What is installed, read once. Paths are real ones: the permission model doesn't follow links. */
export interface Installation extends EmbeddedFiles {
  version: string
  /** Over every byte that takes part in a run, so that evidence names exactly what ran (EV-1). */
  imageId: string
  environment: Record<string, string>
}

/** What runs are confined by, in the words of RunnerInfo. */
export const ISOLATION = 'wasm+node-permission'

const PROBE_LIMIT_MS = 2_500
/** As child/channel.mjs has it. */
const EXIT_NO_PERMISSION_MODEL = 78
/** What Node and Electron exit with for an option that they don't know. */
const EXIT_BAD_OPTION = 9
const PYODIDE_FILES = ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json']

const WARNINGS = [
  'Only the Python standard library is there. Tools that import pandas, openpyxl, python-docx, pypdf, pillow, ' +
    'jinja2, markdown, pyyaml, lxml, pypandoc or weasyprint need the Docker engine, and so does what makes PDF files, ' +
    'or starts threads or other programs.',
  'Processor share, number of processes and the size of /tmp are not limited one by one, as they are by Docker.',
]

/** Reads versions and hashes; rejects when a part is missing. */
export async function readInstallation(files: EmbeddedFiles): Promise<Installation> {
  const [nodePath, childPath, pyodidePath, pythonPath] = await Promise.all([
    realpath(files.nodePath),
    realpath(files.childPath),
    realpath(files.pyodidePath),
    realpath(files.pythonPath),
  ])
  const modules = await Promise.all([
    filesOf(dirname(childPath), ['.mjs', '.py']),
    filesOf(pythonPath, ['.py']),
    filesOf(join(pythonPath, 'scriptorium_runner'), ['.py']),
  ])
  const hash = createHash('sha256')
  for (const path of [...PYODIDE_FILES.map((name) => join(pyodidePath, name)), ...modules.flat()]) {
    const bytes = await readFile(path)
    hash.update(`${basename(path)}\n${bytes.length}\n`).update(bytes)
  }
  const { version } = JSON.parse(await readFile(join(pyodidePath, 'package.json'), 'utf8')) as { version: string }
  const lockText = await readFile(join(pyodidePath, 'pyodide-lock.json'), 'utf8')
  const lock = JSON.parse(lockText) as { info: { python: string } }
  return {
    nodePath,
    childPath,
    pyodidePath,
    pythonPath,
    version: `Pyodide ${version}, CPython ${lock.info.python}`,
    imageId: `sha256:${hash.digest('hex')}`,
    environment: environmentFor(files.nodePath),
  }
}

async function filesOf(folder: string, endings: string[]): Promise<string[]> {
  const names = await readdir(folder)
  const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending)))
  return wanted.sort().map((name) => join(folder, name))
}

/** Nothing of the app's own environment, but what a process can't start without. */
function environmentFor(nodePath: string): Record<string, string> {
  const isElectron = 'electron' in process.versions && nodePath === process.execPath
  const systemRoot = process.env['SystemRoot']
  return {
    ...(isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
    ...(process.platform === 'win32' && systemRoot !== undefined ? { SystemRoot: systemRoot } : {}),
  }
}

/** Node's own options for a child: what it may read, and nothing else. */
export function permissionArguments(installation: EmbeddedFiles): string[] {
  const readable = [dirname(installation.childPath), installation.pyodidePath, installation.pythonPath]
  // With the slash it means the folder and all in it, and no neighbour whose name begins the same.
  return ['--permission', ...readable.map((folder) => `--allow-fs-read=${join(folder, '/')}`), '--no-warnings']
}

/** Answers `available` only when a child says that the permission model is in force. Never rejects (RN-1). */
export async function probeInstallation(installation: Installation): Promise<RunnerStatus> {
  const exitCode = await exitCodeOfProbe(installation)
  if (exitCode === 0) {
    const { version, imageId } = installation
    return { available: true, version, isolation: ISOLATION, image_id: imageId, warnings: WARNINGS }
  }
  if (exitCode === EXIT_NO_PERMISSION_MODEL || exitCode === EXIT_BAD_OPTION) {
    return {
      available: false,
      reason: 'permission_model_missing',
      message: "The built-in runner needs Node's permission model, which this program lacks. Use Docker instead.",
    }
  }
  return {
    available: false,
    reason: 'engine_unreachable',
    message: 'The built-in runner does not start. Try again, or install the app again.',
  }
}

function exitCodeOfProbe(installation: Installation): Promise<number | null> {
  const { nodePath, childPath, environment } = installation
  return new Promise((resolve) => {
    const child = spawn(nodePath, [...permissionArguments(installation), childPath, '--check'], {
      stdio: 'ignore',
      env: environment,
      timeout: PROBE_LIMIT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    child.once('error', () => resolve(null))
    child.once('exit', (exitCode) => resolve(exitCode))
  })
}
