"""What a tool may ask about its run: form values, input files, the action taken, remembered settings.

Every function gives an empty value rather than raise when the data is missing or malformed.
"""

import json
import os
from typing import Any, TypedDict

# For scripts that say what they read.
JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class ManifestFile(TypedDict):
    name: str
    path: str
    bytes: int


class ActionPayload(TypedDict):
    action_id: str
    input: dict[str, Any]
    state: dict[str, Any]


def read_inputs() -> dict[str, Any]:
    """The form's values by field name."""
    return _dict(_environment_json("SKRIPTOTEKET_INPUTS"))


def read_input_manifest() -> dict[str, Any]:
    """`{"files": [{"name", "path", "bytes"}]}`, or `{}`."""
    return _dict(_environment_json("SKRIPTOTEKET_INPUT_MANIFEST"))


def list_input_files() -> list[ManifestFile]:
    """The input files as `{"name", "path", "bytes"}`, in the order in which they were given."""
    files = read_input_manifest().get("files")
    if not isinstance(files, list):
        return []
    return [
        {"name": file["name"], "path": file["path"], "bytes": _byte_count(file.get("bytes"))}
        for file in files
        if isinstance(file, dict) and isinstance(file.get("name"), str) and isinstance(file.get("path"), str)
    ]


def read_action() -> ActionPayload | None:
    """The action that led to this run as `{"action_id", "input", "state"}`; None in a first run."""
    action = _environment_json("SKRIPTOTEKET_ACTION")
    if not isinstance(action, dict):
        return None
    action_id = action.get("action_id")
    if not isinstance(action_id, str) or not action_id.strip():
        return None
    return {"action_id": action_id.strip(), "input": _dict(action.get("input")), "state": _dict(action.get("state"))}


def get_action_parts() -> tuple[str | None, dict[str, Any], dict[str, Any]]:
    """`(action_id, input, state)`; `(None, {}, {})` in a first run."""
    action = read_action()
    if action is None:
        return None, {}, {}
    return action["action_id"], action["input"], action["state"]


def read_memory() -> dict[str, Any]:
    """What is remembered for this member and tool: `{"settings": {...}}`, or `{}`."""
    path = os.environ.get("SKRIPTOTEKET_MEMORY_PATH")
    if not path:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            return _dict(json.load(file))
    except (OSError, ValueError, RecursionError):
        return {}


def read_settings() -> dict[str, Any]:
    """The member's settings for this tool."""
    return _dict(read_memory().get("settings"))


def _environment_json(name: str) -> Any:
    try:
        return json.loads(os.environ.get(name, ""))
    except (ValueError, RecursionError):
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _byte_count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
