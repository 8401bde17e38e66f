from pathlib import Path
from openpyxl import load_workbook


def run_tool(input_dir: str, output_dir: str) -> dict:
    rows = []
    for file in Path(input_dir).glob("*.xlsx"):
        sheet = load_workbook(file, read_only=True, data_only=True).active
        rows += [{"name": str(row[0].value), "points": row[1].value} for row in sheet.iter_rows(min_row=2)]
    return {"outputs": [{"kind": "table", "columns": [{"key": "name", "label": "Name"}], "rows": rows}]}
