"""Makes PDF files from HTML."""

import os
import pathlib
import re
import urllib.parse
from typing import Any

from tool_errors import ToolUserError

_NAME_MAX_BYTES = 255


def save_as_pdf(html: str, output_dir: str, filename: str) -> str:
    """Writes `html` as a PDF file under `output_dir` and returns its path. Folders in `filename` are made.

    A relative link such as <img src="chart.png"> means a file of the output folder or, where it has none of that name,
    of the folder above it: "input/logo.png" and "output/chart.png" are found, too.
    """
    path = _path_inside(output_dir, filename)
    # WeasyPrint is slow to load and isn't there in every runner, so only those who make a PDF pay for it.
    try:
        from weasyprint import HTML, default_url_fetcher
    except (ImportError, OSError) as error:
        raise ToolUserError("PDF files can't be made by this runner, because it has no WeasyPrint.") from error

    root = pathlib.Path(os.path.realpath(output_dir))
    base_url = f"{root.as_uri()}/"

    def fetch(url: str, *arguments: Any, **options: Any) -> Any:
        relative = url.removeprefix(base_url)
        if relative != url and not os.path.exists(root / urllib.parse.unquote(relative)):
            url = f"{root.parent.as_uri()}/{relative}"
        return default_url_fetcher(url, *arguments, **options)

    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        HTML(string=html, base_url=base_url, url_fetcher=fetch).write_pdf(path)
    except Exception as error:
        raise ToolUserError("The PDF file can't be made from this page.") from error
    return path


def _path_inside(output_dir: str, filename: str) -> str:
    name = str(filename).strip()
    parts = re.split(r"[/\\]", name if name.lower().endswith(".pdf") else f"{name}.pdf")
    if parts[0] != "":  # else it is absolute, and refused
        # Other spellings of the same: "./a.pdf" and "b//a.pdf".
        parts = [part for part in parts if part not in ("", ".")]
    if name == "" or not all(map(_is_safe_part, parts)):
        raise ToolUserError(f"A PDF file can't be named {name[:100]!r}.")
    root = os.path.realpath(output_dir)
    path = os.path.join(root, *parts)
    # The folder may hold links; what matters is where the file would really land.
    if os.path.islink(path) or os.path.commonpath([root, os.path.realpath(path)]) != root:
        raise ToolUserError(f"A PDF file can't be named {name[:100]!r}.")
    return path


def _is_safe_part(part: str) -> bool:
    return part not in ("", ".", "..") and part.isprintable() and len(part.encode("utf-8")) <= _NAME_MAX_BYTES
