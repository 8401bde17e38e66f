"""The forked child that becomes the script. It shares nothing with PID 1 but two pipes that it writes to."""

import atexit
import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Callable
from typing import TextIO

EXIT_SET_UP_FAILED = 5

_PR_SET_DUMPABLE = 4
_libc = ctypes.CDLL(None, use_errno=True)


def set_dumpable(dumpable: bool) -> None:
    """While not dumpable, a process of the same user can't open what is in /proc/<pid>, trace it or read its memory."""
    if _libc.prctl(_PR_SET_DUMPABLE, int(dumpable), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE)")


def become_script(
    standard_output: int, standard_error: int, environment: dict[str, str], directory: str, run: Callable[[], int]
) -> None:
    """Never returns; to be called right after fork()."""
    exit_code = EXIT_SET_UP_FAILED
    try:
        _cut_loose(standard_output, standard_error)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(directory)
        _open_streams()
        sys.argv = [environment["SKRIPTOTEKET_SCRIPT_PATH"]]
        exit_code = run()
    finally:
        _leave(exit_code)


def _cut_loose(standard_output: int, standard_error: int) -> None:
    os.setsid()
    standard_input = os.open(os.devnull, os.O_RDONLY)
    # Copied out of the way first: a source mustn't sit on a number that an earlier dup2 overwrites.
    sources = [fcntl.fcntl(source, fcntl.F_DUPFD, 3) for source in (standard_input, standard_output, standard_error)]
    for target, source in enumerate(sources):
        os.dup2(source, target)
    # Nothing of PID 1's survives in here, its stream to the host least of all.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])

    set_dumpable(True)  # first, because /proc/self belongs to root until then
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")  # when memory runs out, the script goes and PID 1 stays to tell about it
    except OSError:
        pass  # a kernel without it; PID 1 is the smaller process anyway


def _open_streams() -> None:
    """As Python opens them, but by the line, so that people see output while the script runs."""
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = _open_output(1)
    sys.stderr = sys.__stderr__ = _open_output(2)


def _open_output(descriptor: int) -> TextIO:
    return open(descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def _leave(exit_code: int) -> None:
    """What the end of a Python program does, but for waiting for threads: the result is written, so the run is over."""
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    os._exit(exit_code)
