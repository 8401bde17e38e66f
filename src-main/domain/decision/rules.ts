/**
 * The rule set (EV-2). A rule has an id, a weight, a reason in plain words, and what to change. Weights add up to the
 * score; the bounds between the levels are in `decide.ts`. Examples that hit and miss every rule are its tests.
 */

export interface RiskRule {
  /** 0-100. 25 alone is YELLOW, 70 alone is RED. */
  weight: number
  reason: string
  fix: string
}

const rule = (weight: number, reason: string, fix: string): RiskRule => ({ weight, reason, fix })

/** Rules of our own. Names starting with SCR are found by API name or by looking at the text. */
export const OWN_RULES = {
  'SCR-NETWORK': rule(
    35,
    'It uses a network module.',
    'A run has no network. Take data in as a file, or leave the import out.',
  ),
  'SCR-PROCESS': rule(
    35,
    'It starts other programs.',
    'Use a Python library instead; most programs are not there in a run.',
  ),
  'SCR-FORK': rule(
    75,
    'It forks or replaces its own process.',
    'Do the work in one process; threads are enough for waiting.',
  ),
  'SCR-NATIVE': rule(
    80,
    'It reaches past Python into native memory or system calls.',
    'Use a Python library that does this for you.',
  ),
  'SCR-DYNAMIC': rule(
    30,
    'It imports or builds code while it runs.',
    'Import what you need by name at the top of the script.',
  ),
  'SCR-UNMARSHAL': rule(40, 'It loads code or objects from data.', 'Use JSON or CSV for data.'),
  'SCR-HOST-PATH': rule(
    40,
    'It names places of the system that a tool has no business in.',
    'Read from input_dir and write to output_dir only.',
  ),
  'SCR-ENGINE': rule(90, 'It names the container engine’s socket.', 'Remove it. A run can’t reach the engine.'),
  'SCR-HIDDEN': rule(
    30,
    'It carries a long piece of encoded data.',
    'Put data into an input file, so that a reviewer can see what it is.',
  ),
  'SCR-ENCODING': rule(
    90,
    'It asks to be read in another encoding than the one that people see.',
    'Remove the coding line; scripts are UTF-8.',
  ),
  'SCR-SHOWN-ORDER': rule(
    80,
    'It holds characters that make text appear in another order than Python reads it.',
    'Remove them; where a text needs one, write it as an escape such as "\\u202e".',
  ),
  'SCR-INTROSPECT': rule(35, 'It climbs through Python’s internals.', 'Use the ordinary names of what you need.'),
  'SCR-ENTRYPOINT': rule(
    25,
    'It has no function with the name of the entrypoint.',
    'Name the function as the entrypoint says, at the top level.',
  ),
  'SCR-SIZE': rule(25, 'It is larger than 200 kB.', 'Move data into an input file and split the tool.'),
  'SCR-FORM': rule(5, 'It reads input files, but the form has no field for files.', 'Add a file field to the form.'),
  'SCR-NEEDS': rule(
    5,
    'It needs packages that the runner image doesn’t hold.',
    'Use what the image holds, or ask for another image.',
  ),
  'SCR-REWRITE': rule(
    5,
    'Most lines differ from the active version.',
    'Say in the note to the reviewer what was rewritten, and why.',
  ),
} as const satisfies Record<string, RiskRule>
export type OwnRuleId = keyof typeof OWN_RULES

