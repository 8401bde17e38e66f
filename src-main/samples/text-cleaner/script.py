"""Cleans a pasted text, step by step, and tells what each step changed."""

import re
import unicodedata
from pathlib import Path

from skriptoteket_toolkit import read_inputs
from tool_errors import ToolUserError

STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


def run_tool(input_dir: str, output_dir: str) -> dict:
    values = read_inputs()
    text = values.get("text", "")
    if not text.strip():
        raise ToolUserError("Paste a text first.")

    wanted = values.get("steps", [])
    steps = []
    if "invisible" in wanted:
        steps.append(("Invisible characters", remove_invisible))
    if values.get("join_lines", True):
        steps.append(("Broken lines", join_lines))
    if "spaces" in wanted:
        steps.append(("Spaces", tidy_spaces))
    if "quotes" in wanted:
        steps.append(("Quotes and dashes", lambda value: value.translate(STRAIGHT)))
    letter_case = values.get("letter_case", "keep")
    if letter_case == "sentence":
        steps.append(("Sentences", capitalise_sentences))
    elif letter_case == "lower":
        steps.append(("Letter case", str.lower))

    report = []
    for name, step in steps:
        cleaned = step(text)
        changed = sum(1 for before, after in zip(text, cleaned) if before != after) if len(text) == len(cleaned) else None
        report.append({"step": name, "before": len(text), "after": len(cleaned), "changed": changed})
        print(f"{name}: {len(text)} -> {len(cleaned)} characters")
        text = cleaned

    Path(output_dir, "cleaned.txt").write_text(text, encoding="utf-8")
    return {
        "outputs": [
            {"kind": "notice", "level": "success", "message": f"{len(text.split()):,} words, {len(text):,} characters."},
            {"kind": "markdown", "markdown": "```\n" + text.replace("```", "'''") + "\n```"},
            {
                "kind": "table",
                "title": "What was done",
                "columns": [
                    {"key": "step", "label": "Step"},
                    {"key": "before", "label": "Characters before"},
                    {"key": "after", "label": "Characters after"},
                    {"key": "changed", "label": "Characters replaced"},
                ],
                "rows": report,
            },
        ]
    }


def remove_invisible(text: str) -> str:
    return "".join(character for character in text if character in "\n\t" or unicodedata.category(character)[0] != "C")


def join_lines(text: str) -> str:
    """A line that ends without a full stop goes on; a hyphen at its end was put there by the typesetter."""
    text = re.sub(r"(\w)-\n(?=[a-zäöüåæøß])", r"\1", text)
    return re.sub(r"(?<![.!?:\n])\n(?!\n)(?=\S)", " ", text)


def tidy_spaces(text: str) -> str:
    text = re.sub(r"[ \t\u00a0]+", " ", text)
    text = re.sub(r" *\n *", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def capitalise_sentences(text: str) -> str:
    return re.sub(r"(^|[.!?]\s+)(\w)", lambda match: match.group(1) + match.group(2).upper(), text)
