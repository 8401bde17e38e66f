import { existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Figure } from './figure.ts'

/** Every part by name; a part is loaded only when it runs, so that one that can't run here stops no other. */
const parts: Record<string, () => Promise<Figure[]>> = {
  save: async () => (await import('./save-bench.ts')).benchSave(),
  start: async () => (await import('./start-bench.ts')).benchStart(),
  page: async () => (await import('./page-bench.ts')).benchPage(),
  runner: async () => (await import('./runner-bench.ts')).benchRunner(),
  embedded: async () => (await import('./embedded-bench.ts')).benchEmbedded(),
  audit: async () => (await import('./audit-bench.ts')).benchAudit(),
  evidence: async () => (await import('./evidence-bench.ts')).benchEvidence(),
}

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' }, list: { type: 'boolean' } },
})

if (values.list === true) {
  process.stdout.write(`${Object.keys(parts).join('\n')}\n`)
} else {
  process.exitCode = await run(values.only ?? Object.keys(parts))
}

async function run(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(parts, name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}\n`)
    return 2
  }
  const target = values.json === undefined ? null : path.resolve(values.json)
  if (target !== null && !existsSync(path.dirname(target))) {
    process.stderr.write(`There is no folder ${path.dirname(target)} to write to.\n`)
    return 2
  }
  const figures: (Figure & { part: string })[] = []
  let failures = 0
  for (const name of names) {
    process.stderr.write(`measuring ${name} …\n`)
    try {
      const measured = (await parts[name]?.()) ?? []
      figures.push(...measured.map((figure) => ({ part: name, ...figure })))
      for (const figure of measured) process.stdout.write(`${line(figure)}\n`)
    } catch (error) {
      failures += 1
      process.stderr.write(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  if (target !== null) {
    const machine = {
      cpus: os.cpus().length,
      model: os.cpus()[0]?.model ?? '',
      platform: process.platform,
      node: process.version,
    }
    writeFileSync(target, `${JSON.stringify({ at: new Date().toISOString(), machine, figures }, null, 2)}\n`)
  }
  return failures === 0 ? 0 : 1
}

function line(figure: Figure): string {
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
  const against = figure.ratio === null ? '' : `  ${number(figure.ratio)} x ${figure.comparedWith ?? 'its bound'}`
  const wanted =
    figure.wantedRatio === null ? '' : ` (wanted ${figure.isHigherBetter ? '>=' : '<='} ${number(figure.wantedRatio)})`
  const holds = figure.holds === null ? '' : figure.holds ? '  holds' : '  DOES NOT HOLD'
  return `${figure.name.padEnd(58)} ${number(figure.median).padStart(8)} ${figure.unit} ±${number(figure.spread)}${against}${wanted}${holds}`
}
