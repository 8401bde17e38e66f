from pathlib import Path
import markdown


def run_tool(input_dir, output_dir):
    text = Path(input_dir, "readme.md").read_text(encoding="utf-8")
    html = markdown.markdown(text, extensions=["tables", "toc"])
    Path(output_dir, "readme.html").write_text(html, encoding="utf-8")
    return html
