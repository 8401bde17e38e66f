from html import escape
from pathlib import Path
import weasyprint


def run_tool(input_dir, output_dir):
    text = Path(input_dir, "notes.txt").read_text(encoding="utf-8")
    weasyprint.HTML(string=f"<pre>{escape(text)}</pre>").write_pdf(Path(output_dir) / "notes.pdf")
    return {"outputs": [{"kind": "notice", "level": "info", "message": "Written."}]}
