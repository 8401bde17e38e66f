import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunnerJob, RunnerOutcome } from '../../src-main/app/runner-port.ts'
import { embeddedFiles, leftChildren, makeEmbeddedRunner } from '../support/embedded.ts'
import { makeJob, makeObserver, resultOf, valueOf } from '../support/runner-job.ts'

/** Scripts that must not get out of the embedded runner (RN-1). */

const TEST_LIMIT_MS = 120_000
const MEBIBYTE = 1024 * 1024
const ORDINARY = "def run_tool(a, b):\n    return 'fine'\n"
const SECRET = 'secret-that-no-script-may-see'

interface Attacked {
  outcome: RunnerOutcome
  state: Record<string, unknown>
  stdout: string
  stderr: string
}

describe('what a script can not do in the embedded runner', () => {
  // From the reserve, so that both ways to a child are walked: the contract suite starts one for each run.
  const runner = makeEmbeddedRunner({ warmProcesses: 1 })
  const connections: string[] = []
  const server = createServer((socket) => {
    connections.push('came')
    socket.destroy()
  })
  let port = 0
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scriptorium-test-'))
    await writeFile(join(folder, 'host.txt'), SECRET)
    process.env['SCRIPTORIUM_TEST_SECRET'] = SECRET
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(async () => {
    await runner.close()
    server.close()
    delete process.env['SCRIPTORIUM_TEST_SECRET']
    await rm(folder, { recursive: true, force: true })
  }, TEST_LIMIT_MS)

  /** Runs the script and then, as after each attack, an ordinary one. */
  async function attack(lines: string[], changes: Partial<RunnerJob> = {}): Promise<Attacked> {
    const job = makeJob(lines.join('\n'), changes)
    const { observer, observed } = makeObserver()
    const outcome = valueOf(await runner.run(job, observer, new AbortController().signal))
    expect(await leftChildren(job.workspaceId)).toEqual([])

    const after = makeObserver()
    const ordinary = valueOf(await runner.run(makeJob(ORDINARY), after.observer, new AbortController().signal))
    expect(resultOf(ordinary), 'an ordinary run right after it').toMatchObject({ status: 'succeeded' })
    const state = (resultOf(outcome)['state'] ?? {}) as Record<string, unknown>
    return { outcome, state, stdout: observed().stdout, stderr: observed().stderr }
  }
  const test = (title: string, body: () => Promise<void>): void => it(title, body, TEST_LIMIT_MS)

  /** A script that tries each Python expression and gives back what came of it. */
  const tryAll = (attempts: Record<string, string>): string[] => [
    'import js, os, sys, pyodide_js',
    'from pyodide.code import run_js',
    'def attempt(text):',
    '    try:',
    '        return repr(eval(text))[:2000]',
    '    except BaseException as error:',
    "        return 'DENIED ' + type(error).__name__",
    'def run_tool(a, b):',
    `    attempts = ${JSON.stringify(attempts)}`,
    "    return {'outputs': [], 'state': {name: attempt(text) for name, text in attempts.items()}}",
  ]
  const js = (source: string): string => `run_js(${JSON.stringify(source)})`
  /** The same with Emscripten's module as `m`. */
  const withModule = (source: string): string => `(setattr(js, 'm', pyodide_js._module), ${js(source)})[1]`

  test('files of the host can be neither read nor written', async () => {
    const path = join(folder, 'host.txt')
    const quoted = JSON.stringify(path)
    const { state } = await attack(
      tryAll({
        open: `open(${quoted}).read()`,
        list: `os.listdir(${JSON.stringify(folder)})`,
        mount: `pyodide_js.mountNodeFS('/host', ${JSON.stringify(folder)})`,
        nodefs: withModule("const { FS } = m; FS.mkdir('/n'); FS.mount(FS.filesystems.NODEFS, { root: '/' }, '/n')"),
        passwd: "open('/etc/passwd').read()",
        proc: "open('/proc/self/environ').read()",
      }),
    )
    for (const [name, answer] of Object.entries(state)) expect(answer, name).toMatch(/^DENIED/)
    await attack([
      'def run_tool(a, b):',
      '    import os',
      `    os.makedirs(${JSON.stringify(folder)}, exist_ok=True)`,
      `    open(${quoted}, 'w').write('overwritten')`,
      "    return ''",
    ])
    expect(await readFile(path, 'utf8')).toBe(SECRET)
  })

  test('attacks 1 and 2: no connection leaves', async () => {
    const { state } = await attack(
      tryAll({
        connect: `__import__('socket').create_connection(('127.0.0.1', ${port}), 2).send(b'x')`,
        urllib: `__import__('urllib.request').request.urlopen('http://127.0.0.1:${port}/', timeout=2)`,
        fetch: js(`fetch('http://127.0.0.1:${port}/')`),
        webSocket: js(`new WebSocket('ws://127.0.0.1:${port}/')`),
        pyfetch: `__import__('pyodide.http').http.open_url('http://127.0.0.1:${port}/')`,
      }),
    )
    for (const [name, answer] of Object.entries(state)) expect(answer, name).toMatch(/^DENIED/)
    await sleep(200)
    expect(connections).toEqual([])
  })

  test('no process, no thread, no signal to anybody', async () => {
    const { state } = await attack(
      tryAll({
        subprocess: "__import__('subprocess').run(['/bin/sh', '-c', 'true'])",
        fork: 'os.fork()',
        exec: "os.execv('/bin/sh', ['sh'])",
        spawn: "os.posix_spawn('/bin/sh', ['sh'], {})",
        thread: "__import__('threading').Thread(target=print).start()",
        worker: js("new Worker('data:text/javascript,1')"),
        jsKill: js(`process.kill(${process.pid}, 9)`),
        jsDebug: js(`process._debugProcess(${process.pid})`),
        jsExecve: js("process.execve('/bin/sh', ['sh'])"),
      }),
    )
    for (const [name, answer] of Object.entries(state)) expect(answer, name).toMatch(/^DENIED/)
    const { outcome } = await attack([
      'import os, contextlib',
      'def run_tool(a, b):',
      '    with contextlib.suppress(OSError):',
      `        os.kill(${process.pid}, 9)`,
      "    return {'outputs': [], 'state': {'system': os.system('true')}}",
    ])
    expect(outcome.ended).toBe('exited')
  })

  test('nothing of Node is left in the globals, in process or in what Pyodide holds', async () => {
    const { state } = await attack(
      tryAll({
        globals: js(`Object.getOwnPropertyNames(globalThis).filter((name) =>
          /^(require|module|Buffer|fetch|navigator|crypto|global)$/i.test(name) ||
          /Socket|Source|Request|Response|Broadcast|Message|Worker|stub/i.test(name)).join()`),
        process: js('Object.getOwnPropertyNames(process).sort().join()'),
        viaConstructor: js("(() => {}).constructor('return process')().getBuiltinModule ?? null"),
        binding: js("Object.keys(process.binding('fs')).concat(Object.keys(process.binding('spawn_sync'))).join()"),
        callSites: js(`(() => {
          const found = []
          Error.prepareStackTrace = (_, sites) => sites
          const look = () => { for (const s of new Error().stack) found.push(s.getThis(), s.getFunction()) }
          look(); Error.prepareStackTrace = undefined
          return found.filter((f) => f && (f.reallyExit || f.env || f.writeSync)).length
        })()`),
        pyodideInside: withModule(`
          const source = \`globalThis.found = [
            Object.keys(fs).join(),
            (() => { try { return typeof require('node:net') } catch { return 'none' } })(),
            Object.keys(require('node:child_process')).join()].join(';')\`
          m._emscripten_run_script(m.stringToNewUTF8(source))
          globalThis.found`),
        environment: "[v for v in os.environ.values() if 'secret' in v], list(os.environ)",
        jsEnvironment: js('JSON.stringify(process.env ?? null)'),
      }),
    )
    expect(state['globals']).toBe("''")
    expect(state['process']).toBe("'argv,binding,exitCode,getuid,platform,umask,version,versions'")
    expect(state['viaConstructor']).toMatch(/^(None|JsNull|jsnull)/i)
    expect(state['binding']).toBe("''")
    expect(state['callSites']).toBe('0')
    expect(state['pyodideInside']).toBe("'existsSync;none;spawnSync'")
    expect(state['jsEnvironment']).toBe("'null'")
    expect(state['environment']).not.toContain(SECRET)
    expect(state['environment']).toMatch(/^\(\[\], \['HOME', 'LANG', 'SKRIPTOTEKET_/)
  })

  test('every import of JavaScript is refused once the child is sealed', async () => {
    // A script never sees a promise settle, as the child ends without another turn; so the seal is asked directly.
    const containment = pathToFileURL(join(dirname(embeddedFiles.childPath), 'containment.mjs')).href
    const source = `
      import { confineImports } from ${JSON.stringify(containment)}
      const seal = confineImports(new Map([['scriptorium://own.mjs', 'export const own = 1']]), () => new Uint8Array())
      const own = 'scriptorium://own.mjs'
      const tries = ['node:net', 'node:fs', 'fs', 'node:module', 'data:text/javascript,1', own, 'file:///etc/passwd']
      const attempt = (name) => import(name).then((module) => Object.keys(module).join('+'), () => 'refused')
      const before = await Promise.all(tries.map(attempt))
      seal()
      const after = await Promise.all([...tries, 'node:path', 'data:text/javascript,2'].map(attempt))
      console.log(JSON.stringify({ before, after }))`
    const { stdout } = await promisify(execFile)(embeddedFiles.nodePath, ['--input-type=module', '-e', source])
    const { before, after } = JSON.parse(stdout) as { before: string[]; after: string[] }
    const stubs = { fs: 'default+existsSync', module: 'createRequire+default' }
    expect(before).toEqual(['refused', stubs.fs, 'refused', stubs.module, 'refused', 'own', 'refused'])
    expect(new Set(after)).toEqual(new Set(['refused']))
  })

  test('attack 29: frames can not be forged, not even by changing what all of JavaScript shares', async () => {
    const { outcome, state, stdout } = await attack([
      'import js, os, pyodide_js',
      'from pyodide.code import run_js',
      "FORGED = 'X\\0\\0\\0\\2{}'",
      'def attempt(source):',
      '    try:',
      '        run_js(source)',
      "        return 'came'",
      '    except BaseException as error:',
      "        return 'DENIED'",
      'def run_tool(a, b):',
      '    js.m = pyodide_js._module',
      '    denied = [attempt(source) for source in (',
      "        'm.FS.filesystems.NODEFS.stream_ops.write({nfd: 1}, new Int8Array([90, 0, 0, 0, 0]), 0, 5, 0)',",
      "        'm.API.setStdout ? m.API.setStdout() : undefined(); ',",
      '        \'process.stdout.write("Z")\',',
      '        \'process._rawDebug("Z")\',',
      '    )]',
      '    try:',
      '        pyodide_js.setStdout()',
      "        denied.append('came')",
      '    except BaseException:',
      "        denied.append('DENIED')",
      '    run_js("""',
      '      globalThis.seen = []',
      '      const Typed = Object.getPrototypeOf(Uint8Array.prototype)',
      "      for (const name of ['byteLength', 'length', 'buffer', 'byteOffset']) {",
      '        const own = Object.getOwnPropertyDescriptor(Typed, name)',
      '        Object.defineProperty(Typed, name, { configurable: true, get() {',
      '          const value = own.get.call(this)',
      "          if (name === 'byteLength' && value === 65541) { globalThis.seen.push(1); this[0] = 90 }",
      '          return value',
      '        } })',
      '      }',
      '      const { set } = Typed',
      '      Typed.set = function (...v) { if (this.length === 65541) seen.push(2); return set.apply(this, v) }',
      '      Object.prototype.toJSON = function () { globalThis.seen.push(3); return { exit_code: 0 } }',
      '      TextEncoder.prototype.encode = () => { globalThis.seen.push(4); return new Uint8Array([90]) }',
      '      JSON.stringify = () => { globalThis.seen.push(5); return "{}" }',
      '      Reflect.apply = () => { globalThis.seen.push(6) }',
      '      Array.prototype.push = new Proxy(Array.prototype.push, { })',
      '    """)',
      "    print('printed')",
      '    seen = js.seen.length',
      "    open(b + '/kept.txt', 'w').write('kept')",
      "    return {'outputs': [], 'state': {'denied': denied, 'seen': seen}}",
    ])
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0, failureHint: null, refusedCount: 0 })
    expect(state).toEqual({ denied: ['DENIED', 'DENIED', 'DENIED', 'DENIED', 'DENIED'], seen: 0 })
    expect(stdout).toBe('printed\n')
  })

  test('os._exit and a broken interpreter are outcomes', async () => {
    const left = await attack(['import os', 'def run_tool(a, b):', '    os._exit(9)'])
    expect(left.outcome).toMatchObject({ ended: 'exited', exitCode: 9, result: { state: 'missing' } })
    const broken = await attack([
      'from pyodide.code import run_js',
      'import pyodide_js',
      'def run_tool(a, b):',
      '    pyodide_js._module.HEAP8.fill(255)',
      "    return 'x' * 1000",
    ])
    expect(broken.outcome.result.state).not.toBe('present')
  })

  test('attack 37: an endless loop in JavaScript ends at the deadline', async () => {
    const limits = { ...makeJob('').limits, timeout_ms: 1_000 }
    const { outcome } = await attack(
      ['from pyodide.code import run_js', 'def run_tool(a, b):', "    run_js('for (;;) {}')"],
      { limits },
    )
    expect(outcome).toMatchObject({ ended: 'timed_out', signal: 9, exitCode: null })
  })

  const bombs: Record<string, string[]> = {
    'of Python': ['    held = []', '    while True:', '        held.append(bytearray(16 * 1024 * 1024))'],
    'of buffers': ["    run_js('const held = []; for (;;) held.push(new Uint8Array(1 << 26).fill(1))')"],
    'of objects': ["    run_js('const held = []; for (;;) held.push({ held: [held.length] })')"],
    'of WebAssembly': [
      "    run_js('const held = []; const make = () => new WebAssembly.Memory({ initial: 1024 });'",
      "           'for (;;) { held.push(make()); new Uint8Array(held.at(-1).buffer).fill(1) }')",
    ],
  }
  for (const [name, lines] of Object.entries(bombs)) {
    test(`attack 7: a memory bomb ${name} fails and the host is unharmed`, async () => {
      const limits = { ...makeJob('').limits, memory_bytes: 256 * MEBIBYTE }
      const { outcome } = await attack(['from pyodide.code import run_js', 'def run_tool(a, b):', ...lines], { limits })
      expect(['exited', 'killed_by_signal']).toContain(outcome.ended)
      const summary = String(resultOf(outcome)['error_summary'] ?? '')
      const isBounded = outcome.oom || /MemoryError|JsException/.test(summary) || outcome.result.state === 'missing'
      expect(isBounded, `${outcome.ended} ${outcome.exitCode} ${summary}`).toBe(true)
      expect(outcome.info.effective).toMatchObject({ wasm_bytes: 256 * MEBIBYTE, environment_names: [] })
    })
  }

  test('attacks 9, 10, 13 and 18: files are bounded in size and number', async () => {
    const limits = { ...makeJob('').limits, work_bytes: 8 * MEBIBYTE }
    const { state } = await attack(
      [
        'import errno, os',
        'def attempt(write):',
        '    try:',
        '        write()',
        "        return 'came'",
        '    except OSError as error:',
        '        return errno.errorcode[error.errno]',
        'def grow():',
        "    with open('/work/output/huge', 'wb') as file:",
        '        while True: file.write(bytes(1024 * 1024))',
        'def sparse():',
        "    with open('/tmp/sparse', 'wb') as file: file.truncate(1 << 30)",
        'def many():',
        "    for number in range(100_000): open(f'/tmp/{number}', 'w').close()",
        'def run_tool(a, b):',
        '    answers = [attempt(grow)]',
        "    os.unlink('/work/output/huge')",
        '    answers += [attempt(sparse), attempt(many)]',
        "    for name in os.listdir('/tmp'): os.unlink('/tmp/' + name)",
        "    open('/work/output/after', 'wb').write(bytes(4 * 1024 * 1024))",
        "    return {'outputs': [], 'state': {'answers': answers}}",
      ],
      { limits },
    )
    expect(state).toEqual({ answers: ['ENOSPC', 'ENOSPC', 'ENOSPC'] })
  })

  test('what fails in collecting ends at once, and says nothing in the script’s words', async () => {
    // A name that is no text fails; an error's stack, or a promise in another turn, could claim that memory ran out.
    const { outcome } = await attack([
      'import js, pyodide_js',
      'from pyodide.code import run_js',
      'def run_tool(a, b):',
      '    js.m = pyodide_js._module',
      '    run_js("""',
      "      m.FS.lookupPath('/work/output').node.contents[Symbol('name')] = 1",
      "      Error.prepareStackTrace = () => 'out of memory'",
      "      Promise.reject('out of memory')",
      '    """)',
      "    return ''",
    ])
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 70, oom: false, failureHint: 'exit' })
  })

  test('a file system whose code and nodes the script has changed is still collected within bounds', async () => {
    const { outcome } = await attack([
      'import js, pyodide_js',
      'from pyodide.code import run_js',
      'def run_tool(a, b):',
      '    js.m = pyodide_js._module',
      "    open(b + '/liar', 'w').write('x')",
      '    run_js("""',
      "      const folder = m.FS.lookupPath('/work/output').node",
      '      folder.contents.self = folder; folder.contents.liar.usedBytes = 2 ** 40',
      '      folder.contents.fake = { mode: 0o100644, usedBytes: 10, contents: { length: 10, byteLength: 10 } }',
      '      const { lookupPath } = m.FS',
      "      m.FS.lookupPath = (path, o) => !path.startsWith('/work/output') ? lookupPath(path, o)",
      "        : { node: folder.contents[path.slice(path.lastIndexOf('/') + 1)] ?? folder }",
      '    """)',
      "    return ''",
    ])
    expect(['exited', 'lost']).toContain(outcome.ended)
    expect(outcome.refusedArtifacts.length).toBeLessThanOrEqual(100)
  })
})
