import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRuffLinter } from '../../src-main/adapters/linter/ruff.ts'
import { ruffWorker } from '../support/ruff-linter.ts'
import { covers, decide, isBlocked, ruleOf, type Judged } from '../../src-main/domain/decision/decide.ts'
import {
  decisionSchema,
  POLICY_ID,
  POLICY_VERSION,
  RISK_LEVELS,
  type Decision,
} from '../../src-main/domain/decision/decision.ts'
import { OWN_RULES, SECURITY_RULES, WATCHED_APIS } from '../../src-main/domain/decision/rules.ts'

/** EV-2, EV-3: the risk decision, with the linter that the app ships. */

const linter = createRuffLinter(ruffWorker)
const CORPUS = path.join(import.meta.dirname, 'decision-corpus')
const FRAME = 'def run_tool(input_dir, output_dir):\n    return ""\n'

function decisionOn(source: string, changes: Partial<Judged> = {}): Decision {
  const syntaxError = linter.check(source).find((problem) => problem.isSyntaxError) ?? null
  const judged = {
    source,
    entrypoint: 'run_tool',
    hasFileField: null,
    packages: [],
    active: null,
    syntaxError,
    ...changes,
  }
  return decide(judged, syntaxError === null ? (linter.securityFindings(source) ?? []) : [])
}

const rulesHit = (source: string, changes: Partial<Judged> = {}): string[] =>
  Object.keys(decisionOn(source, changes).details)

describe('EV-2 the corpus', () => {
  const files = readdirSync(CORPUS).filter((name) => name.endsWith('.py'))

  it('holds at least 60 scripts of every level', () => {
    expect(files.length).toBeGreaterThanOrEqual(60)
    for (const level of RISK_LEVELS)
      expect(files.filter((name) => name.startsWith(level.toLowerCase())).length).toBeGreaterThan(3)
  })

  it.each(files)('%s', (name) => {
    const decision = decisionOn(readFileSync(path.join(CORPUS, name), 'utf8'))
    const [expected] = name.split('-')
    expect(`${decision.risk_level.toLowerCase()} ${JSON.stringify(decision.details)}`).toMatch(
      new RegExp(`^${expected} `),
    )
    expect(decisionSchema.parse(decision)).toEqual(decision)
    expect(decision.block_reason === null).toBe(['GREEN', 'YELLOW'].includes(decision.risk_level))
    expect(decision.warnings.length > 0 || decision.risk_level === 'GREEN').toBe(true)
  })
})

