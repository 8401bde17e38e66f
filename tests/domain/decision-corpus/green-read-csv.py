import csv
from pathlib import Path


def run_tool(input_dir, output_dir):
    total = 0
    for file in sorted(Path(input_dir).glob("*.csv")):
        with open(file, newline="", encoding="utf-8") as source:
            for row in csv.DictReader(source):
                total += float(row["amount"])
    return f"<p>{total:.2f}</p>"
