import hashlib
from pathlib import Path


def run_tool(input_dir, output_dir):
    rows = [{"name": file.name, "md5": hashlib.md5(file.read_bytes()).hexdigest()} for file in Path(input_dir).iterdir()]
    return {"outputs": [{"kind": "table", "columns": [{"key": "md5", "label": "MD5"}], "rows": rows}]}
