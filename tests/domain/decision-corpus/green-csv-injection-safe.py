import csv
import io


def cell(text):
    return "'" + text if text[:1] in "=+-@" else text


def run_tool(input_dir, output_dir):
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell("=1+1"), cell("name")])
    return buffer.getvalue()
