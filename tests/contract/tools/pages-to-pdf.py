"""PDF files by the helper, from templates, Markdown and YAML; pandoc in both ways."""

from pathlib import Path

import markdown
import pypandoc
import yaml
from jinja2 import Environment, select_autoescape
from PIL import Image
from pdf_helper import save_as_pdf
from pypdf import PdfReader
from tool_errors import ToolUserError


def images_in(path):
    return sum(len(page["/Resources"].get("/XObject", {})) for page in PdfReader(path).pages)


def run_tool(input_dir, output_dir):
    facts = yaml.safe_load("titel: Rapport\nrader: [ett, två]")
    Image.new("RGB", (20, 20), "red").save(Path(output_dir, "bild.png"))
    Image.new("RGB", (20, 20), "blue").save(Path(input_dir, "logga.png"))
    body = markdown.markdown("# Hej\n\n- å", extensions=["tables"])
    template = Environment(autoescape=select_autoescape()).from_string(
        "<style>@page { size: A5 }</style><h1>{{ titel }}</h1>{% for rad in rader %}<p>{{ rad }}</p>{% endfor %}"
        "<img src='{{ bild }}'>"
    )
    sources = ["bild.png", "output/bild.png", "input/logga.png", "/work/input/logga.png", "saknas.png", "/etc/x.png"]
    counts = []
    for number, source in enumerate(sources):
        path = save_as_pdf(template.render(**facts, bild=source) + body, output_dir, f"./mapp//{number} å.pdf")
        assert path == f"{output_dir}/mapp/{number} å.pdf", path
        counts.append(images_in(path))
    refused = 0
    for name in ("../ut.pdf", "/work/ut.pdf", "a/../../ut.pdf", "", "..\\ut.pdf"):
        try:
            save_as_pdf(body, output_dir, name)
        except ToolUserError:
            refused += 1
    html = pypandoc.convert_text("*a* ~~b~~", "html", format="gfm")
    pypandoc.convert_text("# Hej", "docx", format="md", outputfile=f"{output_dir}/hej.docx")
    source = Path("/tmp/a.html")
    source.write_text("<p>a</p>")
    pypandoc.convert_file(
        str(source), to="html", outputfile=f"{output_dir}/pandoc.pdf", extra_args=["--pdf-engine=weasyprint"]
    )
    return {"state": {"counts": counts, "refused": refused, "html": html.strip()}}
