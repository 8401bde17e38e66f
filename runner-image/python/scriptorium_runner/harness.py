"""PID 1 of a container: takes one job from the host, lets a forked child run it, and reports what happened.

The script runs as the same user in the same container, so what keeps it from PID 1 is the kernel:
- a signal to PID 1 from within does nothing unless PID 1 has a handler for it, so it has none (SIGINT, for which Python
  installs one, is ignored);
- while PID 1 isn't dumpable, its entries in /proc, its memory and its descriptors are closed to the same user;
- seccomp.json allows prlimit and the like only on oneself.
A fork copies memory, so PID 1 holds nothing that the script may not know.

Exit codes of the container: 0 after Z, or when stdin closed before G; 64 when the host broke the protocol; 70 when the
container isn't set up as it must be, or for a bug here; 71 when the host went away in the middle.
"""

import contextlib
import gc
import importlib
import os
import re
import select
import signal
import sys
import time
import traceback
from typing import Any

from scriptorium_runner import execute
from scriptorium_runner.child import become_script, set_dumpable
from scriptorium_runner.collect import send_artifacts, send_result
from scriptorium_runner.frames import PROTOCOL, FrameReader, FrameWriter, ProtocolError
from scriptorium_runner.job import Job
from scriptorium_runner.kernel_facts import OomCounter, read_kernel_facts
from scriptorium_runner.pump import Pump
from scriptorium_runner.workspace import receive_job, script_environment

EXIT_PROTOCOL = 64
EXIT_BROKEN = 70
EXIT_HOST_GONE = 71

WORK_DIRECTORY = "/work"
# How soon orphans are reaped; the end of the script itself is noticed at once.
REAP_INTERVAL_MS = 100
# Not everything that PID 1 has in its environment: only what a script needs.
_PASSED_ON = (
    "PATH",
    "LANG",
    "HOME",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
)


class HostGone(Exception):
    """The host closed stdin though it had promised to hold it until the end."""


def main() -> int:
    if os.getpid() != 1:
        # kill(-1) below ends every process that may be signalled. Outside a container that would be a disaster.
        print("the harness runs only as PID 1 of a container", file=sys.stderr)
        return EXIT_BROKEN
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_dumpable(False)
    reader, writer = FrameReader(0), FrameWriter(1)
    try:
        # A script that closes /work to everybody closes it to PID 1 too, but not this descriptor.
        work_descriptor = os.open(WORK_DIRECTORY, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        oom_counter = OomCounter()
        preloaded = _preload()
        # What is there by now is left out of garbage collection, so that the child doesn't touch, and copy, its memory.
        gc.collect()
        gc.freeze()
        writer.write_json(b"H", _hello(preloaded))
        job = receive_job(reader, WORK_DIRECTORY)
        if job is None:
            return 0
        run_job(job, writer, work_descriptor, oom_counter)
        return 0
    except ProtocolError as error:
        print(f"protocol: {error}", file=sys.stderr)
        return EXIT_PROTOCOL
    except (HostGone, BrokenPipeError):
        return EXIT_HOST_GONE
    except Exception:
        traceback.print_exc()
        return EXIT_BROKEN


def _preload() -> list[str]:
    """Modules that the host wants to have in memory before a job comes: quicker to start, larger to keep waiting."""
    loaded = []
    for name in os.environ.get("SCRIPTORIUM_PRELOAD", "").split(","):
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", name):
            try:
                importlib.import_module(name)
                loaded.append(name)
            except Exception as error:
                print(f"preload: {name}: {error}", file=sys.stderr)
    return loaded


def _hello(preloaded: list[str]) -> dict[str, Any]:
    return {
        "protocol": PROTOCOL,
        "python": ".".join(map(str, sys.version_info[:3])),
        "preloaded": preloaded,
        "kernel": read_kernel_facts(),
    }


def run_job(job: Job, writer: FrameWriter, work_descriptor: int, oom_counter: OomCounter) -> None:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= script_environment(job, WORK_DIRECTORY)

    output_reader, output_writer = os.pipe()
    error_reader, error_writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        become_script(output_writer, error_writer, environment, WORK_DIRECTORY, execute.run)
    os.close(output_writer)
    os.close(error_writer)
    writer.write_json(b"S", {})

    pump = Pump(writer, {output_reader: b"O", error_reader: b"E"})
    status, usage = _wait_for_script(child, pump, watch_host=job.end_with_host)
    duration_ms = round((time.monotonic() - started) * 1000)
    _end_everything_else()
    pump.drain()

    writer.write_json(
        b"X",
        {
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "duration_ms": duration_ms,
            "max_rss_bytes": usage.ru_maxrss * 1024,
            "cpu_ms": round((usage.ru_utime + usage.ru_stime) * 1000),
            "oom_kills": oom_counter.read(),
        },
    )
    os.fchmod(work_descriptor, 0o700)
    send_result(writer, work_descriptor, job.limits.result_bytes)
    send_artifacts(writer, work_descriptor, job.limits)
    writer.write_json(b"Z", {})


def _wait_for_script(child: int, pump: Pump, *, watch_host: bool) -> tuple[int, Any]:
    # Becomes readable when the child ends. A handler for SIGCHLD would do too, but PID 1 is to have no handlers.
    child_descriptor = os.pidfd_open(child)
    poll = select.poll()
    poll.register(child_descriptor, select.POLLIN)
    for descriptor in pump.descriptors():
        poll.register(descriptor, select.POLLIN)
    if watch_host:
        poll.register(0, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll(REAP_INTERVAL_MS):
            if descriptor == 0:
                _check_host()
            elif descriptor != child_descriptor:
                pump.pass_on(descriptor)
                if descriptor not in pump.descriptors():
                    poll.unregister(descriptor)
        ended = _reap(child)
        if ended is not None:
            os.close(child_descriptor)
            return ended


def _check_host() -> None:
    if os.read(0, 1):
        raise ProtocolError("there is one job in a container's life, and nothing more comes after it")
    raise HostGone


def _reap(child: int) -> tuple[int, Any] | None:
    """Takes every process that has ended; orphans of the script's are ours. The child's status once it is among them."""
    while True:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == child:
            return status, usage
        if pid == 0:
            return None


def _end_everything_else() -> None:
    """Returns when PID 1 is alone; a process that can't be ended just now is waited for, up to the host's deadline."""
    while True:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


if __name__ == "__main__":
    sys.exit(main())
