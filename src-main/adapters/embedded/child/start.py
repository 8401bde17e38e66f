"""Prepares the interpreter before there is a job, and runs the script of one. See runner-image for the shared parts."""

import atexit
import os
import sys
import time

import scriptorium_event_loop
import scriptorium_lacking
import scriptorium_time_zones
from scriptorium_runner import execute

def prepare(sleep_ms, time_zone):
    def sleep(seconds, /):
        """time.sleep(); the original burns a processor, and goes on when the app is gone."""
        if not seconds >= 0:
            raise ValueError("sleep length must be non-negative")
        sleep_ms(float(seconds) * 1000)

    time.sleep = sleep
    scriptorium_event_loop.install()
    scriptorium_lacking.install()
    scriptorium_time_zones.install(time_zone)
    for stream in (sys.stdout, sys.stderr):
        # By the line, so that people see output while the script runs.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def run(environment):
    os.environ.clear()
    os.environ.update(environment)
    os.chdir("/work")
    sys.argv = [os.environ["SKRIPTOTEKET_SCRIPT_PATH"]]
    exit_code = execute.run()
    # What the end of a Python program does.
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    return exit_code