/** Each rule with scripts that hit it and scripts, as near as can be, that don't. */
const EXAMPLES: { [rule: string]: { hit: string[]; miss: string[] } } = {
  'SCR-NETWORK': {
    hit: ['import socket', 'from http.client import HTTPSConnection', 'import urllib.request as r'],
    miss: ['import urllib.parse', 'from http import HTTPStatus', 'socket = 1'],
  },
  'SCR-PROCESS': {
    hit: ['import subprocess', 'import os\nos.popen("x")', 'from multiprocessing import Pool'],
    miss: ['import os\nos.getcwd()', 'from concurrent.futures import ThreadPoolExecutor'],
  },
  'SCR-FORK': { hit: ['import os\nos.fork()', 'from os import execv'], miss: ['import os\nos.getpid()'] },
  'SCR-NATIVE': { hit: ['import ctypes', 'from cffi import FFI'], miss: ['import struct', 'import array'] },
  'SCR-DYNAMIC': {
    hit: [
      'import importlib\nimportlib.import_module("a")',
      '__import__("a")',
      'compile("1", "", "eval")',
      'import os\ngetattr(os, "x")',
      'import sys\nsys.modules',
      'import os\nos.__dict__["x"]',
      '__ｉmport__("a")',
      'from re import compile\ncompile("a", "", "exec")',
    ],
    miss: [
      'import re\nre.compile("a")',
      'x = object()\ngetattr(x, "a")',
      '# __import__("a")',
      'def recompile(a): ...\nrecompile(1)',
    ],
  },
  'SCR-UNMARSHAL': { hit: ['import marshal', 'from dill import loads'], miss: ['import json'] },
  'SCR-HOST-PATH': {
    hit: ['open("/etc/passwd")', "p = '/proc/self'", 'p = "/home/me"', 'p = "~/.ssh/id"', 'p = "file:///etc/hosts"'],
    miss: ['p = "/dev/null"', 'p = "a/etc/b"', 'p = "/work/input"', '# "/etc/passwd"', 'p = "/homework"'],
  },
  'SCR-ENGINE': { hit: ['p = "/var/run/docker.sock"'], miss: ['p = "docker socks"'] },
  'SCR-HIDDEN': {
    hit: [`x = "${'QUJD1a'.repeat(80)}"`, `x = "${'\\x4f'.repeat(60)}"`],
    miss: [
      `x = "${'A'.repeat(500)}"`,
      `x = "data:image/png;base64,${'QUJD1a'.repeat(80)}"`,
      `x = "${'some words '.repeat(60)}"`,
    ],
  },
  'SCR-ENCODING': {
    hit: ['# coding: utf-7', '#!/usr/bin/python\n# -*- coding: latin-1 -*-', '# vim: set fileencoding=cp1252 :'],
    miss: ['# coding: utf-8', '# -*- coding: UTF8 -*-', 'x = 1\ny = 2\n# coding: utf-7', 'coding = "utf-7"'],
  },
  'SCR-SHOWN-ORDER': {
    hit: ['# \u202e } \u2066 if admin', 'x = "\u2067a\u2069"', "'''\n# \u202dtext\n'''"],
    miss: ['x = "\\u202e"', 'x = "\u05e9\u05dc\u05d5\u05dd \u200f(1)"', '# \u0645\u0631\u062d\u0628\u0627'],
  },
  'SCR-INTROSPECT': {
    hit: [
      '().__class__.__bases__',
      '().__clａss__.__bａses__',
      'run_tool.__globals__',
      'import inspect\ninspect.currentframe()',
      'x = e.tb_frame',
    ],
    miss: ['().__class__', 'x = "a".__len__()'],
  },
  'SCR-ENTRYPOINT': {
    hit: ['#'],
    miss: [FRAME, 'async def run_tool(a, b): ...', 'from tools import run_tool', 'run_tool = print'],
  },
  'SCR-SIZE': { hit: [`x = 1\n${'# filler\n'.repeat(23_000)}`], miss: ['# filler\n'.repeat(100)] },
  S102: { hit: ['exec("1")'], miss: ['execute = 1'] },
  S103: { hit: ['import os\nos.chmod("a", 0o777)'], miss: ['import os\nos.chmod("a", 0o600)'] },
  S104: { hit: ['x = "0.0.0.0"'], miss: ['x = "127.0.0.1"'] },
  S105: { hit: ['password = "hunter22"'], miss: ['password = ""'] },
  S106: { hit: ['f(password="hunter22")'], miss: ['f(password=given)'] },
  S107: { hit: ['def f(password="hunter22"): ...'], miss: ['def f(password=None): ...'] },
  S108: { hit: ['x = open("/tmp/a")'], miss: ['x = open("tmp/a")'] },
  S110: { hit: ['try:\n    f()\nexcept Exception:\n    pass'], miss: ['try:\n    f()\nexcept Exception:\n    raise'] },
  S112: {
    hit: ['for a in b:\n    try:\n        f()\n    except Exception:\n        continue'],
    miss: ['for a in b:\n    f()'],
  },
  S113: { hit: ['import requests\nrequests.get("x")'], miss: ['import requests\nrequests.get("x", timeout=5)'] },
  S301: { hit: ['import pickle\npickle.load(f)'], miss: ['import json\njson.load(f)'] },
  S302: { hit: ['import marshal\nmarshal.loads(b)'], miss: ['import json\njson.loads(b)'] },
  S307: { hit: ['eval("1")'], miss: ['import ast\nast.literal_eval("1")'] },
  S310: {
    hit: ['import urllib.request\nurllib.request.urlopen(x)'],
    miss: ['import urllib.parse\nurllib.parse.quote(x)'],
  },
  S311: { hit: ['import random\nrandom.choice([1])'], miss: ['import secrets\nsecrets.choice([1])'] },
  S313: {
    hit: ['import xml.etree.cElementTree as e\ne.parse(f)'],
    miss: ['from lxml import etree\netree.XMLParser()'],
  },
  S314: {
    hit: ['import xml.etree.ElementTree as e\ne.parse(f)'],
    miss: ['import xml.etree.ElementTree as e\ne.Element("a")'],
  },
  S318: { hit: ['from xml.dom.minidom import parseString\nparseString(a)'], miss: ['from xml.dom import Node'] },
  S324: { hit: ['import hashlib\nhashlib.md5(b"")'], miss: ['import hashlib\nhashlib.sha256(b"")'] },
  S501: {
    hit: ['import requests\nrequests.get("x", timeout=1, verify=False)'],
    miss: ['import requests\nrequests.get("x", timeout=1)'],
  },
  S506: { hit: ['import yaml\nyaml.load(f, Loader=yaml.Loader)'], miss: ['import yaml\nyaml.safe_load(f)'] },
  S101: { hit: ['assert 1'], miss: ['insert = 1'] },
  S602: {
    hit: ['import subprocess\nsubprocess.run(x, shell=True)'],
    miss: ['import subprocess\nsubprocess.run(["a"])'],
  },
  S603: { hit: ['import subprocess\nsubprocess.run(x)'], miss: ['run(x)'] },
  S604: { hit: ['run(x, shell=True)'], miss: ['run(x, shell=False)'] },
  S605: { hit: ['import os\nos.system(x)'], miss: ['import os\nos.listdir(x)'] },
  S606: { hit: ['import os\nos.execl("a", "b")'], miss: ['import os\nos.path.join("a", "b")'] },
  S607: {
    hit: ['import subprocess\nsubprocess.run(["ls"])'],
    miss: ['import subprocess\nsubprocess.run(["/bin/ls"])'],
  },
  S608: { hit: ['x = f"SELECT * FROM t WHERE a = {b}"'], miss: ['x = "SELECT * FROM t WHERE a = ?"'] },
  S609: { hit: ['import os\nos.system("tar cf a *")'], miss: ['import os\nos.system("tar cf a b")'] },
  S701: { hit: ['import jinja2\njinja2.Environment()'], miss: ['import jinja2\njinja2.Environment(autoescape=True)'] },
}

