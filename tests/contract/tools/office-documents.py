"""Workbooks, documents and pictures: pandas, openpyxl, python-docx, pypdf, Pillow, lxml."""

from pathlib import Path

import docx
import openpyxl
import pandas as pd
from docx.shared import Pt
from lxml import etree
from openpyxl.styles import Font
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter


def run_tool(input_dir, output_dir):
    out = Path(output_dir)
    frame = pd.read_csv(Path(input_dir) / "poäng.csv", sep=";", decimal=",", encoding="cp1252")
    grouped = frame.groupby("klass", as_index=False)["poäng"].mean()
    with pd.ExcelWriter(out / "poäng.xlsx", engine="openpyxl") as writer:
        frame.to_excel(writer, sheet_name="Alla", index=False)
        grouped.to_excel(writer, sheet_name="Klasser", index=False)
    book = openpyxl.load_workbook(out / "poäng.xlsx")
    book["Alla"]["A1"].font = Font(bold=True)
    book.save(out / "poäng.xlsx")

    document = docx.Document()
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading("Poäng", level=1)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Åsa"
    picture = Image.new("RGB", (80, 40), "white")
    ImageDraw.Draw(picture).text((5, 5), "abc", fill="black")
    picture.save(out / "bild.png")
    document.add_picture(str(out / "bild.png"))
    document.save(out / "rapport.docx")

    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(out / "tom.pdf")
    tree = etree.fromstring("<a><b c='1'/></a>")
    return {
        "outputs": [
            {
                "kind": "table",
                "columns": [{"key": key, "label": key} for key in grouped.columns],
                "rows": grouped.to_dict("records"),
            },
            {
                "kind": "json",
                "value": {"shape": frame.shape, "max": frame["poäng"].max(), "first": frame.iloc[0]["namn"]},
            },
            {"kind": "markdown", "markdown": f"{len(PdfReader(out / 'tom.pdf').pages)} {tree.xpath('//@c')}"},
        ],
        "state": {
            "empty": frame["poäng"].isna().sum(),
            "sheets": book.sheetnames,
            "value": frame["poäng"].to_numpy()[:2],
        },
    }
