"""Time zones for `zoneinfo`, from what Node knows, in the form of the files that a system would have (RFC 9636)."""

import io
import json
import struct
import zoneinfo


def install(time_zone):
    def load(key):
        found = time_zone(key)
        if not isinstance(found, str):
            raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
        return io.BytesIO(_tzif(json.loads(found)))

    zoneinfo._common.load_tzdata = load


def _tzif(moments):
    kinds = list(dict.fromkeys(tuple(kind) for _, *kind in moments))
    names = b"".join(name.encode("ascii", "replace") + b"\0" for _, _, name in kinds)
    content = [
        *(struct.pack(">q", at) for at, *_ in moments),
        bytes(kinds.index(tuple(kind)) for _, *kind in moments),
    ]
    start = 0
    for offset, is_summer, name in kinds:
        content.append(struct.pack(">l?B", offset, is_summer, start))
        start += len(name) + 1
    # The first header is for readers of 32-bit times, and holds nothing; the last two lines are an empty footer.
    return b"".join([_header(0, 0, 0), _header(len(moments), len(kinds), len(names)), *content, names, b"\n\n"])


def _header(times, kinds, characters):
    return struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, times, kinds, characters)
