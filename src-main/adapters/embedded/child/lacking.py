"""What this interpreter lacks and a container has: told to the user in words that say what to do."""

import subprocess
import sys
import threading

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


def _needs_docker(kind, what):
    """An error of this kind to scripts that have another way; to the user a message."""
    error = type("NeedsDockerEngine", (ToolUserError, kind), {})
    return error(f"This tool needs {what}, which the built-in runner doesn't have. Run it with the Docker engine.")


class _ContainerLibraries:
    """Last in the search for a module, so a file of that name beside the script is found before."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _ONLY_IN_CONTAINERS:
            raise _needs_docker(ModuleNotFoundError, f"the library {_ONLY_IN_CONTAINERS[name]}")
        return None


def _start_thread(thread):
    raise _needs_docker(RuntimeError, "threads")


def _start_program(process, *_, **__):
    # As where a program isn't found: that is what scripts are ready for.
    raise _needs_docker(FileNotFoundError, "other programs")


def install():
    sys.meta_path.append(_ContainerLibraries)
    threading.Thread.start = _start_thread
    subprocess.Popen._execute_child = _start_program
    subprocess._can_fork_exec = True  # or Popen would refuse before, in other words
