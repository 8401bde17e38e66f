from pathlib import Path
from pypdf import PdfReader, PdfWriter


def run_tool(input_dir, output_dir):
    writer = PdfWriter()
    for file in sorted(Path(input_dir).glob("*.pdf")):
        for page in PdfReader(file).pages:
            writer.add_page(page)
    with open(Path(output_dir) / "merged.pdf", "wb") as target:
        writer.write(target)
    return "<p>Merged</p>"
