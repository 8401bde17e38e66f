"""What is really in force in this container, as the kernel tells it; an engine only repeats what it was asked for."""

import os
import resource
from typing import Any

_LIMITS = {
    "nofile": resource.RLIMIT_NOFILE,
    "nproc": resource.RLIMIT_NPROC,
    "core": resource.RLIMIT_CORE,
    "fsize": resource.RLIMIT_FSIZE,
    "as": resource.RLIMIT_AS,
    "memlock": resource.RLIMIT_MEMLOCK,
}
# Only these of a file system's own options say something about limits; others, such as lowerdir, are the host's paths.
_SIZE_OPTIONS = ("size=", "nr_inodes=", "mode=", "uid=", "gid=")
# Unified hierarchy first, then the older one.
_CGROUP_FILES = {
    "memory_max": ("memory.max", "memory/memory.limit_in_bytes"),
    "memory_swap_max": ("memory.swap.max", "memory/memory.memsw.limit_in_bytes"),
    "pids_max": ("pids.max", "pids/pids.max"),
    "cpu_max": ("cpu.max", "cpu/cpu.cfs_quota_us"),
}


_OOM_FILES = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def read_kernel_facts() -> dict[str, Any]:
    status = _read_status()
    return {
        "uid": int(status["Uid"].split()[0]),
        "gid": int(status["Gid"].split()[0]),
        "groups": [int(group) for group in status["Groups"].split()],
        "cap_eff": status["CapEff"],
        "cap_bnd": status["CapBnd"],
        "no_new_privs": int(status["NoNewPrivs"]),
        "seccomp": int(status["Seccomp"]),
        "mounts": _read_mounts(),
        "interfaces": _read_interfaces(),
        "limits": {name: _read_limit(kind) for name, kind in _LIMITS.items()},
        "cgroup": _read_cgroup(),
    }


class OomCounter:
    """How many processes of this container the kernel has killed for memory. Opened before any script ran."""

    def __init__(self) -> None:
        self._descriptor: int | None = None
        for path in _OOM_FILES:
            try:
                self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                return
            except OSError:
                continue

    def read(self) -> int | None:
        """None where the kernel doesn't tell; then only the engine knows."""
        if self._descriptor is None:
            return None
        try:
            text = os.pread(self._descriptor, 4096, 0).decode("ascii", "replace")
        except OSError:
            return None
        for line in text.splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill" and count.isdigit():
                return int(count)
        return None


def _read_status() -> dict[str, str]:
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return dict((key, value.strip()) for key, _, value in (line.partition(":") for line in file))


def _read_mounts() -> list[dict[str, Any]]:
    mounts = []
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            mount, _, file_system = line.partition(" - ")
            target, options = mount.split(" ")[4:6]
            kind, _, super_options = file_system.rstrip("\n").split(" ", 2)
            sizes = [option for option in super_options.split(",") if option.startswith(_SIZE_OPTIONS)]
            mounts.append({"target": target, "type": kind, "options": options.split(",") + sizes})
    return mounts


def _read_interfaces() -> list[str]:
    try:
        with open("/proc/self/net/dev", encoding="ascii", errors="replace") as file:
            return [line.partition(":")[0].strip() for line in file.readlines()[2:]]
    except OSError:
        return []


def _read_limit(kind: int) -> list[int | None]:
    """Soft and hard; None is unlimited."""
    return [None if value == resource.RLIM_INFINITY else value for value in resource.getrlimit(kind)]


def _read_cgroup() -> dict[str, str]:
    """Raw text, where the engine mounted it; "max" or a huge number is no limit."""
    facts = {}
    for name, paths in _CGROUP_FILES.items():
        for path in paths:
            try:
                with open(f"/sys/fs/cgroup/{path}", encoding="ascii") as file:
                    facts[name] = file.read().strip()
                break
            except OSError:
                continue
    return facts
