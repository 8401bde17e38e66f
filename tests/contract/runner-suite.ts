import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Runner, RunnerJob } from '../../src-main/app/runner-port.ts'
import { makeJob, makeObserver, newId, resultOf, valueOf } from '../support/runner-job.ts'

/** The contract of the `Runner` port (RN-1): every adapter passes it, and each may add tests of its own beside it. */

export interface RunnerContractOptions {
  /** Null to run the suite, else why it can't run here. */
  skipReason: string | null
  /** What runs left behind anywhere, by name; asked after each job, until there is nothing or some seconds have passed. */
  leftovers: (workspaceId: string) => Promise<string[]>
  /** Runs before each job, so that a suite can see to it that something is ready for it. */
  beforeJob?: (job: RunnerJob) => Promise<void>
  /** The same for all jobs, for a runner that keeps something ready for one. */
  workspaceId?: string
  /** Bytes of stdout that the flooding script writes. */
  floodBytes: number
  /** What a script of this runner can leave under output/ beside files, folders and symbolic links. */
  otherEntries: OtherEntries
  /** Generous: a bound on liveness, not a measure of speed. */
  testTimeoutMs: number
}

export interface OtherEntries {
  /** Lines of Python that make them in the current folder. */
  script: string[]
  /** Why each is refused (RC-5), by its name; nothing else comes of the lines. */
  refused: Record<string, string>
}

const HELLO = "def run_tool(input_dir, output_dir):\n    return '<p>hello</p>'\n"