describe('EV-2 every rule', () => {
  const judgedByMore = ['SCR-FORM', 'SCR-NEEDS', 'SCR-REWRITE']

  it('has examples, a reason and a fix', () => {
    const rules = [...Object.keys(OWN_RULES), ...Object.keys(SECURITY_RULES)]
    expect([...Object.keys(EXAMPLES), ...judgedByMore].sort()).toEqual(rules.sort())
    for (const { reason, fix, weight } of [...Object.values(OWN_RULES), ...Object.values(SECURITY_RULES)]) {
      expect(reason).toMatch(/^[A-Z].*\.$/)
      expect(fix).toMatch(/^[A-Z].*\.$/)
      expect(weight).toBeGreaterThanOrEqual(0)
    }
  })

  for (const [rule, { hit, miss }] of Object.entries(EXAMPLES)) {
    it.each(hit.map((source) => source.slice(0, 100)))(`${rule} hits %j`, (shown) => {
      expect(rulesHit(hit.find((source) => source.startsWith(shown)) ?? '')).toContain(rule)
    })
    it.each(miss.map((source) => source.slice(0, 100)))(`${rule} misses %j`, (shown) => {
      expect(rulesHit(miss.find((source) => source.startsWith(shown)) ?? '')).not.toContain(rule)
    })
  }

  it('SCR-FORM hits where files are read and the form has no field for them', () => {
    const reads = `from skriptoteket_toolkit import list_input_files\n${FRAME}list_input_files()\n`
    expect(rulesHit(reads, { hasFileField: false })).toContain('SCR-FORM')
    for (const hasFileField of [true, null]) expect(rulesHit(reads, { hasFileField })).not.toContain('SCR-FORM')
    expect(rulesHit(FRAME, { hasFileField: false })).not.toContain('SCR-FORM')
  })

  it('SCR-NEEDS hits a package that the image does not hold, by any spelling of those that it does', () => {
    expect(rulesHit(FRAME, { packages: ['scipy'] })).toContain('SCR-NEEDS')
    const held = ['Pillow', 'python_docx', 'PyYAML', 'PIL', 'docx', 'python3-yaml', 'numpy', 'pandoc']
    expect(rulesHit(FRAME, { packages: held })).not.toContain('SCR-NEEDS')
  })

  it('SCR-REWRITE hits when most lines are new, and not when they only moved', () => {
    const before = Array.from({ length: 30 }, (_, line) => `x${line} = ${line}`)
    const active = { manifest_hash: 'a'.repeat(64), source: before.join('\n') }
    expect(rulesHit(before.map((line) => `${line}0`).join('\n'), { active })).toContain('SCR-REWRITE')
    expect(rulesHit(before.toReversed().join('\n'), { active })).not.toContain('SCR-REWRITE')
    expect(decisionOn(FRAME, { active }).compared_with).toBe(active.manifest_hash)
    expect(decisionOn(FRAME).compared_with).toBeNull()
  })

  it('names its watched APIs once, each under a rule of ours', () => {
    for (const rule of Object.values(WATCHED_APIS)) expect(Object.keys(OWN_RULES)).toContain(rule)
  })

  it('weighs a rule of the linter that is not named here little', () => {
    expect(ruleOf('S999')).toMatchObject({ weight: 10 })
    expect(ruleOf('constructor')).toMatchObject({ weight: 10 })
  })
})

