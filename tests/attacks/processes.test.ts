import { describe, expect } from 'vitest'
import { attack, attackTest, canAttack, limits, MEBIBYTE, useRunner } from './attack.ts'

/** What a script does to processors, memory, processes and signals: it ends by its own doing or by the deadline. */

const TIMEOUT = { ...limits, timeout_ms: 2_000 }
const SMALL = { ...limits, memory_bytes: 96 * MEBIBYTE }

describe(canAttack ? 'Processes and memory' : 'Processes and memory (needs docker)', () => {
  useRunner()

  attackTest('4: forking to the limit is refused inside', async () => {
    const { attempts } = await attack(
      [
        'import os, time',
        'def run_tool(a, b):',
        '    count, refused = 0, "ALLOWED"',
        '    for _ in range(400):',
        '        try:',
        '            if os.fork() == 0: time.sleep(60); os._exit(0)',
        '            count += 1',
        '        except OSError as error: refused = "denied " + str(error); break',
        "    return {'outputs': [], 'state': {'fork': refused, 'count': count}}",
      ],
      { limits: { ...limits, pids: 40 } },
    )
    expect(attempts['fork']).toMatch(/^denied/)
    expect(Number(attempts['count'])).toBeLessThan(40)
  })

  attackTest('5: a fork bomb ends at the deadline', async () => {
    const { outcome } = await attack(
      ['import os', 'def run_tool(a, b):', '    while True:', '        try: os.fork()', '        except OSError: pass'],
      { limits: { ...TIMEOUT, pids: 64 } },
    )
    expect(outcome.ended).toBe('timed_out')
  })

  attackTest('6: a thread bomb is bounded by the same limit', async () => {
    const { outcome, attempts } = await attack(
      [
        'import threading, time',
        'def run_tool(a, b):',
        '    threads = 0',
        '    try:',
        '        while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); threads += 1',
        '    except RuntimeError as error:',
        "        return {'outputs': [], 'state': {'threads': threads}}",
      ],
      { limits: { ...limits, pids: 50 } },
    )
    expect(outcome.ended).toBe('exited')
    expect(Number(attempts['threads'])).toBeLessThan(50)
  })

  attackTest('7: a memory bomb fails and is flagged', async () => {
    const { outcome, judged } = await attack(
      'def run_tool(a, b):\n    blocks = []\n    while True: blocks.append(bytearray(8_000_000))\n',
      { limits: SMALL },
    )
    expect(outcome).toMatchObject({ ended: 'killed_by_signal', signal: 9, oom: true })
    expect(judged).toMatchObject({ status: 'failed', reason: 'oom' })
  })

  attackTest('8: memory running out in a child only: flag and exit code are both right', async () => {
    const { outcome, judged } = await attack(
      [
        'import os',
        'def run_tool(a, b):',
        '    if os.fork() == 0:',
        '        blocks = []',
        '        while True: blocks.append(bytearray(8_000_000))',
        '    os.wait()',
        "    return 'survived'",
      ],
      { limits: SMALL },
    )
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0, oom: true })
    expect(judged.status).toBe('succeeded')
  })

  attackTest('variant: /work and /tmp count as memory, so filling them past the limit is out of memory', async () => {
    const { outcome, judged } = await attack(
      [
        'def run_tool(a, b):',
        '    for path in ("/work/big", "/tmp/big"):',
        '        with open(path, "wb") as file:',
        '            for _ in range(300):',
        '                file.write(bytes(1_000_000)); file.flush()',
      ],
      { limits: SMALL },
    )
    expect(outcome.oom).toBe(true)
    expect(judged).toMatchObject({ status: 'failed', reason: 'oom' })
  })

  attackTest('37: ignoring every signal does not outlast the deadline', async () => {
    const { outcome } = await attack(
      [
        'import signal, time',
        'def run_tool(a, b):',
        '    for number in range(1, 65):',
        '        try: signal.signal(number, signal.SIG_IGN)',
        '        except (OSError, ValueError): pass',
        '    while True: time.sleep(1)',
      ],
      { limits: TIMEOUT },
    )
    expect(outcome.ended).toBe('timed_out')
  })

  attackTest('38: kill(1) with any signal does nothing, and kill(-1) reaches only the script’s own', async () => {
    const { outcome, result } = await attack(
      [
        'import os, signal',
        'def run_tool(a, b):',
        '    for number in range(1, 65):',
        '        try: os.kill(1, number)',
        '        except OSError: pass',
        '    child = os.fork()',
        '    if child == 0:',
        '        import time; time.sleep(60); os._exit(0)',
        '    for number in (signal.SIGTERM, signal.SIGKILL): os.kill(-1, number) if number != signal.SIGKILL else os.kill(child, number)',
        "    return 'alive'",
      ]
        .join('\n')
        .replace('    child = os.fork()', '    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    child = os.fork()'),
    )
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0 })
    expect(result['status']).toBe('succeeded')
  })

  attackTest('38, variant: kill(-1, SIGKILL) and SIGSTOP to everybody leave the harness alone', async () => {
    const { outcome, judged } = await attack(
      [
        'import os, signal',
        'def run_tool(a, b):',
        '    if os.fork() == 0:',
        '        os.kill(-1, signal.SIGSTOP)',
        '        os.kill(-1, signal.SIGKILL)',
        '    while True: pass',
      ],
      { limits: TIMEOUT },
    )
    expect(['killed_by_signal', 'timed_out']).toContain(outcome.ended)
    expect(judged.status).not.toBe('succeeded')
  })

  attackTest('39: a child that goes on writing after its parent is dead with it', async () => {
    const { outcome, stdoutBytes, result } = await attack([
      'import os, time',
      'def run_tool(a, b):',
      '    for _ in range(3):',
      '        if os.fork() == 0:',
      '            os.setsid()',
      '            while True: os.write(1, b"x" * 1000); time.sleep(0.001)',
      '    time.sleep(0.2)',
      "    return 'parent'",
    ])
    expect(outcome).toMatchObject({ ended: 'exited', exitCode: 0 })
    expect(result['status']).toBe('succeeded')
    expect(stdoutBytes).toBeGreaterThan(0)
    expect(outcome.durationMs).toBeLessThan(5_000)
  })

  attackTest('40: zombies and orphans are reaped', async () => {
    const { outcome, attempts } = await attack(
      [
        'import os, time',
        'def run_tool(a, b):',
        '    for _ in range(150):',
        '        try:',
        '            if os.fork() == 0:',
        '                if os.fork() == 0: os._exit(0)',
        '                os._exit(0)',
        '        except OSError:',
        '            time.sleep(0.02)',
        '            try:',
        '                while os.waitpid(-1, os.WNOHANG)[0]: pass',
        '            except ChildProcessError: pass',
        "    return {'outputs': [], 'state': {'done': 'denied'}}",
      ],
      { limits: { ...limits, pids: 40 } },
    )
    expect(outcome.ended).toBe('exited')
    expect(attempts['done']).toBe('denied')
  })

  attackTest('40, variant: zombies that nobody collects only hurt the script', async () => {
    const { outcome } = await attack(
      [
        'import os, time',
        'def run_tool(a, b):',
        '    while True:',
        '        try:',
        '            if os.fork() == 0: os._exit(0)',
        '        except OSError: time.sleep(0.05)',
      ],
      { limits: { ...TIMEOUT, pids: 40 } },
    )
    expect(outcome.ended).toBe('timed_out')
  })

  attackTest('41: running out of descriptors is bounded, and the result still comes', async () => {
    const { attempts, outcome } = await attack([
      'import os',
      'def run_tool(a, b):',
      '    kept = []',
      '    try:',
      '        while True: kept.append(os.dup(1))',
      '    except OSError: pass',
      '    count = len(kept)',
      '    for descriptor in kept: os.close(descriptor)',
      "    return {'outputs': [], 'state': {'count': count}}",
    ])
    expect(outcome.ended).toBe('exited')
    expect(Number(attempts['count'])).toBeLessThanOrEqual(1024)
  })

  attackTest('41, variant: with all descriptors still in use the run ends with a clear outcome', async () => {
    const { outcome, judged } = await attack([
      'import os',
      'kept = []',
      'def run_tool(a, b):',
      '    try:',
      '        while True: kept.append(os.dup(1))',
      '    except OSError: pass',
      "    return 'full'",
    ])
    expect(outcome.ended).toBe('exited')
    expect(judged.status).toBe('failed')
  })

  attackTest(
    'variant: endless recursion, a crash of the interpreter and a stack of C are the script’s own end',
    async () => {
      const crash = await attack('import ctypes\ndef run_tool(a, b):\n    ctypes.string_at(0)\n')
      expect(crash.outcome).toMatchObject({ ended: 'killed_by_signal', signal: 11 })
      const recursion = await attack(
        'import sys\nsys.setrecursionlimit(10**9)\ndef run_tool(a, b):\n    return run_tool(a, b)\n',
        { limits: TIMEOUT },
      )
      expect(recursion.judged.status).not.toBe('succeeded')
    },
  )

  attackTest('variant: an exit handler and a thread that hang do not outlive the deadline', async () => {
    const { outcome } = await attack(
      ['import atexit, time', 'def run_tool(a, b):', '    atexit.register(time.sleep, 600)', "    return 'late'"],
      { limits: TIMEOUT },
    )
    expect(outcome.ended).toBe('timed_out')
  })
})
