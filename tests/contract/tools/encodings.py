"""Tables as spreadsheets save them: old Windows letters, marks in front, UTF-16, any separator."""

import csv
import json
import statistics
from pathlib import Path


def decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 takes everything")


def run_tool(input_dir, output_dir):
    answers = {}
    for path in sorted(Path(input_dir).glob("*.csv")):
        text = decode(path.read_bytes())
        dialect = csv.Sniffer().sniff(text, delimiters=";,\t")
        rows = list(csv.DictReader(text.splitlines(), dialect=dialect))
        values = [float(row["poäng"].replace(",", ".")) for row in rows]
        answers[path.name] = [dialect.delimiter, rows[0]["namn"], statistics.fmean(values)]
    answers["json"] = len(json.loads(Path(input_dir, "stor.json").read_text("utf-8")))
    return {"outputs": [{"kind": "json", "value": answers}]}
