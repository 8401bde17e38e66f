// `npm test`: everything that says whether this tree is sound, one part after the other, and one count over all of it.
import { parseArgs } from 'node:util'
import { closingLines } from './test/closing.mjs'
import { helpText } from './test/help.mjs'
import { partNames, parts } from './test/parts.mjs'
import { applyRequirements, KNOWN_NEEDS } from './test/requirements.mjs'
import { runSuites, suites } from './test/suites.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})

if (values.help) end(helpText)
if (values.list) end([...partNames, ''].join('\n'))

const wanted = values.only === undefined ? partNames : values.only.flatMap((names) => names.split(','))
refuseUnknown('--only', wanted, partNames)
const required = (process.env.SCRIPTORIUM_REQUIRE ?? '').split(',').filter((name) => name !== '')
refuseUnknown('SCRIPTORIUM_REQUIRE', required, KNOWN_NEEDS)

const results = []
for (const part of parts) {
  if (!wanted.includes(part.name)) continue
  heading(part.title)
  results.push(...(await part.run()))
}
const wantedSuites = suites.filter((name) => wanted.includes(name))
if (wantedSuites.length > 0) {
  heading(`Suites: ${wantedSuites.join(', ')}`)
  results.push(...(await runSuites(wantedSuites)))
}

const everything = partNames.every((name) => wanted.includes(name))
const judged = applyRequirements(results, required, everything)
process.stdout.write(closingLines(judged))
process.exitCode = judged.some(({ state }) => state === 'failed') ? 1 : 0

function heading(title) {
  process.stdout.write(`\n== ${title}\n`)
}

function end(text) {
  process.stdout.write(text)
  process.exit(0)
}

function refuseUnknown(where, names, known) {
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  process.stderr.write(`${where}: unknown ${unknown.join(', ')}; there are ${known.join(', ')}\n`)
  process.exit(2)
}