export function runnerContract(name: string, makeRunner: () => Promise<Runner>, options: RunnerContractOptions): void {
  const title = `Runner contract: ${name}`
  const suite = options.skipReason === null ? describe : describe.skip
  suite(options.skipReason === null ? title : `${title} (skipped: ${options.skipReason})`, () => {
    let runner: Runner
    beforeAll(async () => {
      runner = await makeRunner()
    }, options.testTimeoutMs)
    afterAll(async () => {
      await runner?.close()
    }, options.testTimeoutMs)

    async function run(scriptSource: string, changes: Partial<RunnerJob> = {}, signal?: AbortSignal) {
      const workspaceId = options.workspaceId ?? newId()
      const job = makeJob(scriptSource, { workspaceId, ...changes })
      await options.beforeJob?.(job)
      const { observer, observed } = makeObserver()
      const outcome = valueOf(await runner.run(job, observer, signal ?? new AbortController().signal))
      await expect
        .poll(() => options.leftovers(job.workspaceId), { timeout: 10_000, message: 'RN-7: nothing is left' })
        .toEqual([])
      return { outcome, result: resultOf(outcome), ...observed() }
    }
    const test = (text: string, body: () => Promise<void>) => it(text, body, options.testTimeoutMs)

    test('RN-1: status says that it is available, with version and isolation', async () => {
      const status = await runner.status()
      expect(status).toMatchObject({ available: true })
      if (!status.available) return
      expect(status.version).not.toBe('')
      expect(status.isolation).not.toBe('')
    })

    test('SC-1: a str is HTML', async () => {
      const { outcome, result, phases } = await run(HELLO)
      expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0, signal: null, oom: false, failureHint: null })
      expect(outcome.durationMs).toBeGreaterThanOrEqual(0)
      expect(result).toMatchObject({ contract_version: 2, status: 'succeeded', error_summary: null })
      expect(JSON.stringify(result['outputs'])).toContain('<p>hello</p>')
      expect(phases).toContain('running')
      expect(phases.indexOf('starting')).toBeLessThan(phases.indexOf('running'))
      expect(phases.indexOf('running')).toBeLessThan(phases.indexOf('collecting'))
    })

    test('SC-1: a dict holds outputs, next_actions and state; the entrypoint has any name', async () => {
      const script = [
        'def make(input_dir, output_dir):',
        "    return {'outputs': [{'kind': 'notice', 'level': 'info', 'message': 'å'}],",
        "            'next_actions': [{'action_id': 'go', 'label': 'Go', 'kind': 'form', 'fields': []}],",
        "            'state': {'step': 1}}",
      ].join('\n')
      const { result } = await run(script, { entrypoint: 'make' })
      expect(result).toMatchObject({
        status: 'succeeded',
        outputs: [{ kind: 'notice', level: 'info', message: 'å' }],
        next_actions: [{ action_id: 'go', label: 'Go', kind: 'form', fields: [] }],
        state: { step: 1 },
      })
    })

    test('SC-2: files, manifest, form values, memory and environment are where Skriptoteket has them', async () => {
      const script = [
        'import json, os, pathlib',
        'def run_tool(input_dir, output_dir):',
        "    names = ['SCRIPT_PATH', 'ENTRYPOINT', 'INPUT_DIR', 'OUTPUT_DIR', 'RESULT_PATH', 'MEMORY_PATH', 'ACTION']",
        "    env = {name: os.environ.get('SKRIPTOTEKET_' + name) for name in names}",
        "    manifest = json.loads(os.environ['SKRIPTOTEKET_INPUT_MANIFEST'])",
        "    contents = [pathlib.Path(entry['path']).read_bytes().hex() for entry in manifest['files']]",
        "    memory = json.loads(pathlib.Path(env['MEMORY_PATH']).read_text('utf-8'))",
        "    value = {'env': env, 'manifest': manifest, 'contents': contents, 'memory': memory,",
        "             'inputs': json.loads(os.environ['SKRIPTOTEKET_INPUTS']), 'dirs': [input_dir, output_dir],",
        "             'script': pathlib.Path(env['SCRIPT_PATH']).read_text('utf-8')[:11]}",
        "    return {'outputs': [], 'state': value}",
      ].join('\n')
      const files = [
        { name: 'två å.csv', bytes: Buffer.from('a;b\n') },
        { name: 'empty', bytes: new Uint8Array(0) },
        { name: 'big.bin', bytes: new Uint8Array(300_000).fill(7) },
      ]
      const { result } = await run(script, { files, values: { n: 3, list: ['x'] }, settings: { lang: 'sv' } })
      const state = result['state'] as { env: object; manifest: object; contents: string[] }
      expect(state.env).toMatchObject({
        SCRIPT_PATH: '/work/script.py',
        ENTRYPOINT: 'run_tool',
        INPUT_DIR: '/work/input',
        OUTPUT_DIR: '/work/output',
        RESULT_PATH: '/work/result.json',
        MEMORY_PATH: '/work/memory.json',
        ACTION: null,
      })
      expect(state).toMatchObject({
        memory: { settings: { lang: 'sv' } },
        inputs: { n: 3, list: ['x'] },
        script: 'import json',
      })
      expect(state.manifest).toEqual({
        files: files.map(({ name, bytes }) => ({ name, path: `/work/input/${name}`, bytes: bytes.length })),
      })
      expect(state.contents).toEqual(files.map(({ bytes }) => Buffer.from(bytes).toString('hex')))
    })

    test('SC-3: the helpers read inputs, files, settings and the action', async () => {
      const script = [
        'from skriptoteket_toolkit import *',
        'import skriptoteket_toolkit as kit',
        'def run_tool(input_dir, output_dir):',
        "    return {'outputs': [], 'state': {",
        "        'inputs': kit.read_inputs(), 'files': [entry['name'] for entry in kit.list_input_files()],",
        "        'manifest': len(kit.read_input_manifest()['files']), 'action': kit.read_action(),",
        "        'parts': list(kit.get_action_parts()), 'memory': kit.read_memory(), 'settings': kit.read_settings()}}",
      ].join('\n')
      const action = { action_id: 'next', input: { a: 1 }, state: { page: 2 } }
      const files = [{ name: 'a.txt', bytes: Buffer.from('x') }]
      const { result } = await run(script, { action, files, values: { v: true }, settings: { s: 'x' } })
      expect(result['state']).toEqual({
        inputs: { v: true },
        files: ['a.txt'],
        manifest: 1,
        action,
        parts: ['next', { a: 1 }, { page: 2 }],
        memory: { settings: { s: 'x' } },
        settings: { s: 'x' },
      })
    })

    test('SC-3: a ToolUserError is shown to the user, and nothing else of it', async () => {
      const script = [
        'from tool_errors import ToolUserError',
        'def run_tool(input_dir, output_dir):',
        "    raise ToolUserError('Choose a file with two columns.')",
      ].join('\n')
      const { result } = await run(script)
      expect(result).toMatchObject({ status: 'failed', error_summary: 'Choose a file with two columns.' })
    })

    test('RC-4: an exception fails the run; the traceback goes to stderr only', async () => {
      const script = "def run_tool(input_dir, output_dir):\n    raise ValueError('hemligt-4711')\n"
      const { outcome, result, stderr } = await run(script)
      expect(outcome).toMatchObject({ ended: 'exited', failureHint: 'script_error' })
      expect(result['status']).toBe('failed')
      expect(stderr).toContain('hemligt-4711')
      expect(JSON.stringify(result)).not.toContain('hemligt-4711')
      expect(JSON.stringify(result)).not.toContain('Traceback')
    })

    test('RN-11: sys.exit is an outcome with the reason exit', async () => {
      const { outcome, result } = await run('import sys\ndef run_tool(a, b):\n    sys.exit(7)\n')
      expect(outcome).toMatchObject({ ended: 'exited', exitCode: 7, failureHint: 'exit' })
      expect(result).toMatchObject({ status: 'failed' })
    })

    test('RN-11: sys.exit is one also where the harness itself uses the code', async () => {
      for (const code of [1, 3, 4, 5]) {
        const { outcome } = await run(`import sys\ndef run_tool(a, b):\n    sys.exit(${code})\n`)
        expect(outcome).toMatchObject({ ended: 'exited', exitCode: code, failureHint: 'exit' })
      }
    })

    test('RN-11: a missing entrypoint is named', async () => {
      const { outcome, result } = await run('x = 1\n')
      expect(outcome).toMatchObject({ ended: 'exited', failureHint: 'entrypoint_missing' })
      expect(result['status'] ?? 'failed').toBe('failed')
    })

    test('SC-1: a result of another type fails the run', async () => {
      const { outcome, result } = await run('def run_tool(a, b):\n    return 42\n')
      expect(outcome.ended).toBe('exited')
      expect(result['status'] ?? 'failed').toBe('failed')
    })

    test('RN-7: a script that hangs is timed out', async () => {
      const limits = { ...makeJob('').limits, timeout_ms: 1_500 }
      const { outcome, stdout } = await run(
        "def run_tool(a, b):\n    print('in', flush=True)\n    while True:\n        pass\n",
        { limits },
      )
      expect(outcome).toMatchObject({ ended: 'timed_out', result: { state: 'missing' } })
      expect(outcome.durationMs).toBeGreaterThanOrEqual(1_400)
      expect(stdout).toContain('in')
    })

    for (const delayMs of [0, 20, 120, 1_500]) {
      test(`RN-7: cancelled ${delayMs} ms after the start, in whatever phase it is`, async () => {
        const controller = new AbortController()
        const script = 'import time\ndef run_tool(a, b):\n    while True:\n        time.sleep(1)\n'
        setTimeout(() => controller.abort(), delayMs)
        const { outcome } = await run(script, {}, controller.signal)
        expect(outcome.ended).toBe('cancelled')
      })
    }

    test('RN-7: a signal that was aborted before starts nothing', async () => {
      const { outcome, stdout } = await run("print('ran')\n" + HELLO, {}, AbortSignal.abort())
      expect(outcome.ended).toBe('cancelled')
      expect(stdout).toBe('')
    })

    test('RN-8: a flood of stdout is delivered whole and does not disturb the result', async () => {
      const chunk = 65_536
      const count = Math.ceil(options.floodBytes / chunk)
      const script = [
        'import sys',
        'def run_tool(a, b):',
        `    for i in range(${count}):`,
        `        sys.stdout.write(chr(97 + i % 26) * ${chunk})`,
        "    return 'done'",
      ].join('\n')
      const { outcome, stdoutBytes, stdoutSha256 } = await run(script)
      const expected = createHash('sha256')
      for (let index = 0; index < count; index += 1) expected.update(Buffer.alloc(chunk, 97 + (index % 26)))
      expect(outcome.result.state).toBe('present')
      expect(stdoutBytes).toBe(count * chunk)
      expect(stdoutSha256).toBe(expected.digest('hex'))
    })

    test('RN-8: many tiny writes arrive in order, and stderr stays apart', async () => {
      const script = [
        'import sys',
        'def run_tool(a, b):',
        '    for i in range(5000):',
        "        sys.stdout.write('x'); sys.stdout.flush()",
        "    print('err', file=sys.stderr)",
        "    return ''",
      ].join('\n')
      const { stdout, stderr, outcome } = await run(script)
      expect(outcome.ended).toBe('exited')
      expect(stdout).toBe('x'.repeat(5000))
      expect(stderr).toContain('err')
    })

    test('RC-5: every regular file under output/ is an artifact, and only those', async () => {
      const script = [
        'import os, pathlib',
        'def run_tool(input_dir, output_dir):',
        '    out = pathlib.Path(output_dir)',
        "    (out / 'a').mkdir()",
        "    (out / 'a' / 'b.bin').write_bytes(bytes(range(256)) * 4096)",
        "    (out / 'empty.txt').write_text('')",
        "    (out / 'CON').write_text('reserved')",
        "    for path in ('/etc/x', '/x', '/usr/x', '/work/outside.txt'):",
        '        try:',
        "            pathlib.Path(path).write_text('no')",
        '        except OSError:',
        '            pass',
        "    (out / 'case.txt').write_text('1')",
        "    (out / 'CASE.txt').write_text('2')",
        "    return 'ok'",
      ].join('\n')
      const { artifacts, outcome } = await run(script)
      const names = [...artifacts.keys()].sort()
      expect(names.filter((path) => path.toLowerCase() === 'case.txt')).toHaveLength(1)
      expect(names.filter((path) => path.toLowerCase() !== 'case.txt')).toEqual(['a/b.bin', 'empty.txt'])
      const pattern = Uint8Array.from({ length: 256 * 4096 }, (_, index) => index % 256)
      expect(Buffer.from(artifacts.get('a/b.bin')!).equals(pattern)).toBe(true)
      expect(outcome.refusedCount).toBe(2)
      expect(outcome.refusedArtifacts.map(({ path }) => path).sort()).toContain('CON')
    })

    test('RC-5, attacks 19-22: links of all kinds, pipes, sockets and devices are refused and never followed', async () => {
      const script = [
        'import os, pathlib',
        'def run_tool(input_dir, output_dir):',
        '    os.chdir(output_dir)',
        "    pathlib.Path('kept.txt').write_text('kept')",
        "    pathlib.Path('inner').mkdir()",
        "    pathlib.Path('inner/kept.txt').write_text('kept')",
        "    links = {'absolute': '/etc/passwd', 'dots': '../script.py', 'folder': '/etc', 'parent': '..', 'here': '.',",
        "             'loop': 'loop', 'ping': 'pong', 'pong': 'ping', 'dangling': 'nothing', 'own': 'kept.txt',",
        "             'own-folder': 'inner', 'inner/up': '../..', 'inner/file': '../../memory.json'}",
        '    for name, target in links.items():',
        '        os.symlink(target, name)',
        ...options.otherEntries.script.map((line) => `    ${line}`),
        "    return 'ok'",
      ].join('\n')
      const { artifacts, outcome } = await run(script)
      expect([...artifacts.keys()].sort()).toEqual(['inner/kept.txt', 'kept.txt'])
      const links = 'absolute dots folder parent here loop ping pong dangling own own-folder inner/up inner/file'
      const refused = Object.fromEntries(outcome.refusedArtifacts.map(({ path, reason }) => [path, reason]))
      expect(refused).toEqual({
        ...Object.fromEntries(links.split(' ').map((name) => [name, 'link'])),
        ...options.otherEntries.refused,
      })
    })

    test('RC-5: an output folder that became a link is not followed', async () => {
      const script = [
        'import os, shutil',
        'def run_tool(input_dir, output_dir):',
        '    shutil.rmtree(output_dir)',
        "    os.symlink('/work', output_dir)",
        "    return 'ok'",
      ].join('\n')
      const { artifacts, outcome } = await run(script)
      expect(outcome).toMatchObject({ ended: 'exited', refusedCount: 1 })
      expect([...artifacts.keys()]).toEqual([])
    })

    test('RC-2: a result over 4 MiB is not taken', async () => {
      const { outcome } = await run("def run_tool(a, b):\n    return 'x' * (5 * 1024 * 1024)\n")
      expect(outcome.result).not.toMatchObject({ state: 'present', bytes: { length: 5 * 1024 * 1024 } })
      if (outcome.result.state === 'present') expect(outcome.result.bytes.length).toBeLessThanOrEqual(4 * 1024 * 1024)
    })

    test('attack 29: stdout that imitates the protocol has no effect', async () => {
      const script = [
        'import os',
        'def run_tool(a, b):',
        "    os.write(1, b'Z\\x00\\x00\\x00\\x00X\\x00\\x00\\x00\\x02{}')",
        "    return 'still here'",
      ].join('\n')
      const { outcome, result, stdoutBytes } = await run(script)
      expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0 })
      expect(JSON.stringify(result)).toContain('still here')
      expect(stdoutBytes).toBe(12)
    })

    test('attack 44: what one run left is invisible to the next, which succeeds', async () => {
      await run("import pathlib\ndef run_tool(a, b):\n    pathlib.Path('/tmp/left').write_text('x')\n    return ''\n")
      const { result } = await run(
        "import os\ndef run_tool(a, b):\n    return {'outputs': [], 'state': {'seen': os.path.exists('/tmp/left')}}\n",
      )
      expect(result['state']).toEqual({ seen: false })
    })

    test('EV-1: the outcome says which runner it was and which limits were in force', async () => {
      const { outcome } = await run(HELLO)
      const status = await runner.status()
      expect(outcome.info.kind).toBe(runner.kind)
      if (status.available) expect(outcome.info).toMatchObject({ version: status.version, image_id: status.image_id })
      expect(Object.keys(outcome.info.effective).length).toBeGreaterThan(0)
    })

    test('RN-5: reap leaves the living alone and answers with what it removed', async () => {
      expect(await runner.reap(newId(), () => true)).toEqual({ ok: true, value: [] })
    })
  })
}
