import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { bankToolSchema, type BankTool } from '../../domain/bank.ts'

/** Files that come with the app and are read at run time, found from the running file: in the sources and in a build. */
export interface ProductFiles {
  runnerImage: string
  embeddedChild: string
  signatureWorker: string
  ruffWorker: string
  integrityWorker: string
  pyodide: string
  samples: string
  version: string
}

export function findProductFiles(startDir: string): ProductFiles {
  let root = startDir
  while (!existsSync(path.join(root, 'runner-image', 'seccomp.json'))) {
    const parent = path.dirname(root)
    if (parent === root) throw new Error(`the app's own files are missing beside ${startDir}`)
    root = parent
  }
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    runnerImage: path.join(root, 'runner-image'),
    embeddedChild: path.join(root, 'src-main', 'adapters', 'embedded', 'child', 'child.mjs'),
    signatureWorker: path.join(root, 'src-main', 'adapters', 'keys', 'signature-worker.mjs'),
    ruffWorker: path.join(root, 'src-main', 'adapters', 'linter', 'ruff-worker.mjs'),
    integrityWorker: path.join(root, 'src-main', 'adapters', 'sqlite', 'integrity-worker.mjs'),
    pyodide: path.join(root, 'node_modules', 'pyodide'),
    samples: path.join(root, 'src-main', 'samples'),
    version,
  }
}

/** Reads a script bank: a folder for each slug, with `tool.json` and `script.py`. */
export function readBank(folder: string): BankTool[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((slug) => ({
      slug,
      source_code: readFileSync(path.join(folder, slug, 'script.py'), 'utf8'),
      ...bankToolSchema.parse(JSON.parse(readFileSync(path.join(folder, slug, 'tool.json'), 'utf8'))),
    }))
}
