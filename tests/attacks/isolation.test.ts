import { describe, expect } from 'vitest'
import { attack, ATTEMPTS, attackTest, canAttack, expectAllDenied, REPORT, useRunner } from './attack.ts'

/** What a script must be denied: network, kernel interfaces, other users' rights, the engine, the harness. */

describe(canAttack ? 'Isolation' : 'Isolation (needs docker)', () => {
  useRunner()

  attackTest('1: TCP to public, link-local and gateway addresses is denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    for host in ("1.1.1.1", "169.254.169.254", "172.17.0.1", "10.0.0.1", "127.0.0.1", "::1", "fe80::1"):',
      '        attempt(host, lambda: socket.create_connection((host, 80), timeout=2))',
      '    attempt("bind", lambda: socket.socket().bind(("0.0.0.0", 8080)))',
      '    attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53)))',
      '    attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 10)
  })

  attackTest('2: DNS is denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    for name in ("example.com", "metadata.google.internal", "host.docker.internal"):',
      '        attempt(name, lambda: socket.getaddrinfo(name, 80))',
      '    import urllib.request',
      '    attempt("url", lambda: urllib.request.urlopen("http://example.com", timeout=2).read())',
      ...REPORT,
    ])
    expectAllDenied(attempts, 4)
  })

  attackTest('3: vsock, packet, alg, netlink, bluetooth and other families of sockets are denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    for family in (2, 10, 16, 17, 21, 29, 31, 38, 40, 42, 44):',
      '        attempt(f"family {family}", lambda: socket.socket(family, socket.SOCK_DGRAM))',
      '        attempt(f"raw family {family}", lambda: socket.socket(family, socket.SOCK_RAW))',
      '    attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM).connect((2, 1024)))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 23)
  })

  attackTest('31: ptrace and the like of the harness, and of what it holds open, are denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    attempt("attach", lambda: system_call(101, 117, 16, 1, 0, 0))',
      '    attempt("seize", lambda: system_call(101, 117, 0x4206, 1, 0, 0))',
      '    attempt("traceme", lambda: system_call(101, 117, 0, 0, 0, 0))',
      '    for name in ("mem", "environ", "maps", "fd/0", "fd/1", "fd/2", "root/etc/passwd", "cwd/x", "stack", "syscall", "auxv"):',
      '        attempt(name, lambda: open(f"/proc/1/{name}", "rb").read(1))',
      '    attempt("list fd", lambda: os.listdir("/proc/1/fd"))',
      '    attempt("write mem", lambda: os.write(os.open("/proc/1/mem", os.O_WRONLY), b"x"))',
      '    attempt("oom_score_adj", lambda: os.write(os.open("/proc/1/oom_score_adj", os.O_WRONLY), b"1000"))',
      '    attempt("vm_readv", lambda: system_call(310, 270, 1, 0, 0, 0, 0, 0))',
      '    attempt("vm_writev", lambda: system_call(311, 271, 1, 0, 0, 0, 0, 0))',
      '    descriptor = os.pidfd_open(1)',
      '    attempt("pidfd_getfd", lambda: system_call(438, 438, descriptor, 1, 0))',
      '    attempt("kcmp", lambda: system_call(312, 272, 1, os.getpid(), 0, 0, 0))',
      '    attempt("prlimit", lambda: system_call(302, 261, 1, 7, 0, 0))',
      '    attempt("renice", lambda: os.setpriority(os.PRIO_PROCESS, 1, 19))',
      '    attempt("affinity", lambda: os.sched_setaffinity(1, {0}))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 24)
  })

  attackTest('32: writes to /proc, /sys, cgroups and the root are denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'import glob',
      'def run_tool(a, b):',
      '    paths = ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory", "/proc/kcore",',
      '             "/proc/sys/kernel/hostname", "/proc/1/oom_adj", "/sys/kernel/uevent_helper", "/sys/fs/cgroup/cgroup.procs",',
      '             "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max",',
      '             "/sys/fs/cgroup/release_agent", "/sys/kernel/mm/transparent_hugepage/enabled", "/etc/passwd", "/etc/hosts",',
      '             "/etc/resolv.conf", "/usr/bin/x", "/opt/scriptorium/x", "/x", "/var/tmp/x", "/run/x", "/home/x", "/root/x",',
      '             "/dev/x", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/fuse", "/proc/self/uid_map", "/proc/self/setgroups"]',
      '    def write(path): return os.write(os.open(path, os.O_WRONLY | (0 if os.path.exists(path) else os.O_CREAT)), b"1")',
      '    for path in paths: attempt(path, lambda: write(path))',
      '    attempt("cgroup folder", lambda: os.mkdir("/sys/fs/cgroup/x"))',
      '    attempt("timerslack", lambda: write("/proc/1/timerslack_ns"))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 32)
  })

  attackTest(
    '33: mount, unshare, bpf, keyctl, userfaultfd, perf, io_uring and other reaches into the kernel are denied',
    async () => {
      const { attempts } = await attack([
        ...ATTEMPTS,
        'def run_tool(a, b):',
        '    calls = {"mount": (165, 40, 0, 0, 0, 0, 0), "umount": (166, 39, b"/tmp", 0), "pivot_root": (155, 41, b".", b"."),',
        '             "unshare user": (272, 97, 0x10000000), "unshare mount": (272, 97, 0x20000), "setns": (308, 268, 0, 0),',
        '             "clone newuser": (56, 220, 0x10000011, 0, 0, 0, 0), "clone newnet": (56, 220, 0x40000011, 0, 0, 0, 0),',
        '             "clone3": (435, 435, 0, 88), "bpf": (321, 280, 0, 0, 0), "keyctl": (250, 219, 0, 0, 0, 0, 0),',
        '             "add_key": (248, 217, b"user", b"x", b"x", 1, -3), "request_key": (249, 218, b"user", b"x", 0, 0),',
        '             "userfaultfd": (323, 282, 0), "userfaultfd user mode": (323, 282, 1), "perf": (298, 241, 0, 0, -1, -1, 0),',
        '             "io_uring_setup": (425, 425, 1, 0), "io_uring_enter": (426, 426, 0, 0, 0, 0, 0), "io_uring_register": (427, 427, 0, 0, 0, 0),',
        '             "fsopen": (430, 430, b"tmpfs", 0), "open_tree": (428, 428, -100, b"/", 1), "move_mount": (429, 429, -100, b"/", -100, b"/tmp", 0),',
        '             "mount_setattr": (442, 442, -100, b"/", 0, 0, 0), "kexec": (246, 104, 0, 0, 0, 0), "init_module": (175, 105, 0, 0, 0),',
        '             "finit_module": (313, 273, 0, 0, 0), "reboot": (169, 142, 0, 0, 0, 0), "swapon": (167, 224, b"/tmp/x", 0),',
        '             "name_to_handle_at": (303, 264, -100, b"/", 0, 0, 0), "open_by_handle_at": (304, 265, -100, 0, 0),',
        '             "memfd_create": (319, 279, b"x", 0), "memfd_secret": (447, 447, 0), "personality": (135, 92, 0x0400000),',
        '             "seccomp": (317, 277, 0, 0, 0), "fanotify": (300, 262, 0, 0), "syslog": (103, 116, 3, 0, 0), "acct": (163, 89, 0),',
        '             "chroot": (161, 51, b"/tmp"), "settimeofday": (164, 170, 0, 0), "clock_settime": (227, 112, 0, 0),',
        '             "adjtimex": (159, 171, 0), "quotactl": (179, 60, 0, 0, 0, 0), "migrate_pages": (256, 238, 0, 0, 0, 0),',
        '             "process_madvise": (440, 440, 0, 0, 0, 0, 0), "landlock": (444, 444, 0, 0, 1), "iopl": (172, 9999, 3),',
        '             "ioperm": (173, 9999, 0, 1, 1), "modify_ldt": (154, 9999, 0, 0, 0), "vmsplice": (278, 75, 0, 0, 0, 0),',
        '             "msgget": (68, 186, 0, 0o1777), "shmget": (29, 194, 0, 4096, 0o1777), "semget": (64, 190, 0, 1, 0o1777), "mq_open": (240, 180, b"x", 0, 0, 0)}',
        '    for name, numbers in calls.items(): attempt(name, lambda: system_call(*numbers))',
        '    attempt("terminal input", lambda: __import__("fcntl").ioctl(1, 0x5412, b"x"))',
        ...REPORT,
      ])
      expectAllDenied(attempts, 54)
    },
  )

  attackTest('34: su, setuid and every other way to more rights are denied', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    attempt("setuid", lambda: os.setuid(0)); attempt("setgid", lambda: os.setgid(0))',
      '    attempt("setresuid", lambda: os.setresuid(0, 0, 0)); attempt("setgroups", lambda: os.setgroups([0]))',
      '    attempt("capset", lambda: system_call(126, 91, ctypes.create_string_buffer(8), ctypes.create_string_buffer(24)))',
      '    attempt("ambient", lambda: 1 / (libc.prctl(47, 2, 21, 0, 0) == 0))',
      '    attempt("dumpable 2", lambda: 1 / (libc.prctl(4, 2, 0, 0, 0) == 0))',
      '    attempt("no_new_privs off", lambda: 1 / (libc.prctl(38, 0, 0, 0, 0) == 0))',
      '    attempt("shadow", lambda: open("/etc/shadow").read())',
      '    for command in ("su", "sudo", "passwd", "chsh", "newgrp", "mount", "ping", "pkexec"):',
      '        attempt(command, lambda: 1 / (subprocess.run([command, "-c", "id"], input=b"", capture_output=True, timeout=5).stdout.startswith(b"uid=0")))',
      '    open("/work/shell", "wb").write(open("/bin/sh", "rb").read())',
      '    attempt("chown", lambda: os.chown("/work/shell", 0, 0))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 18)
  })

  attackTest('35: the engine’s socket and the host’s files are nowhere', async () => {
    const { attempts, result } = await attack([
      ...ATTEMPTS,
      'import glob, stat',
      'def run_tool(a, b):',
      '    for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock"):',
      '        attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path))',
      '    sockets, devices = [], []',
      '    for folder, names, files in os.walk("/", followlinks=False):',
      '        names[:] = [name for name in names if os.path.join(folder, name) not in ("/proc", "/sys")]',
      '        for name in files:',
      '            mode = os.lstat(os.path.join(folder, name)).st_mode',
      '            if stat.S_ISSOCK(mode): sockets.append(os.path.join(folder, name))',
      '            if stat.S_ISBLK(mode): devices.append(os.path.join(folder, name))',
      '    report["sockets"] = "denied" if not sockets else "ALLOWED " + str(sockets)',
      '    report["block devices"] = "denied" if not devices else "ALLOWED " + str(devices)',
      '    kinds = {line.split()[2] for line in open("/proc/mounts")}',
      '    foreign = kinds - {"overlay", "proc", "tmpfs", "devpts", "sysfs", "cgroup", "cgroup2", "mqueue", "ext4", "xfs", "btrfs", "9p", "gofer"}',
      '    report["mounts"] = "denied" if not foreign else "ALLOWED " + str(foreign)',
      '    binds = [line.split()[1] for line in open("/proc/mounts") if line.split()[2] in ("ext4", "xfs", "btrfs")]',
      '    extra = set(binds) - {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}',
      '    report["binds"] = "denied" if not extra else "ALLOWED " + str(extra)',
      ...REPORT,
    ])
    expectAllDenied(attempts, 8)
    expect(result['status']).toBe('succeeded')
  })

  attackTest('36: executing from /work, /tmp and /dev/shm is denied, also by mmap and memfd', async () => {
    const { attempts } = await attack([
      ...ATTEMPTS,
      'import mmap',
      'def run_tool(a, b):',
      '    for folder in ("/work", "/work/output", "/tmp", "/dev/shm"):',
      '        def copy_and_run():',
      '            path = folder + "/program"',
      '            open(path, "wb").write(open("/bin/true", "rb").read())',
      '            os.chmod(path, 0o777)',
      '            return subprocess.run([path]).returncode',
      '        attempt(folder, copy_and_run)',
      '        def shebang():',
      '            path = folder + "/script"',
      '            open(path, "w").write("#!/bin/sh\\nexit 0\\n")',
      '            os.chmod(path, 0o777)',
      '            return subprocess.run([path]).returncode',
      '        attempt(folder + " shebang", shebang)',
      '        def library():',
      '            path = folder + "/library.so"',
      '            source = next(p for p in ("/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6") if os.path.exists(p))',
      '            open(path, "wb").write(open(source, "rb").read())',
      '            return ctypes.CDLL(path)',
      '        attempt(folder + " library", library)',
      '    attempt("memfd", lambda: os.memfd_create("x"))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 13)
  })

  attackTest('variant: the harness’s own files and descriptors can’t be replaced or reached by name', async () => {
    const { attempts, outcome } = await attack([
      ...ATTEMPTS,
      'def run_tool(a, b):',
      '    attempt("inherited descriptors", lambda: 1 / len([fd for fd in os.listdir("/proc/self/fd") if int(fd) > 3]))',
      '    attempt("stdin of the harness", lambda: 1 / len(os.read(0, 1)))',
      '    attempt("environment", lambda: 1 / len([name for name in os.environ if "TOKEN" in name or "DOCKER" in name or "SCRIPTORIUM" in name]))',
      '    attempt("module", lambda: os.write(os.open(sys.modules["scriptorium_runner"].__file__, os.O_WRONLY), b"x"))',
      '    attempt("signals by queue", lambda: 1 / (libc.sigqueue(1, signal.SIGUSR1, 0) * 0))',
      ...REPORT,
    ])
    expectAllDenied(attempts, 5)
    expect(outcome.ended).toBe('exited')
  })

  attackTest('variants: PID 1, the clock, other kinds of memory and files, and calls of newer kernels', async () => {
    const tries = [
      ...['mem', 'fd', 'environ', 'maps', 'root', 'cwd', 'task/1/mem', 'ns/net'].map((name): [string, string] => [
        `/proc/1/${name}`,
        `os.open("/proc/1/${name}", 0)`,
      ]),
      ...['oom_score_adj', 'clear_refs', 'comm'].map((name): [string, string] => [
        `writing /proc/1/${name}`,
        `open("/proc/1/${name}", "w").write("1")`,
      ]),
      ['pidfd_getfd', 'system_call(438, 438, os.pidfd_open(1), 0, 0)'],
      ['kcmp', 'system_call(312, 272, 1, os.getpid(), 0, 0, 0)'],
      ['affinity of PID 1', 'os.sched_setaffinity(1, {0})'],
      ['priority of PID 1', 'os.setpriority(os.PRIO_PROCESS, 1, 19)'],
      ['limits of PID 1', 'resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))'],
      ['more descriptors', 'resource.setrlimit(resource.RLIMIT_NOFILE, (99999, 99999))'],
      ['core files', 'resource.setrlimit(resource.RLIMIT_CORE, (1, 1))'],
      ['a better priority', 'os.nice(-5)'],
      ['setting the clock', 'time.clock_settime(time.CLOCK_REALTIME, 1)'],
      ['memfd_create', 'os.memfd_create("x")'],
      ['memfd_secret', 'system_call(447, 447, 0)'],
      ['shmget', 'system_call(29, 194, 42, 4096, 0o1600)'],
      ['mq_open', 'system_call(240, 180, ctypes.c_char_p(b"x"), 0o102, 0o600, 0)'],
      ['inotify', 'system_call(294, 26, 0)'],
      ['fanotify', 'system_call(300, 262, 0, 0)'],
      ['open_by_handle_at', 'system_call(304, 265, -100, ctypes.create_string_buffer(256), 0)'],
      ['fsopen', 'system_call(430, 430, ctypes.c_char_p(b"tmpfs"), 0)'],
      ['open_tree', 'system_call(428, 428, -100, ctypes.c_char_p(b"/"), 1)'],
      ['chroot', 'os.chroot("/work")'],
      ['personality', 'system_call(135, 92, 0x0040000)'],
      ['a terminal', 'os.openpty()'],
      ['a larger pipe', 'fcntl.fcntl(1, 1031, 64 << 20)'],
      ['statmount', 'system_call(457, 457, 0, 0, 0, 0)'],
    ] as [string, string][]
    const { attempts } = await attack([
      ...ATTEMPTS,
      'import fcntl, resource',
      'def run_tool(a, b):',
      ...tries.map(([name, line]) => `    attempt(${JSON.stringify(name)}, lambda: ${line})`),
      ...REPORT,
    ])
    expectAllDenied(attempts, tries.length)
  })
})
