from pathlib import Path
from PIL import Image, ImageOps


def run_tool(input_dir, output_dir):
    for file in Path(input_dir).iterdir():
        if file.suffix.lower() not in {".png", ".jpg", ".jpeg"}:
            continue
        with Image.open(file) as picture:
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((800, 800))
            small.convert("RGB").save(Path(output_dir) / f"{file.stem}.jpg", quality=85)
    return "<p>Resized</p>"
