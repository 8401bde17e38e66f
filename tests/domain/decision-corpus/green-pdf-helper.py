from pdf_helper import save_as_pdf
from skriptoteket_toolkit import read_inputs


def run_tool(input_dir, output_dir):
    title = read_inputs().get("title", "Letter")
    save_as_pdf(f"<h1>{title}</h1><p>Dear parents,</p>", output_dir, "letter.pdf")
    return "<p>The letter is ready.</p>"