/** API names that the linter looks for, with the rule that each hits. */
export const WATCHED_APIS: Readonly<Record<string, OwnRuleId>> = {
  ...watch('SCR-NETWORK', [
    'socket',
    'ssl',
    'socketserver',
    'ftplib',
    'smtplib',
    'poplib',
    'imaplib',
    'telnetlib',
    'nntplib',
    'xmlrpc',
    'http.client',
    'http.server',
    'urllib.request',
    'requests',
    'httpx',
    'aiohttp',
    'urllib3',
    'websockets',
    'websocket',
    'paramiko',
    'asyncssh',
    'pycurl',
    'dns',
    'scapy',
    'asyncio.open_connection',
    'asyncio.start_server',
    'webbrowser',
  ]),
  ...watch('SCR-PROCESS', [
    'subprocess',
    'multiprocessing',
    'concurrent.futures.ProcessPoolExecutor',
    'os.system',
    'os.popen',
    'os.posix_spawn',
    'os.spawnl',
    'os.spawnle',
    'os.spawnlp',
    'os.spawnv',
    'os.spawnve',
    'os.spawnvp',
    'os.startfile',
    'asyncio.create_subprocess_exec',
    'asyncio.create_subprocess_shell',
    'pexpect',
    'sh',
    'invoke',
  ]),
  ...watch('SCR-FORK', [
    'os.fork',
    'os.forkpty',
    'pty',
    'os.execv',
    'os.execve',
    'os.execvp',
    'os.execvpe',
    'os.execl',
    'os.execle',
    'os.execlp',
    'os.kill',
    'os.killpg',
    'os.setuid',
    'os.setgid',
    'os.ptrace',
    'os.unshare',
    'os.setns',
    'signal.pthread_kill',
  ]),
  ...watch('SCR-NATIVE', [
    'ctypes',
    'cffi',
    '_ctypes',
    'os.memfd_create',
    'os.mknod',
    'os.chroot',
    'os.mkfifo',
    'fcntl',
    'termios',
  ]),
  ...watch('SCR-DYNAMIC', [
    'importlib.import_module',
    'importlib.util',
    'importlib.machinery',
    'runpy',
    'code',
    'codeop',
    'builtins',
    'js',
    'pyodide',
  ]),
  ...watch('SCR-UNMARSHAL', ['marshal', 'dill', 'cloudpickle']),
  ...watch('SCR-INTROSPECT', [
    'gc.get_objects',
    'gc.get_referrers',
    'sys._getframe',
    'inspect.currentframe',
    'sys.settrace',
    'sys.setprofile',
  ]),
}

function watch(id: OwnRuleId, names: readonly string[]): Record<string, OwnRuleId> {
  return Object.fromEntries(names.map((name) => [name, id]))
}

/** Modules that lead to programs, the network or Python itself when they are reached by a name made at run time. */
const REACHED = '(?:os|sys|builtins|__builtins__|subprocess|socket|importlib|posix|shutil|operator|ctypes)'

/**
 * What turns the order of shown text around, in comments as well: a reviewer sees other code than Python runs (Boucher
 * and Anderson, "Trojan Source", CVE-2021-42574). Marks that letters of right-to-left scripts need are none of these.
 */
export const REORDERING_CHARACTERS = /[\u202A-\u202E\u2066-\u2069]/g

