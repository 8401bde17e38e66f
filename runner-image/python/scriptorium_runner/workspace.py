"""/work as a script finds it: the files of the job, laid out as they come in, and the environment that names them."""

import contextlib
import json
import os
from typing import BinaryIO

from scriptorium_runner.frames import FrameReader, ProtocolError
from scriptorium_runner.job import InputFile, Job, parse_job

HEADER_MAX_BYTES = 8 * 1024 * 1024

SCRIPT_NAME = "script.py"
INPUT_NAME = "input"
OUTPUT_NAME = "output"
RESULT_NAME = "result.json"
MEMORY_NAME = "memory.json"


def receive_job(reader: FrameReader, work_directory: str) -> Job | None:
    """Reads one job and lays out its files as they come in. None if the host closed the stream instead of going on."""
    header = bytearray()
    while True:
        frame = reader.read()
        if frame is None:
            return None
        kind, payload = frame
        if kind != b"J":
            break
        header += payload
        if len(header) > HEADER_MAX_BYTES:
            raise ProtocolError(f"the job header is over {HEADER_MAX_BYTES} bytes")
    job = parse_job(bytes(header))
    _lay_out(job, work_directory)

    with contextlib.closing(_IncomingFiles(job.files, os.path.join(work_directory, INPUT_NAME))) as incoming:
        while kind == b"F":
            incoming.take(payload)
            frame = reader.read()
            if frame is None:
                return None
            kind, payload = frame
        if kind != b"G":
            raise ProtocolError(f"frame {kind!r} isn't expected here")
        incoming.check_complete()
    return job


def _lay_out(job: Job, work_directory: str) -> None:
    for name in (INPUT_NAME, OUTPUT_NAME):
        os.mkdir(os.path.join(work_directory, name), 0o700)
    for name, content in ((SCRIPT_NAME, job.script), (MEMORY_NAME, json.dumps(job.memory))):
        try:
            encoded = content.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ProtocolError(f"{name} isn't UTF-8") from error
        with open(os.path.join(work_directory, name), "xb") as file:
            file.write(encoded)


class _IncomingFiles:
    """Cuts the one stream of bytes into the files of the list, without holding more than a frame of it."""

    def __init__(self, files: list[InputFile], directory: str) -> None:
        self._waiting = list(reversed(files))
        self._directory = directory
        self._file: BinaryIO | None = None
        self._missing_bytes = 0
        self._advance()

    def take(self, payload: bytes) -> None:
        rest = memoryview(payload)
        while rest:
            if self._file is None:
                raise ProtocolError("there are more bytes than the files have")
            part = rest[: self._missing_bytes]
            self._file.write(part)
            self._missing_bytes -= len(part)
            rest = rest[len(part) :]
            self._advance()

    def check_complete(self) -> None:
        if self._file is not None:
            raise ProtocolError("there are fewer bytes than the files have")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _advance(self) -> None:
        while self._missing_bytes == 0:
            self.close()
            if not self._waiting:
                return
            entry = self._waiting.pop()
            self._file = open(os.path.join(self._directory, entry.name), "xb")
            self._missing_bytes = entry.size_bytes


def script_environment(job: Job, work_directory: str) -> dict[str, str]:
    """What scripts written for Skriptoteket expect, and nothing of the host's."""
    input_directory = os.path.join(work_directory, INPUT_NAME)
    manifest = {
        "files": [
            {"name": file.name, "path": os.path.join(input_directory, file.name), "bytes": file.size_bytes}
            for file in job.files
        ]
    }
    environment = {
        "SKRIPTOTEKET_SCRIPT_PATH": os.path.join(work_directory, SCRIPT_NAME),
        "SKRIPTOTEKET_ENTRYPOINT": job.entrypoint,
        "SKRIPTOTEKET_INPUT_DIR": input_directory,
        "SKRIPTOTEKET_OUTPUT_DIR": os.path.join(work_directory, OUTPUT_NAME),
        "SKRIPTOTEKET_RESULT_PATH": os.path.join(work_directory, RESULT_NAME),
        "SKRIPTOTEKET_INPUT_MANIFEST": json.dumps(manifest),
        "SKRIPTOTEKET_INPUTS": json.dumps(job.values),
        "SKRIPTOTEKET_MEMORY_PATH": os.path.join(work_directory, MEMORY_NAME),
    }
    if job.action is not None:
        environment["SKRIPTOTEKET_ACTION"] = json.dumps(job.action)
    return environment
