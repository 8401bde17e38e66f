import difflib
from pathlib import Path


def run_tool(input_dir, output_dir):
    first, second = (file.read_text().splitlines() for file in sorted(Path(input_dir).glob("*.txt"))[:2])
    return difflib.HtmlDiff(wrapcolumn=80).make_file(first, second)
