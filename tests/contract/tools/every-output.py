"""All that a result can hold, and some that it can't, by an entrypoint of another name with more parameters."""

import datetime
import decimal
import enum
from collections import OrderedDict, namedtuple
from pathlib import Path

Row = namedtuple("Row", ["name", "points"])


class Level(str, enum.Enum):
    INFO = "info"


def build_report(input_dir, output_dir, title="Rapport", *extra, strict=False, **options):
    rows = [Row("Åsa", 3), Row("Bo", decimal.Decimal("2.50"))]
    quiet = None
    return OrderedDict(
        outputs=(
            {"kind": "notice", "level": Level.INFO, "message": f"{title}: {len(rows)} rader"},
            quiet,
            {"kind": "markdown", "markdown": "**klart**"},
            {
                "kind": "table",
                "title": "Poäng",
                "columns": [{"key": key, "label": key.title()} for key in Row._fields],
                "rows": [row._asdict() for row in rows],
            },
            {
                "kind": "json",
                "title": "Fakta",
                "value": {
                    "folder": Path(output_dir),
                    "day": datetime.date(2026, 5, 1),
                    "tags": {"b", "a"},
                    "mean": float("nan"),
                    7: (1, 2),
                },
            },
            {"kind": "html_sandboxed", "html": "<b>fet</b>"},
            {"kind": "vega_lite", "spec": {"mark": "bar", "data": {"values": [{"a": 1}]}}},
            {"kind": "hologram", "beam": 1},
        ),
        next_actions=None,
        state={"seen": {3, 1, 2}},
        summary="of no meaning here",
    )
