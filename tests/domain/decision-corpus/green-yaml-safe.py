import json
from pathlib import Path
import yaml


def run_tool(input_dir, output_dir):
    for file in Path(input_dir).glob("*.y*ml"):
        with open(file, encoding="utf-8") as source:
            data = yaml.safe_load(source)
        Path(output_dir, file.stem + ".json").write_text(json.dumps(data, indent=2), encoding="utf-8")
    return "<p>Converted</p>"