/** What the text itself shows, wherever it stands except on a comment line. */
export const TEXT_PATTERNS: readonly { rule: OwnRuleId; pattern: RegExp }[] = [
  { rule: 'SCR-ENGINE', pattern: /docker\.sock|containerd\.sock|podman\.sock/g },
  {
    rule: 'SCR-HOST-PATH',
    pattern:
      /["'](?:file:\/\/)?\/(?:proc\/|sys\/|dev\/(?!null\b|stdout\b|stderr\b)|etc\/|root\b|var\/run\/|run\/|home\/)/g,
  },
  { rule: 'SCR-HOST-PATH', pattern: /["']~\/?\.?(?:ssh|aws|config|netrc|bash)/g },
  { rule: 'SCR-DYNAMIC', pattern: /(?<![.\w])__import__\b/g },
  { rule: 'SCR-DYNAMIC', pattern: /(?<![.\w])compile\s*\(/g },
  { rule: 'SCR-DYNAMIC', pattern: new RegExp(`\\b(?:getattr|setattr|vars|delattr)\\s*\\(\\s*${REACHED}\\b`, 'g') },
  { rule: 'SCR-DYNAMIC', pattern: new RegExp(`\\b${REACHED}\\.__dict__`, 'g') },
  { rule: 'SCR-DYNAMIC', pattern: /\bsys\.modules\b/g },
  // A picture for a report may be carried along; whatever else is that long and encoded hides something.
  {
    rule: 'SCR-HIDDEN',
    pattern:
      /(?<![A-Za-z0-9+/_-])(?<!data:(?:image|font)\/[a-z0-9+.-]{1,20};base64,)(?!(.)\1{399})[A-Za-z0-9+/_-]{400,}/g,
  },
  { rule: 'SCR-HIDDEN', pattern: /(?:\\x[0-9a-fA-F]{2}){60,}/g },
  {
    rule: 'SCR-INTROSPECT',
    pattern: /__(?:subclasses|globals|builtins|code|mro|bases|closure|loader|getattribute|reduce|reduce_ex)__/g,
  },
  { rule: 'SCR-INTROSPECT', pattern: /\b(?:f_globals|f_back|f_builtins|f_locals|gi_frame|tb_frame|cr_frame)\b/g },
]

/**
 * The linter's security rules (the flake8-bandit family, as ruff numbers them). Those not named weigh
 * `OTHER_SECURITY_WEIGHT`: a new rule of the linter is noticed, and alone never blocks.
 */
export const OTHER_SECURITY_WEIGHT = 10

export const SECURITY_RULES: Readonly<Record<string, RiskRule>> = {
  S101: rule(0, 'It uses assert, which can be switched off.', 'Raise ToolUserError where the member should know.'),
  S102: rule(45, 'It runs code from text (exec).', 'Write the code out, or choose between functions by name.'),
  S103: rule(10, 'It makes a file writable for everybody.', 'Leave file modes as they are.'),
  S104: rule(15, 'It listens on every network interface.', 'A run has no network. Remove it.'),
  S105: rule(10, 'A password seems to be written into the script.', 'Take secrets from a form field marked secret.'),
  S106: rule(10, 'A password seems to be written into a call.', 'Take secrets from a form field marked secret.'),
  S107: rule(10, 'A password seems to be a default value.', 'Take secrets from a form field marked secret.'),
  S108: rule(3, 'It uses a fixed temporary path.', 'Use the tempfile module, or write to output_dir.'),
  S110: rule(2, 'It hides every error (except: pass).', 'Catch the error that you expect, and say what happened.'),
  S112: rule(
    2,
    'It skips over every error (except: continue).',
    'Catch the error that you expect, and say what happened.',
  ),
  S113: rule(3, 'A request has no time limit.', 'A run has no network. Remove it.'),
  S301: rule(30, 'It loads pickled data, which can run code.', 'Use JSON or CSV for data.'),
  S302: rule(40, 'It loads marshalled data, which can run code.', 'Use JSON or CSV for data.'),
  S307: rule(40, 'It evaluates text as code (eval).', 'Use ast.literal_eval, float() or a table of functions.'),
  S310: rule(10, 'It opens addresses.', 'A run has no network. Take data in as a file.'),
  S311: rule(0, 'It uses ordinary random numbers.', 'Use the secrets module where chance must not be guessed.'),
  S313: rule(5, 'It reads XML with a parser that believes everything.', 'Use lxml with resolve_entities=False.'),
  S314: rule(5, 'It reads XML with a parser that believes everything.', 'Use lxml with resolve_entities=False.'),
  S318: rule(5, 'It reads XML with a parser that believes everything.', 'Use lxml with resolve_entities=False.'),
  S324: rule(3, 'It uses a weak hash (MD5 or SHA-1).', 'Use hashlib.sha256.'),
  S501: rule(25, 'It switches off the check of certificates.', 'A run has no network. Remove it.'),
  S506: rule(30, 'It loads YAML in a way that can run code.', 'Use yaml.safe_load.'),
  S602: rule(50, 'It runs a shell with shell=True.', 'Use a Python library instead.'),
  S603: rule(10, 'It starts a program with values that it was given.', 'Use a Python library instead.'),
  S604: rule(50, 'It passes shell=True on.', 'Use a Python library instead.'),
  S605: rule(45, 'It runs a shell command.', 'Use a Python library instead.'),
  S606: rule(20, 'It starts a program.', 'Use a Python library instead.'),
  S607: rule(5, 'It starts a program by a part of its path.', 'Use a Python library instead.'),
  S608: rule(10, 'It puts values into SQL text.', 'Pass values as parameters.'),
  S609: rule(30, 'It gives a shell a wildcard.', 'Use pathlib’s glob.'),
  S701: rule(3, 'A template doesn’t escape what is put into it.', 'Use Environment(autoescape=True).'),
}
