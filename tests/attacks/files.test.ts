import { Readable, PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../src-main/adapters/runner-session/frames.ts'
import { openSession } from '../../src-main/adapters/runner-session/session.ts'
import { artifactPathProblem } from '../../src-main/domain/artifact-path.ts'
import { makeJob, makeObserver } from '../support/runner-job.ts'
import { attack, attackTest, canAttack, limits, MEBIBYTE, useRunner } from './attack.ts'

/** What a script leaves on the disk: bounded, listed or refused, never followed, kept under safe names only. */

const SMALL = { ...limits, work_bytes: 32 * MEBIBYTE, tmp_bytes: 32 * MEBIBYTE }
const script = (...lines: string[]): string[] => [
  'import errno, os, pathlib, socket, stat, sys',
  'def run_tool(input_dir, output_dir):',
  '    os.chdir(output_dir)',
  ...lines.map((line) => `    ${line}`),
  "    return 'done'",
]

describe(canAttack ? 'Files' : 'Files (needs docker)', () => {
  useRunner()

  attackTest('9, 10, 11, 12: one huge file, many files, /tmp and /dev/shm all meet a bound', async () => {
    const { attempts } = await attack(
      [
        'import os',
        'report = {}',
        'def fill(name, folder):',
        '    written = 0',
        '    try:',
        '        with open(folder + "/huge", "wb") as file:',
        '            while written < 200: file.write(bytes(1_000_000)); file.flush(); written += 1',
        '        report[name] = "ALLOWED"',
        '    except OSError as error: report[name] = f"denied {error.strerror} after {written} MB"',
        '    os.unlink(folder + "/huge")',
        'def run_tool(a, b):',
        '    fill("work", "/work"); fill("tmp", "/tmp"); fill("shm", "/dev/shm")',
        '    count = 0',
        '    try:',
        '        while count < 100_000: open(f"/work/{count}", "w").close(); count += 1',
        '        report["many"] = "ALLOWED"',
        '    except OSError as error: report["many"] = f"denied {error.strerror} after {count}"',
        '    for index in range(count): os.unlink(f"/work/{index}")',
        "    return {'outputs': [], 'state': report}",
      ],
      { limits: SMALL },
    )
    for (const name of ['work', 'tmp', 'shm', 'many']) expect(attempts[name], name).toMatch(/^denied No space/)
  })

  attackTest('9: a full /work leaves no room for the result: a limit that was exceeded', async () => {
    const { judged } = await attack(
      [
        'def run_tool(a, b):',
        '    try:',
        '        with open("/work/huge", "wb", buffering=0) as file:',
        '            while True: file.write(bytes(4096))',
        '    except OSError: pass',
        "    return 'done'",
      ],
      { limits: { ...SMALL, work_bytes: 16 * MEBIBYTE } },
    )
    expect(judged).toMatchObject({ status: 'failed', reason: 'limit_exceeded' })
  })

  attackTest('13: 100,000 tiny files: 200 are kept, the rest counted', async () => {
    const { artifacts, outcome } = await attack(
      script(
        'count = 0',
        'try:',
        '    for index in range(100_000): open(str(index), "w").close(); count += 1',
        'except OSError: os.unlink("0"); os.unlink("1")',
      ),
    )
    expect(artifacts.size).toBe(200)
    expect(outcome.refusedCount).toBeGreaterThan(10_000)
    expect(outcome.refusedArtifacts.length).toBeLessThanOrEqual(100)
  })

  attackTest('18: a sparse file of 1 TiB is refused for its size, unread', async () => {
    const { artifacts, outcome } = await attack(
      script('try: open("sparse", "w").truncate(1 << 40)', 'except OSError: open("sparse", "w").truncate(60_000_000)'),
    )
    expect(artifacts.size).toBe(0)
    expect(outcome.refusedArtifacts).toMatchObject([{ path: 'sparse', reason: 'too_large' }])
  })

  attackTest('variant: four files of 48 MiB go through without filling the app’s memory', async () => {
    const { artifacts } = await attack(
      script(`for index in range(4): open(f"big{index}", "w").truncate(${48 * MEBIBYTE})`),
      { limits: { ...limits, timeout_ms: 30_000 } },
    )
    expect(artifacts.size).toBe(4)
  })

  attackTest(
    '19, 20, 21, 22: links, hard links, FIFOs, sockets and devices are refused and never followed',
    async () => {
      const { artifacts, outcome } = await attack(
        script(
          'os.symlink("/etc/passwd", "absolute"); os.symlink("../script.py", "dots"); os.symlink("loop", "loop")',
          'os.symlink("/etc", "folder"); os.symlink("/proc/self/fd/0", "descriptor"); os.symlink("/proc/1/environ", "environ")',
          'open("one", "w").write("1"); os.link("one", "two"); os.link("../script.py", "script")',
          'os.mkfifo("pipe"); socket.socket(socket.AF_UNIX).bind("socket")',
          'for name, kind in (("block", stat.S_IFBLK), ("character", stat.S_IFCHR)):',
          '    try: os.mknod(name, kind | 0o666, os.makedev(1, 3))',
          '    except OSError as error: open(f"{name}-denied", "w").close()',
          'open("kept", "w").write("kept")',
        ),
      )
      expect([...artifacts.keys()].sort()).toEqual(['block-denied', 'character-denied', 'kept'])
      const refused = new Map(outcome.refusedArtifacts.map(({ path, reason }) => [path, reason]))
      for (const name of ['absolute', 'dots', 'loop', 'folder', 'descriptor', 'environ'])
        expect(refused.get(name), name).toBe('link')
      for (const name of ['one', 'two', 'script']) expect(refused.get(name), name).toBe('hard_link')
      for (const name of ['pipe', 'socket']) expect(refused.get(name), name).toBe('special_file')
    },
  )

  attackTest('19, variant: output/ itself replaced by a link or a file', async () => {
    for (const line of [
      'os.symlink("/etc", output_dir)',
      'open(output_dir, "w").write("x")',
      'os.symlink("/work/input", output_dir)',
    ]) {
      const { artifacts, outcome } = await attack(script('os.chdir("/"); os.rmdir(output_dir)', line))
      expect(artifacts.size, line).toBe(0)
      expect(outcome.refusedCount, line).toBe(1)
    }
  })

  attackTest('23, 30: setuid bits mean nothing, and what was made unreadable is read or refused', async () => {
    const { artifacts } = await attack(
      script(
        'open("setuid", "w").write("s"); os.chmod("setuid", 0o6777)',
        'open("closed", "w").write("c"); os.chmod("closed", 0)',
        'os.mkdir("shut"); open("shut/inside", "w").write("i"); os.chmod("shut", 0)',
      ),
    )
    expect([...artifacts.keys()].sort()).toEqual(['closed', 'setuid', 'shut/inside'])
  })

  attackTest('24: hostile names are kept under safe names or refused', async () => {
    const { artifacts, outcome } = await attack(
      script(
        'names = ["new\\nline", "esc\\x1b[31m", "back\\\\slash", "CON", "con.txt", "a:b", "dot.", "space ", " front", "nul", "COM1",',
        '         "right\\u202eleft", "zero\\u200bwidth", "e\\u0301", "\\u00e9", "twin", "TWIN", "a" * 255, "\\u00e5" * 127, "*", "<x>", "q?",',
        '         "tab\\t", "\\u2028", "..hidden", "...", "-rf", "\\ufeffbom", "\\U000e0001tag", "plain"]',
        'for name in names: open(name, "w").write("x")',
        'for name in (b"bad\\xff", b"\\xed\\xa0\\x80", b"\\xc0\\xaf"): os.close(os.open(name, os.O_CREAT | os.O_WRONLY))',
      ),
    )
    for (const path of artifacts.keys()) expect(artifactPathProblem(path), path).toBe(null)
    expect(artifacts.has('plain')).toBe(true)
    expect([...artifacts.keys()].filter((path) => path.toLowerCase() === 'twin')).toHaveLength(1)
    expect([...artifacts.keys()].filter((path) => path.normalize('NFC') === 'é')).toHaveLength(1)
    expect(artifacts.size + outcome.refusedCount).toBe(33)
    for (const { path } of outcome.refusedArtifacts) expect(path).not.toMatch(/[\u0000-\u001f\u007f]/)
  })

  attackTest('25: folders 100 deep, and a path of 4,000 bytes, are refused', async () => {
    const { artifacts, outcome } = await attack(
      script(
        'for _ in range(100): os.mkdir("d"); os.chdir("d")',
        'open("deep", "w").write("x"); os.chdir(output_dir)',
        'for _ in range(20): os.mkdir("w" * 200); os.chdir("w" * 200)',
        'open("long", "w").write("x")',
      ),
    )
    expect(artifacts.size).toBe(0)
    expect(outcome.refusedCount).toBe(2)
  })

  attackTest('27: a zip bomb and a tar with ways out are opaque files', async () => {
    const { artifacts } = await attack(
      script(
        'import io, tarfile, zipfile',
        'with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:',
        '    for index in range(3): archive.writestr(f"../../{index}", bytes(20_000_000))',
        'with tarfile.open("out.tar", "w") as archive:',
        '    entry = tarfile.TarInfo("../../../etc/passwd"); entry.size = 1; archive.addfile(entry, io.BytesIO(b"x"))',
      ),
    )
    expect([...artifacts.keys()].sort()).toEqual(['bomb.zip', 'out.tar'])
    expect(artifacts.get('bomb.zip')!.length).toBeLessThan(MEBIBYTE)
  })

  attackTest('variant: a file that a process keeps open, changes and deletes to the end', async () => {
    const { outcome, artifacts } = await attack(
      script(
        'if os.fork() == 0:',
        '    while True:',
        '        try: open("moving", "w").write("x" * 100_000); os.truncate("moving", 10); os.unlink("moving")',
        '        except OSError: pass',
        'import time; time.sleep(0.3)',
        'open("kept", "w").write("kept")',
      ),
    )
    expect(outcome.ended).toBe('exited')
    expect(artifacts.has('kept')).toBe(true)
  })

  attackTest('44: what run N left is invisible to run N+1', async () => {
    const place = [
      '/tmp/left',
      '/work/left',
      '/work/output/left',
      '/dev/shm/left',
      '/work/input/left',
      '/dev/mqueue/left',
    ]
    await attack([
      'def run_tool(a, b):',
      ...place.map((path) => `    try: open('${path}', 'w').write('x')\n    except OSError: pass`),
      "    return ''",
    ])
    const { attempts } = await attack([
      'import os',
      'def run_tool(a, b):',
      `    return {'outputs': [], 'state': {'seen': [p for p in ${JSON.stringify(place)} if os.path.exists(p)]}}`,
    ])
    expect(attempts['seen']).toEqual([])
  })
})

/** The reader of what comes out of a container takes no archives, only frames: these are its forgeries. */
describe('26: forged streams fed to the reader', () => {
  const json = (type: string, value: unknown): Uint8Array => encodeFrame(type, Buffer.from(JSON.stringify(value)))
  const hello = json('H', { protocol: 1, python: '3', kernel: {} })
  const exit = json('X', { exit_code: 0, signal: null, duration_ms: 1, max_rss_bytes: 1, cpu_ms: 1 })

  async function read(...frames: Uint8Array[]) {
    const stdin = new PassThrough()
    stdin.resume()
    async function* speak(): AsyncGenerator<Uint8Array> {
      yield hello
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield* [json('S', {}), exit, ...frames]
    }
    const { observer, observed } = makeObserver()
    const { session } = await openSession({ stdin, stdout: Readable.from(speak()) })
    return { end: await session!.give(makeJob(''), observer), artifacts: observed().artifacts }
  }

  it.each([
    '/etc/passwd',
    '../x',
    'output/../../x',
    'output//x',
    'output/C:/x',
    'output/\\\\host\\x',
    'x',
    'output',
    'output/./x',
    'output/\u0000',
  ])('refuses the path %j', async (path) => {
    const { end, artifacts } = await read(
      json('a', { path, bytes: 1 }),
      encodeFrame('A', Buffer.from('x')),
      encodeFrame('Z'),
    )
    expect(end.kind).toBe('complete')
    expect([...artifacts.keys()]).toEqual([])
    expect(end.report.refusedCount).toBe(1)
  })

  it('keeps the first of two with one name, and ends at bytes, lengths and orders that do not fit', async () => {
    const one = (text: string): Uint8Array[] => [
      json('a', { path: 'output/x', bytes: 1 }),
      encodeFrame('A', Buffer.from(text)),
    ]
    const { artifacts } = await read(...one('1'), ...one('2'), encodeFrame('Z'))
    expect(Buffer.from(artifacts.get('x')!).toString()).toBe('1')
    for (const frames of [
      [json('a', { path: 'output/x', bytes: 2 }), encodeFrame('Z')],
      [json('a', { path: 'output/x', bytes: 0 }), encodeFrame('A', Buffer.from('x'))],
      [json('a', { path: 'output/x', bytes: 2 ** 53 })],
      [Buffer.from([0x41, 0xff, 0xff, 0xff, 0xff])],
      [json('n', { refused: 'x' })],
    ]) {
      expect((await read(...frames)).end.kind).not.toBe('complete')
    }
  })
})
