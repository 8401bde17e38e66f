"""Summarises every column of one or more CSV files."""

import csv
import statistics
from pathlib import Path

from skriptoteket_toolkit import list_input_files, read_inputs
from tool_errors import ToolUserError

FIGURES = ["filled", "empty", "distinct", "min", "median", "mean", "max"]


def run_tool(input_dir: str, output_dir: str) -> dict:
    files = list_input_files()
    if not files:
        raise ToolUserError("Choose at least one CSV file.")
    preview_rows = int(read_inputs().get("preview_rows", 5))

    outputs = []
    long_rows = []
    for file in files:
        heading, rows = read_table(Path(file["path"]))
        print(f"{file['name']}: {len(rows):,} rows, {len(heading)} columns")
        summaries = [summarise(name, [row[index] for row in rows]) for index, name in enumerate(heading)]
        outputs.append(summary_table(file["name"], len(rows), summaries))
        if preview_rows and file is files[0]:
            outputs.append(preview_table(heading, rows[:preview_rows]))
        for summary in summaries:
            for figure in FIGURES:
                if summary[figure] is not None:
                    long_rows.append([file["name"], summary["column"], figure, summary[figure]])

    with Path(output_dir, "chart.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["file", "column", "figure", "value"])
        writer.writerows(long_rows)
    return {"outputs": outputs}


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    text = decode(path.read_bytes())
    if not text.strip():
        raise ToolUserError(f"{path.name} is empty.")
    try:
        dialect = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = [row for row in csv.reader(text.splitlines(), dialect) if any(cell.strip() for cell in row)]
    heading = [name.strip() or f"column {index + 1}" for index, name in enumerate(rows[0])]
    width = len(heading)
    return heading, [(row + [""] * width)[:width] for row in rows[1:]]


def decode(data: bytes) -> str:
    """Files from spreadsheets are UTF-8, with or without a mark, or the old Windows encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def summarise(column: str, cells: list[str]) -> dict:
    filled = [cell.strip() for cell in cells if cell.strip()]
    summary = {
        "column": column,
        "filled": len(filled),
        "empty": len(cells) - len(filled),
        "distinct": len(set(filled)),
        "min": None,
        "median": None,
        "mean": None,
        "max": None,
    }
    numbers = [number for number in map(to_number, filled) if number is not None]
    if filled and len(numbers) == len(filled):
        summary["min"] = min(numbers)
        summary["median"] = round(statistics.median(numbers), 4)
        summary["mean"] = round(statistics.fmean(numbers), 4)
        summary["max"] = max(numbers)
    return summary


def to_number(text: str) -> float | None:
    """Reads 1234.5 and 1 234,5; anything else isn't a number."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def summary_table(file_name: str, row_count: int, summaries: list[dict]) -> dict:
    return {
        "kind": "table",
        "title": f"{file_name} – {row_count:,} rows",
        "columns": [{"key": "column", "label": "Column"}] + [{"key": key, "label": key.capitalize()} for key in FIGURES],
        "rows": summaries,
    }


def preview_table(heading: list[str], rows: list[list[str]]) -> dict:
    keys = [f"c{index}" for index in range(len(heading))]
    return {
        "kind": "table",
        "title": "First rows",
        "columns": [{"key": key, "label": name} for key, name in zip(keys, heading)],
        "rows": [dict(zip(keys, row)) for row in rows],
    }
