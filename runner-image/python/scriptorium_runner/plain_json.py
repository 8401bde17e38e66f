"""Turns what a script returned into plain JSON values.

Tools compute with pandas, so NaN, NumPy scalars, dates and tuples are ordinary here. JSON knows none of them, and a
result with a bare NaN is no JSON at all. What has no form in JSON becomes its text, as Skriptoteket has it (SC-2).
"""

import json
import math
from typing import Any

DEPTH_MAX = 64


class NotJsonError(ValueError):
    """The value is nested without end. The message is fit to show."""


def to_plain(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, (bool, str)):
        # A subclass may carry behaviour (an Enum of str, say); its plain value is what counts.
        return str.__str__(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if depth >= DEPTH_MAX:
        raise NotJsonError(f"it is nested more than {DEPTH_MAX} deep")
    if isinstance(value, dict):
        return {_key(key): to_plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        # Sorted, or the same run would give another order each time.
        return sorted((to_plain(item, depth + 1) for item in value), key=json.dumps)
    return _from_foreign(value, depth)


def _key(key: Any) -> str:
    if isinstance(key, (tuple, frozenset)):
        return str(key)
    plain = to_plain(key, DEPTH_MAX)
    return plain if isinstance(plain, str) else str(plain)


def _from_foreign(value: Any, depth: int) -> Any:
    """NumPy and pandas scalars and arrays, dates and times, without importing any of their libraries."""
    kind = type(value).__name__
    if kind in ("NaTType", "NAType"):
        return None
    if callable(getattr(value, "isoformat", None)):
        return str(value.isoformat())
    for convert in ("item", "tolist"):
        method = getattr(value, convert, None)
        if callable(method):
            try:
                converted = method()
            except (TypeError, ValueError):
                continue  # an array has item() too, but only one of a single element answers
            return to_plain(converted, depth + 1)
    return str(value)
