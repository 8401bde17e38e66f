from pathlib import Path
from docx import Document
from docx.shared import Pt


def run_tool(input_dir, output_dir):
    document = Document()
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading("Agenda", level=1)
    for item in ["Welcome", "Budget", "Any other business"]:
        document.add_paragraph(item, style="List Number")
    document.save(str(Path(output_dir) / "agenda.docx"))
    return "<p>agenda.docx</p>"
