"""`python3 -m scriptorium_runner.libraries` prints the curated libraries and their versions as JSON."""

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
    print(json.dumps(read_versions(), sort_keys=True))
