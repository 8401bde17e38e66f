"""Frames on the container's stdin and stdout: one ASCII byte of type, four of length (big-endian), then the payload."""

import json
import os
import select
import struct
from typing import Any

PROTOCOL = 1
PAYLOAD_MAX_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024

_HEADER = struct.Struct(">cI")


class ProtocolError(Exception):
    """The host sent what the protocol doesn't allow."""


class FrameReader:
    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "rb", buffering=CHUNK_BYTES, closefd=False)

    def read(self) -> tuple[bytes, bytes] | None:
        """The next frame as type and payload; None when the stream ended between two frames."""
        header = self._stream.read(_HEADER.size)
        if not header:
            return None
        if len(header) < _HEADER.size:
            raise ProtocolError("the stream ended within a frame's header")
        kind, length = _HEADER.unpack(header)
        if length > PAYLOAD_MAX_BYTES:
            raise ProtocolError(f"a frame of {length} bytes is over {PAYLOAD_MAX_BYTES}")
        payload = self._stream.read(length)
        if len(payload) < length:
            raise ProtocolError("the stream ended within a frame's payload")
        return kind, payload


class FrameWriter:
    """Writes at once and blocks while the host doesn't read: that is the back pressure on the script."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, kind: bytes, payload: bytes = b"") -> None:
        assert len(kind) == 1 and len(payload) <= PAYLOAD_MAX_BYTES
        rest = memoryview(_HEADER.pack(kind, len(payload)) + payload)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # whoever made the pipe may have made it non-blocking
                select.select([], [self._descriptor], [])

    def write_json(self, kind: bytes, value: Any) -> None:
        self.write(kind, json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii"))
