import json
import os
from pathlib import Path


def run_tool(input_dir, output_dir):
    memory = json.loads(Path(os.environ["SKRIPTOTEKET_MEMORY_PATH"]).read_text())
    path = os.path.join(output_dir, "settings.json")
    with open(path, "w", encoding="utf-8") as target:
        json.dump(memory.get("settings", {}), target)
    return {"outputs": [{"kind": "json", "value": memory}]}
