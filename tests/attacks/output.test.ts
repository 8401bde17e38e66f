import { createHash } from 'node:crypto'
import { describe, expect } from 'vitest'
import { RESULT_CAPS } from '../../src-main/domain/result-contract.ts'
import { attack, attackTest, canAttack, limits, MEBIBYTE, useRunner } from './attack.ts'

/** What a script writes to its streams and into its result: counted, bounded, data. */

const FLOOD_BYTES = Number(process.env['SCRIPTORIUM_FLOOD_BYTES'] ?? 100_000_000)
const FLOOD = { ...limits, timeout_ms: 30_000 }

/** A script that writes result.json by itself and ends before the harness can. */
const writing = (...lines: string[]): string[] => [
  'import json, os',
  'def run_tool(a, b):',
  ...lines.map((line) => `    ${line}`),
  '    os._exit(0)',
]
const literal = (text: string): string => `open("/work/result.json", "w").write(${JSON.stringify(text)})`

describe(canAttack ? 'Output' : 'Output (needs docker)', () => {
  useRunner()

  attackTest(`14: ${FLOOD_BYTES} bytes of stdout are all counted and hashed`, async () => {
    const blocks = Math.floor(FLOOD_BYTES / 100_000)
    const { stdoutBytes, stdoutSha256, judged } = await attack(
      [
        'import sys',
        'def run_tool(a, b):',
        `    for _ in range(${blocks}): sys.stdout.write("x" * 100_000)`,
        "    return 'done'",
      ],
      { limits: FLOOD },
    )
    const hash = createHash('sha256')
    for (let block = 0; block < blocks; block += 1) hash.update('x'.repeat(100_000))
    expect(stdoutBytes).toBe(blocks * 100_000)
    expect(stdoutSha256).toBe(hash.digest('hex'))
    expect(judged.status).toBe('succeeded')
  })

  attackTest('15: 20,000 writes of one byte arrive whole', async () => {
    const { stdout, judged } = await attack([
      'import os',
      'def run_tool(a, b):',
      '    for index in range(20_000): os.write(1, b"%d" % (index % 10))',
      "    return 'done'",
    ])
    expect(stdout).toBe(Array.from({ length: 20_000 }, (_, index) => index % 10).join(''))
    expect(judged.status).toBe('succeeded')
  })

  attackTest('16: 64 MB without a newline, of NULs and of invalid UTF-8', async () => {
    const { stdoutBytes, judged } = await attack(
      [
        'import os',
        'def run_tool(a, b):',
        '    for index in range(64): ',
        '        rest = memoryview((b"\\x00", b"\\xff", b"\\xed\\xa0\\x80")[index % 3] * 1_000_000)[:1_000_000]',
        '        while rest: rest = rest[os.write(1, rest):]',
        "    return 'done'",
      ],
      { limits: FLOOD },
    )
    expect(stdoutBytes).toBe(64_000_000)
    expect(judged.status).toBe('succeeded')
  })

  for (const [what, line] of Object.entries({
    closing: 'os.close(1); os.close(2)',
    'replacing by a file': 'd = os.open("/work/out", os.O_WRONLY | os.O_CREAT); os.dup2(d, 1); os.dup2(d, 2)',
    'crossing over': 'd = os.dup(1); os.dup2(2, 1); os.dup2(d, 2)',
    'replacing in Python': 'sys.stdout = sys.stderr = None',
    'closing in Python': 'sys.stdout.close(); sys.stderr.close()',
  })) {
    attackTest(`17: ${what} of stdout and stderr: the run completes`, async () => {
      const { judged, outcome, stdout, stderr } = await attack([
        'import os, sys',
        'def run_tool(a, b):',
        '    print("before", flush=True)',
        `    ${line}`,
        '    try: os.write(1, b"after")',
        '    except OSError: pass',
        "    return 'done'",
      ])
      expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0 })
      expect(judged.status).toBe('succeeded')
      expect(stdout + stderr).toContain('before')
    })
  }

  attackTest('28: a result that is missing, a folder, a link or huge is a contract violation', async () => {
    const ways: [string, string][] = [
      ['pass', 'missing'],
      ['os.mkdir("/work/result.json")', 'not_regular'],
      ['os.symlink("/etc/passwd", "/work/result.json")', 'not_regular'],
      ['os.mkfifo("/work/result.json")', 'not_regular'],
      ['open("/work/result.json", "w").truncate(1_000_000_000)', 'too_large'],
      ['os.chmod("/work", 0)', 'missing'],
    ]
    for (const [line, state] of ways) {
      const { outcome, judged } = await attack(writing(line))
      expect(outcome.result.state, line).toBe(state)
      expect(judged, line).toMatchObject({ status: 'failed', reason: 'runner_contract_violation' })
    }
  })

  attackTest(
    '28: nested 100,000 deep, NaN, duplicate keys, not UTF-8 and wrong types are contract violations',
    async () => {
      const ways = [
        'open("/work/result.json", "w").write("[" * 100_000)',
        'open("/work/result.json", "w").write(\'{"contract_version":2,"status":"succeeded","state":\' + "[" * 100_000 + "]" * 100_000 + "}")',
        literal('{"contract_version":2,"status":"succeeded","state":{"a":NaN}}'),
        'open("/work/result.json", "wb").write(b"\\xff\\xfe{}")',
        literal('{"contract_version":3,"status":"succeeded"}'),
        literal('{"contract_version":2,"status":"succeeded","outputs":{}}'),
        literal('{"contract_version":2,"status":"running"}'),
        literal(''),
      ]
      for (const line of ways) {
        const { judged } = await attack(writing(line))
        expect(judged, line).toMatchObject({ status: 'failed', reason: 'runner_contract_violation' })
      }
    },
  )

  attackTest('28: __proto__ and its kin stay data', async () => {
    const text =
      '{"contract_version":2,"status":"succeeded","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"state":{"__proto__":{"polluted":1}},"outputs":[{"kind":"json","value":{"__proto__":{"polluted":1}}}]}'
    const { shown } = await attack(writing(literal(text)))
    expect(({} as { polluted?: number }).polluted).toBe(undefined)
    expect((shown?.state as { polluted?: number } | null)?.polluted).toBe(undefined)
  })

  attackTest(
    '28: a result that says success after a failure, or a false exit code, changes nothing that was measured',
    async () => {
      const success = '{"contract_version":2,"status":"succeeded","outputs":[]}'
      const { judged, outcome } = await attack(writing(literal(success)).join('\n').replace('_exit(0)', '_exit(3)'))
      expect(outcome).toMatchObject({ ended: 'exited', exitCode: 3 })
      expect(judged.status).toBe('failed')
      const killed = await attack(
        writing(literal(success)).join('\n').replace('os._exit(0)', 'os.kill(os.getpid(), 9)'),
      )
      expect(killed.judged).toMatchObject({ status: 'failed', reason: 'exit' })
    },
  )

  attackTest('29: stdout and descriptors that imitate the protocol have no effect', async () => {
    const { outcome, result, refusedArtifactsSeen, stdoutBytes } = await attack([
      'import os, struct, json',
      'def frame(kind, value):',
      '    payload = json.dumps(value).encode()',
      '    return kind + struct.pack(">I", len(payload)) + payload',
      'def run_tool(a, b):',
      '    forged = frame(b"X", {"exit_code": 0, "signal": None, "duration_ms": 1, "max_rss_bytes": 1, "cpu_ms": 1})',
      '    forged += frame(b"a", {"path": "output/forged", "bytes": 0}) + frame(b"Z", {})',
      '    muxed = b"\\x01\\x00\\x00\\x00" + struct.pack(">I", len(forged)) + forged',
      '    for descriptor in range(0, 64):',
      '        try: os.write(descriptor, forged + muxed)',
      '        except OSError: pass',
      "    return 'still here'",
    ]).then((attacked) => ({ ...attacked, refusedArtifactsSeen: attacked.outcome.refusedCount }))
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0 })
    expect(JSON.stringify(result)).toContain('still here')
    expect(refusedArtifactsSeen).toBe(0)
    expect(stdoutBytes).toBeGreaterThan(0)
  })

  attackTest('42: 500 MB of HTML, and HTML that calls out, are cut to the cap and stay text', async () => {
    const huge = await attack("def run_tool(a, b):\n    return '<p>x</p>' * 62_500_000\n", { limits: FLOOD })
    const bytes = huge.outcome.result.state === 'present' ? huge.outcome.result.bytes.length : 0
    expect(bytes).toBeLessThanOrEqual(4 * MEBIBYTE)
    for (const output of huge.shown?.outputs ?? []) {
      if (output.kind === 'html_sandboxed')
        expect(Buffer.byteLength(output.html)).toBeLessThanOrEqual(RESULT_CAPS.htmlBytes)
    }
    const calling = await attack(
      'def run_tool(a, b):\n    return \'<img src="http://example.com/x"><script>fetch("http://example.com")</script>\'\n',
    )
    expect(calling.shown?.outputs.every(({ kind }) => kind === 'html_sandboxed')).toBe(true)
  })

  attackTest('variant: an object that misbehaves while it is read, and values of every odd kind', async () => {
    const { judged } = await attack([
      'class Evil(dict):',
      '    def items(self): raise SystemExit(0)',
      '    def get(self, *_): return self',
      '    def __len__(self): return 10**9',
      'def run_tool(a, b):',
      '    return Evil()',
    ])
    expect(judged.status).toBe('failed')
    const { judged: endless } = await attack(
      [
        'import itertools',
        'class Endless(list):',
        '    def __iter__(self): return itertools.count()',
        "def run_tool(a, b):\n    return {'outputs': Endless()}",
      ],
      { limits: { ...limits, timeout_ms: 2_000, memory_bytes: 96 * MEBIBYTE } },
    )
    expect(endless.status).not.toBe('succeeded')
  })
})
