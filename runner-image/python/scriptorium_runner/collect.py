"""Collects what the script left: its result and its artifacts.

Runs when no process of the script's is left, so nothing moves any more between a look and a read. Still, everything is
opened relative to its folder and without following links, because the names and kinds are the script's choice.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scriptorium_runner.frames import CHUNK_BYTES, FrameWriter
from scriptorium_runner.job import Limits
from scriptorium_runner.workspace import OUTPUT_NAME, RESULT_NAME

DEPTH_MAX = 16  # levels of a path, with output/ and the file itself
PATH_MAX_BYTES = 512
NOTES_MAX = 100
NOTE_PATH_MAX_CHARACTERS = 512

_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OPEN_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass
class Refused:
    """What isn't kept, and why. Counted always, named up to a bound."""

    count: int = 0
    named: list[dict[str, str]] = field(default_factory=list)

    def add(self, path: str, reason: str) -> None:
        self.count += 1
        if len(self.named) < NOTES_MAX:
            self.named.append({"path": _printable(path)[:NOTE_PATH_MAX_CHARACTERS], "reason": reason})


def send_result(writer: FrameWriter, work_descriptor: int, bytes_max: int) -> None:
    state, size_bytes, descriptor = "missing", 0, None
    try:
        status = os.lstat(RESULT_NAME, dir_fd=work_descriptor)
        if not stat.S_ISREG(status.st_mode):
            state = "not_regular"
        elif status.st_size > bytes_max:
            state, size_bytes = "too_large", status.st_size
        else:
            state, size_bytes, descriptor = "present", *_open_regular(RESULT_NAME, work_descriptor)
    except FileNotFoundError:
        pass
    except OSError:
        state = "not_regular"
    writer.write_json(b"r", {"state": state, "bytes": size_bytes})
    if descriptor is not None:
        _send_content(writer, b"R", descriptor, size_bytes)


def send_artifacts(writer: FrameWriter, work_descriptor: int, limits: Limits) -> None:
    refused = Refused()
    files, total_bytes = 0, 0
    for file in find_files(work_descriptor, refused):
        if file.size_bytes > limits.artifact_bytes:
            refused.add(file.path, "too_large")
        elif files >= limits.artifact_files:
            refused.add(file.path, "too_many_files")
        elif total_bytes + file.size_bytes > limits.artifacts_bytes:
            refused.add(file.path, "total_too_large")
        else:
            try:
                size_bytes, descriptor = file.open()
            except OSError:
                refused.add(file.path, "unreadable")
                continue
            files += 1
            total_bytes += size_bytes
            writer.write_json(b"a", {"path": file.path, "bytes": size_bytes})
            _send_content(writer, b"A", descriptor, size_bytes)
    writer.write_json(b"n", {"refused": refused.named, "refused_count": refused.count})


@dataclass(frozen=True)
class FoundFile:
    """Can be opened only until the next one is asked for."""

    path: str
    size_bytes: int
    open: Callable[[], tuple[int, int]]


def find_files(work_descriptor: int, refused: Refused) -> Iterator[FoundFile]:
    """The regular files below output/ in the order of their paths; everything else but folders goes to `refused`."""
    try:
        output_descriptor = _open_folder(OUTPUT_NAME, work_descriptor)
    except OSError:
        refused.add(OUTPUT_NAME, "not_a_folder")
        return
    yield from _walk(output_descriptor, OUTPUT_NAME, 2, refused)


def _walk(folder_descriptor: int, folder_path: str, depth: int, refused: Refused) -> Iterator[FoundFile]:
    try:
        for name in sorted(os.listdir(folder_descriptor)):
            path = f"{folder_path}/{name}"
            status = os.lstat(name, dir_fd=folder_descriptor)
            reason = _refusal(name, path, depth, status)
            if reason is not None:
                refused.add(path, reason)
            elif stat.S_ISDIR(status.st_mode):
                try:
                    inner_descriptor = _open_folder(name, folder_descriptor)
                except OSError:
                    refused.add(path, "unreadable")
                else:
                    yield from _walk(inner_descriptor, path, depth + 1, refused)
            else:
                yield FoundFile(path, status.st_size, lambda name=name: _open_regular(name, folder_descriptor))
    finally:
        os.close(folder_descriptor)


def _refusal(name: str, path: str, depth: int, status: os.stat_result) -> str | None:
    try:
        path_bytes = len(path.encode("utf-8"))
    except UnicodeEncodeError:
        return "name_not_utf8"
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in name):
        return "control_character"
    if path_bytes > PATH_MAX_BYTES:
        return "path_too_long"
    if depth > DEPTH_MAX:
        return "too_deep"
    if stat.S_ISDIR(status.st_mode):
        return None
    if stat.S_ISLNK(status.st_mode):
        return "link"
    if not stat.S_ISREG(status.st_mode):
        return "special_file"
    if status.st_nlink != 1:
        # Harmless here, since it can only lead to another of the script's own files, but one file under two names is
        # counted against one limit and kept against another.
        return "hard_link"
    return None


def _open_folder(name: str, parent_descriptor: int) -> int:
    status = os.lstat(name, dir_fd=parent_descriptor)
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(name)
    if status.st_mode & 0o500 != 0o500:
        os.chmod(name, 0o700, dir_fd=parent_descriptor)
    return os.open(name, _OPEN_FOLDER, dir_fd=parent_descriptor)


def _open_regular(name: str, parent_descriptor: int) -> tuple[int, int]:
    """Size in bytes and descriptor of what `lstat` has just shown to be a regular file; readable now if it wasn't."""
    status = os.lstat(name, dir_fd=parent_descriptor)
    if stat.S_ISREG(status.st_mode) and not status.st_mode & 0o400:
        os.chmod(name, 0o600, dir_fd=parent_descriptor)
    descriptor = os.open(name, _OPEN_FILE, dir_fd=parent_descriptor)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(f"{name} isn't a regular file")
    return status.st_size, descriptor


def _send_content(writer: FrameWriter, kind: bytes, descriptor: int, size_bytes: int) -> None:
    """Exactly `size_bytes`, as the header has promised."""
    try:
        while size_bytes > 0:
            chunk = os.read(descriptor, min(size_bytes, CHUNK_BYTES))
            if not chunk:
                raise RuntimeError("a file has shrunk though no process is left")
            writer.write(kind, chunk)
            size_bytes -= len(chunk)
    finally:
        os.close(descriptor)


def _printable(path: str) -> str:
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in path)
