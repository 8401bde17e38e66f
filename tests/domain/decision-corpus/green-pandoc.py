from pathlib import Path
import pypandoc


def run_tool(input_dir, output_dir):
    source = next(Path(input_dir).glob("*.docx"))
    pypandoc.convert_file(str(source), "markdown", outputfile=str(Path(output_dir) / "text.md"))
    return "<p>Converted</p>"
