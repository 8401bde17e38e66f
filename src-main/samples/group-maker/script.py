"""Divides people into groups in two steps: a proposal that can be shuffled again, and a file with what was chosen."""

import csv
import random
from pathlib import Path

from skriptoteket_toolkit import get_action_parts, read_inputs
from tool_errors import ToolUserError


def run_tool(input_dir: str, output_dir: str) -> dict:
    action, answers, state = get_action_parts()
    if action == "take":
        return take(state, answers.get("title") or "Groups", Path(output_dir))
    if action == "shuffle":
        return propose(state["names"], state["group_size"], state["seed"], state["round"] + 1)

    values = read_inputs()
    names = list(dict.fromkeys(line.strip() for line in values.get("names", "").splitlines() if line.strip()))
    group_size = int(values.get("group_size", 4))
    if len(names) < 2:
        raise ToolUserError("Write at least two names, one a line.")
    return propose(names, group_size, str(values.get("seed", "monday")), 1)


def propose(names: list[str], group_size: int, seed: str, round_number: int) -> dict:
    groups = divide(names, group_size, random.Random(f"{seed}/{round_number}"))
    print(f"Round {round_number}: {len(names)} people in {len(groups)} groups")
    return {
        "outputs": [
            {"kind": "notice", "level": "info", "message": f"Proposal {round_number}: {len(groups)} groups. Nothing is written yet."},
            group_table(groups),
        ],
        "next_actions": [
            {"action_id": "shuffle", "label": "Shuffle again", "kind": "form", "fields": []},
            {
                "action_id": "take",
                "label": "Take these groups",
                "kind": "form",
                "fields": [{"kind": "string", "name": "title", "label": "Title of the list"}],
                "prefill": {"title": "Groups"},
            },
        ],
        "state": {"names": names, "group_size": group_size, "seed": seed, "round": round_number, "groups": groups},
    }


def divide(names: list[str], group_size: int, chance: random.Random) -> list[list[str]]:
    """As even as can be: no group is more than one person larger than another."""
    shuffled = names[:]
    chance.shuffle(shuffled)
    count = max(1, round(len(shuffled) / group_size))
    return [shuffled[index::count] for index in range(count)]


def take(state: dict, title: str, output: Path) -> dict:
    groups = state["groups"]
    with (output / "groups.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["group", "name"])
        for number, group in enumerate(groups, start=1):
            writer.writerows([number, name] for name in group)
    return {
        "outputs": [
            {"kind": "notice", "level": "success", "message": f"{title}: written to groups.csv."},
            group_table(groups),
        ]
    }


def group_table(groups: list[list[str]]) -> dict:
    size = max(len(group) for group in groups)
    keys = [f"p{index}" for index in range(size)]
    return {
        "kind": "table",
        "title": None,
        "columns": [{"key": "group", "label": "Group"}] + [{"key": key, "label": f"Person {index + 1}"} for index, key in enumerate(keys)],
        "rows": [{"group": number, **dict(zip(keys, group))} for number, group in enumerate(groups, start=1)],
    }
