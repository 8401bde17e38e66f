import { spawn } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'

/** Runs what `separate-process.ts` asks for, one list of commands at a time. */
process.on('message', async (commands) => {
  const beganAt = performance.now()
  try {
    let stdout = ''
    for (const command of commands) stdout = await run(command)
    process.send({ ok: true, ms: performance.now() - beganAt, stdout })
  } catch (error) {
    process.send({ ok: false, message: String(error?.message ?? error) })
  }
})

function run({ program, words, input, stdoutFile, environment }) {
  return new Promise((resolve, reject) => {
    const file = stdoutFile === undefined ? 'pipe' : openSync(stdoutFile, 'w')
    const child = spawn(program, words, {
      stdio: [input === undefined ? 'ignore' : 'pipe', file, 'pipe'],
      env: { ...process.env, ...environment },
    })
    if (typeof file === 'number') closeSync(file)
    let output = ''
    let errors = ''
    child.stdout?.on('data', (chunk) => (output += chunk.toString('latin1')))
    child.stderr.on('data', (chunk) => (errors += chunk.toString().slice(0, 4_000)))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      if (exitCode === 0) resolve(output)
      else reject(new Error(`${program} ended with ${exitCode}: ${errors}`))
    })
    child.stdin?.end(input)
  })
}
