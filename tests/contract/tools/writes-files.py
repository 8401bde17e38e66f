"""Leaves files in folders, binary and packed, by relative and by absolute paths, and works in a temporary folder."""

import csv
import io
import json
import os
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path


def run_tool(input_dir, output_dir):
    out = Path(output_dir)
    out.mkdir(parents=True, exist_ok=True)
    (out / "mapp" / "inre").mkdir(parents=True)
    (out / "mapp" / "inre" / "data.bin").write_bytes(struct.pack("<3I", 1, 2, 3))
    with open("output/lista.csv", "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, fieldnames=["namn", "poäng"], delimiter=";")
        writer.writeheader()
        writer.writerow({"namn": "Åsa", "poäng": 3})
    with zipfile.ZipFile(Path(input_dir) / "in.zip") as archive:
        names = sorted(archive.namelist())
        inner = archive.read("en/fil.txt").decode()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.txt").write_text(inner.upper())
        packed = shutil.make_archive(os.path.join(folder, "allt"), "zip", folder, ".")
        shutil.copy2(packed, out / "allt.zip")
        with tempfile.NamedTemporaryFile("w+", suffix=".json", dir=folder) as file:
            json.dump(names, file)
            file.flush()
            shutil.copy(file.name, out / "namn.json")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stor.json", json.dumps([{"n": number, "s": "å" * 20} for number in range(20_000)]))
    (out / "stor.zip").write_bytes(buffer.getvalue())
    return ""
