"""A page of text from many files, found in every way there is."""

import glob
import html
import os
from pathlib import Path


def run_tool(input_dir: str, output_dir: str) -> str:
    by_listing = sorted(os.listdir(input_dir))
    by_glob = sorted(os.path.basename(path) for path in glob.glob("/work/input/*"))
    by_walk = sorted(path.name for path in Path("input").rglob("*") if path.is_file())
    assert by_listing == by_glob == by_walk, (by_listing, by_glob, by_walk)
    with open("/work/input/LÄSMIG") as plain, open(f"{input_dir}/två ord.txt", encoding="utf-8") as spaced:
        first, second = plain.read(), spaced.read()
    print("Läste", len(by_listing), "filer ✓")
    items = "".join(f"<li>{html.escape(name)} {os.path.getsize(Path(input_dir, name))}</li>" for name in by_listing)
    return f"<h1>{html.escape(first)}</h1><p>{html.escape(second)}</p><ul>{items}</ul>"