describe('EV-2 the score', () => {
  it('is the same for the same input, whatever the order of findings', () => {
    const source = readFileSync(path.join(CORPUS, 'red-reverse-shell.py'), 'utf8')
    const judged = { source, entrypoint: 'run_tool', hasFileField: null, packages: [], active: null, syntaxError: null }
    const findings = linter.securityFindings(source) ?? []
    const again = createRuffLinter(ruffWorker).securityFindings(source) ?? []
    expect(again).toEqual(findings)
    expect(JSON.stringify(decide(judged, again))).toBe(JSON.stringify(decide(judged, findings)))
    expect(decide(judged, findings.toReversed())).toMatchObject({ score: decide(judged, findings).score })
  })

  it('counts each rule once, keeps ten places, and never passes 100', () => {
    const decision = decisionOn(`${FRAME}${'eval("1")\n'.repeat(30)}`)
    expect(decision.details['S307']).toMatchObject({ count: 30 })
    expect(decision.details['S307']?.places).toHaveLength(10)
    expect(decision.score).toBe(40)
    expect(decisionOn(readFileSync(path.join(CORPUS, 'red-reverse-shell.py'), 'utf8')).score).toBeLessThanOrEqual(100)
  })

  it('names the policy, and the place of what it found', () => {
    const decision = decisionOn(`${FRAME}\nexec("1")\n`)
    expect(decision).toMatchObject({ policy_id: POLICY_ID, policy_version: POLICY_VERSION })
    expect(decision.details['S102']?.places).toEqual([{ line: 4, column: 1 }])
  })

  it('can’t be hidden by any number of harmless findings before it', () => {
    const flood = `${'assert 1\n'.repeat(12_000)}import os\n${FRAME}os.fork()\n`
    expect(decisionOn(flood).risk_level).toBe('RED')
  })

  it.each([
    ['the end of a long string', 'x = """\n# """; __import__("os")\n'],
    ['a value within a long string', 'x = f"""\n# {__import__("os")}\n"""\n'],
    ['a string that goes on', 'x = "a\\\n# "; __import__("os")\n'],
    ['a string that goes on after CR LF', 'x = "a\\\r\n# "; __import__("os")\r\n'],
    ['a line separator within a string', 'x = "\u2028# "; __import__("os")\n'],
  ])('is not misled by %s that looks like a comment', (_, code) => {
    expect(rulesHit(`${FRAME}${code}`)).toContain('SCR-DYNAMIC')
  })

  it.each(['# docker.sock', '    # It doesn’t use "__import__".', '# a\r# __import__\r'])(
    'reads no comment as code: %j',
    (comment) => {
      expect(rulesHit(`${comment}\n${FRAME}`)).toEqual([])
    },
  )

  it.each([
    '# noqa',
    '# NoQA: S102',
    '# ruff: noqa',
    '#ruff:noqa',
    '# flake8: noqa',
    '# ruff: disable[S102]',
    '# nosec',
    '#\tnoqa',
  ])('takes no notice of %s, wherever it stands', (comment) => {
    expect(rulesHit(`${comment}\n${FRAME}exec("1")  ${comment}\n`)).toContain('S102')
  })

  it('answers ERROR, with the place, where the script is not Python', () => {
    expect(decisionOn('def (:')).toMatchObject({
      risk_level: 'ERROR',
      score: 100,
      block_reason: expect.stringContaining('line 1, column'),
    })
  })
})

describe('EV-3 what a level means', () => {
  const at = (risk_level: Decision['risk_level']): Decision => ({ ...decisionOn(FRAME), risk_level })

  it('GREEN runs, RED and ERROR do not, and YELLOW as the workspace says', () => {
    const blocked = (yellow_blocks: boolean): boolean[] =>
      RISK_LEVELS.map((level) => isBlocked(at(level), { yellow_blocks }))
    expect(blocked(false)).toEqual([false, false, true, true])
    expect(blocked(true)).toEqual([false, true, true, true])
  })

  it('an override is good for its level and those below, and for RED only while that is allowed', () => {
    const covered = (allow_red_override: boolean): boolean[] =>
      (['YELLOW', 'RED'] as const).flatMap((overridden) =>
        (['YELLOW', 'RED'] as const).map((level) => covers(overridden, level, { allow_red_override })),
      )
    expect(covered(true)).toEqual([true, false, true, true])
    expect(covered(false)).toEqual([true, false, true, false])
  })
})
