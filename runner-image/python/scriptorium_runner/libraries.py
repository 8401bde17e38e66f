"""`python3 -m scriptorium_runner.libraries` prints what the image holds as JSON: the curated libraries with their
versions, and every name by which a tool may ask for something that is installed.
"""

import contextlib
import importlib.metadata
import json
import re
import subprocess

# As they are installed; SC-4 of the spec lists the same.
CURATED = (
    "pandas",
    "openpyxl",
    "python-docx",
    "pypdf",
    "pillow",
    "jinja2",
    "markdown",
    "pyyaml",
    "lxml",
    "pypandoc",
    "weasyprint",
)

NAMES_MAX = 5_000
NAME_MAX_CHARACTERS = 100


def read_names() -> list[str]:
    """Of all that is installed, curated or not: what it is installed as, and what it is imported as."""
    names: set[str] = set()
    for distribution in importlib.metadata.distributions():
        with contextlib.suppress(Exception):  # one that is damaged says nothing of the others
            names.add(str(distribution.metadata["Name"]))
    with contextlib.suppress(Exception):
        names.update(importlib.metadata.packages_distributions())
    return sorted(name for name in names if len(name) <= NAME_MAX_CHARACTERS)[:NAMES_MAX]


def read_versions() -> dict[str, str | None]:
    """None: it should be there and isn't."""
    versions = {name: _distribution_version(name) for name in CURATED}
    return {**versions, "pandoc": _pandoc_version()}


def _distribution_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _pandoc_version() -> str | None:
    try:
        answer = subprocess.run(["pandoc", "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"pandoc\S*\s+(\S+)", answer.stdout)
    return found.group(1) if found else None


if __name__ == "__main__":
    print(json.dumps({"curated": read_versions(), "names": read_names()}, sort_keys=True))
