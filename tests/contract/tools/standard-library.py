"""What small tools use of the standard library beside files."""

import decimal
import difflib
import functools
import hashlib
import itertools
import locale
import platform
import random
import re
import sqlite3
import string
import textwrap
import time
import tomllib
import unicodedata
import uuid
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from string import Template
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def times_in(zone: str) -> list[str]:
    """Around the changes of 2026, and as far as anybody plans."""
    turn = datetime(2026, 3, 29, 1)
    moments = [turn - timedelta(seconds=1), turn, datetime(2026, 11, 1, 6), datetime(2040, 7, 1)]
    there = [moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)) for moment in moments]
    return [f"{moment:%d %H:%M %z %Z} {moment.dst()}" for moment in there]


def run_tool(input_dir, output_dir):
    try:
        ZoneInfo("Nowhere/Nothing")
        raise AssertionError("there is no such zone")
    except ZoneInfoNotFoundError:
        pass
    for name in ("sv_SE.UTF-8", ""):
        try:
            locale.setlocale(locale.LC_ALL, name)
            break
        except locale.Error:
            continue
    database = sqlite3.connect(f"{output_dir}/data.sqlite")
    with database:
        database.execute("CREATE TABLE points (name TEXT, value INTEGER)")
        database.executemany("INSERT INTO points VALUES (?, ?)", [("Åsa", 3), ("Bo", 2)])
    total = database.execute("SELECT sum(value) FROM points").fetchone()[0]
    database.close()
    letters = defaultdict(int, Counter(c for c in "ananas" if c in string.ascii_letters))
    moment = datetime(2026, 2, 28, 23, 30, tzinfo=timezone.utc) + timedelta(hours=1)
    root = ElementTree.fromstring("<a><b>1</b><b>2</b></a>")
    assert uuid.UUID(hex="0" * 32).int == 0 and time.tzname and platform.python_version()
    return {
        "state": {
            "total": total,
            "letters": letters,
            "moment": moment,
            "week": moment.isocalendar().week,
            "sum": sum(int(item.text) for item in root.iter("b")),
            "hash": hashlib.sha256("å".encode()).hexdigest()[:8],
            "shuffled": random.Random(7).sample(range(10), 3),
            "plain": unicodedata.normalize("NFKD", "åäö").encode("ascii", "ignore").decode(),
            "near": difflib.get_close_matches("rapprt", ["rapport", "kort"]),
            "filled": textwrap.shorten(Template("$a och $b").substitute(a="ett", b="två"), 20),
            "toml": tomllib.loads("[a]\nb = 1")["a"]["b"],
            "pairs": list(itertools.pairwise("abc")),
            "product": functools.reduce(lambda a, b: a * b, [decimal.Decimal("0.1")] * 2),
            "link": [quote("å b"), urlsplit("https://x.se/y?z=1").query],
            "zones": {zone: times_in(zone) for zone in ("Europe/Stockholm", "America/New_York", "UTC")},
            "half": datetime(1999, 5, 1, tzinfo=ZoneInfo("Asia/Kolkata")).utcoffset().total_seconds(),
            "words": re.findall(r"\w+", "ett, två"),
        }
    }
