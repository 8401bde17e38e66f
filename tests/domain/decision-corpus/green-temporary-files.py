import os
import tempfile
from pathlib import Path


def run_tool(input_dir, output_dir):
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "draft.txt")
        draft.write_text("draft")
        os.replace(draft, Path(output_dir, "final.txt"))
    return "<p>ok</p>"
