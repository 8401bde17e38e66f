"""Reads all from the environment and no helper; globals, dataclasses, logging and the usual last lines."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Optional

INPUTS: dict[str, Any] = json.loads(os.environ["SKRIPTOTEKET_INPUTS"])
MANIFEST = json.loads(os.environ["SKRIPTOTEKET_INPUT_MANIFEST"])
MEMORY = Path(os.environ["SKRIPTOTEKET_MEMORY_PATH"])
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(message)s")
logger = logging.getLogger(__name__)


@dataclass
class Found:
    name: str
    size: int
    text: Optional[str] = None
    tags: list[str] = field(default_factory=list)


def run_tool(input_dir: str, output_dir: str) -> dict[str, Any]:
    logger.info("läser %d filer", len(MANIFEST["files"]))
    found = [Found(item["name"], item["bytes"], Path(item["path"]).read_text()) for item in MANIFEST["files"]]
    settings = json.loads(MEMORY.read_text(encoding="utf-8"))["settings"]
    assert "SKRIPTOTEKET_ACTION" not in os.environ
    assert (os.environ["SKRIPTOTEKET_INPUT_DIR"], os.environ["SKRIPTOTEKET_OUTPUT_DIR"]) == (input_dir, output_dir)
    assert __file__ == sys.argv[0] == os.environ["SKRIPTOTEKET_SCRIPT_PATH"], (__file__, sys.argv)
    assert Path.cwd() == Path("/work")
    return {"state": {"found": [asdict(item) for item in found], "inputs": INPUTS, "settings": settings}}


if __name__ == "__main__":
    sys.exit(run_tool("/nowhere", "/nowhere"))
