"""Three steps with a form between them; the files of the first are there again."""

from pathlib import Path

from skriptoteket_toolkit import (
    ActionPayload,
    JsonValue,
    ManifestFile,
    get_action_parts,
    list_input_files,
    read_action,
    read_input_manifest,
    read_inputs,
    read_memory,
    read_settings,
)


def run_tool(input_dir: str, output_dir: str) -> dict:
    action_id, answers, state = get_action_parts()
    action: ActionPayload | None = read_action()
    assert (action is None) == (action_id is None)
    files: list[ManifestFile] = list_input_files()
    values: dict[str, JsonValue] = answers if action_id else read_inputs()
    texts = [Path(file["path"]).read_text() for file in files]
    assert len(read_input_manifest()["files"]) == len(texts) and read_memory()["settings"] == read_settings()
    step = int(state.get("step", 0)) + (1 if action_id == "on" else 0)
    result = {
        "outputs": [{"kind": "notice", "level": "info", "message": f"step {step} {values} {texts}"}],
        "state": {"step": step, "seen": [*state.get("seen", []), values.get("note")]},
    }
    if step < 2:
        note = {"name": "note", "kind": "string", "label": "Note"}
        prefill = {"note": read_settings().get("greeting", "")}
        action = {"action_id": "on", "label": "On", "kind": "form", "fields": [note], "prefill": prefill}
        result["next_actions"] = [action]
    return result
