"""Prepares the interpreter before there is a job, and runs the script of one. See runner-image for the shared parts."""

import atexit
import os
import sys
import time

from scriptorium_runner import execute
from tool_errors import ToolUserError

# What `import` calls the curated libraries of the container image (SC-4), and what comes along with them there.
_ONLY_IN_CONTAINERS = {
    "pandas": "pandas",
    "numpy": "numpy",
    "openpyxl": "openpyxl",
    "docx": "python-docx",
    "pypdf": "pypdf",
    "PIL": "pillow",
    "jinja2": "jinja2",
    "markupsafe": "markupsafe",
    "markdown": "markdown",
    "yaml": "pyyaml",
    "lxml": "lxml",
    "pypandoc": "pypandoc",
    "weasyprint": "weasyprint",
    "dateutil": "python-dateutil",
    "pytz": "pytz",
}


class NeedsDockerEngine(ToolUserError, ModuleNotFoundError):
    """A ModuleNotFoundError to scripts that have another way; to the user a message that says what to do."""


class _ContainerLibraries:
    """Last in the search for a module, so a file of that name beside the script is found before."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _ONLY_IN_CONTAINERS:
            raise NeedsDockerEngine(
                f"This tool needs the library {_ONLY_IN_CONTAINERS[name]}, which the built-in runner doesn't have. "
                "Run it with the Docker engine."
            )
        return None


def prepare(sleep_ms):
    def sleep(seconds, /):
        """time.sleep(); the original burns a processor, and goes on when the app is gone."""
        if not seconds >= 0:
            raise ValueError("sleep length must be non-negative")
        sleep_ms(float(seconds) * 1000)

    time.sleep = sleep
    sys.meta_path.append(_ContainerLibraries)
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
