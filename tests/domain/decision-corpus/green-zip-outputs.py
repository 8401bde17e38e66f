import shutil
import zipfile
from pathlib import Path


def run_tool(input_dir, output_dir):
    with zipfile.ZipFile(Path(output_dir) / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in Path(input_dir).iterdir():
            archive.write(file, file.name)
    shutil.copy(Path(output_dir) / "all.zip", Path(output_dir) / "copy.zip")
    return "<p>Zipped</p>"
