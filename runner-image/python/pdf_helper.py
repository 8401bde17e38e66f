"""Makes PDF files from HTML."""

import os
import re

from tool_errors import ToolUserError

_NAME_MAX_BYTES = 255


def save_as_pdf(html: str, output_dir: str, filename: str) -> str:
    """Writes `html` as a PDF file under `output_dir` and returns its path. Folders in `filename` are made."""
    path = _path_inside(output_dir, filename)
    # WeasyPrint is slow to load and isn't there in every runner, so only those who make a PDF pay for it.
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise ToolUserError("PDF files can't be made by this runner, because it has no WeasyPrint.") from error

    os.makedirs(os.path.dirname(path), exist_ok=True)
    # With the slash, a relative link such as <img src="chart.png"> means a file of the output folder.
    HTML(string=html, base_url=os.path.join(os.path.realpath(output_dir), "")).write_pdf(path)
    return path


def _path_inside(output_dir: str, filename: str) -> str:
    name = str(filename).strip()
    if not name.lower().endswith(".pdf"):
        name += ".pdf"
    parts = re.split(r"[/\\]", name)
    if not all(map(_is_safe_part, parts)):
        raise ToolUserError(f"A PDF file can't be named {name[:100]!r}.")
    root = os.path.realpath(output_dir)
    path = os.path.join(root, *parts)
    # The folder may hold links; what matters is where the file would really land.
    if os.path.islink(path) or os.path.commonpath([root, os.path.realpath(path)]) != root:
        raise ToolUserError(f"A PDF file can't be named {name[:100]!r}.")
    return path


def _is_safe_part(part: str) -> bool:
    return part not in ("", ".", "..") and part.isprintable() and len(part.encode("utf-8")) <= _NAME_MAX_BYTES
