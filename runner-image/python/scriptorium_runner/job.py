"""The job as the host describes it, checked. The host has checked it too; this is for the day when it has a bug."""

import json
from dataclasses import dataclass
from typing import Any

from scriptorium_runner.frames import PROTOCOL, ProtocolError

FILES_MAX = 100
NAME_MAX_BYTES = 255


@dataclass(frozen=True)
class Limits:
    """The host may lower these, never raise them."""

    result_bytes: int = 4 * 1024 * 1024
    artifact_files: int = 200
    artifact_bytes: int = 50 * 1024 * 1024
    artifacts_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True)
class InputFile:
    name: str
    size_bytes: int


@dataclass(frozen=True)
class Job:
    script: str
    entrypoint: str
    files: list[InputFile]
    values: dict[str, Any]
    memory: dict[str, Any]
    action: dict[str, Any] | None
    limits: Limits
    end_with_host: bool


def parse_job(header: bytes) -> Job:
    try:
        fields = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("the job header isn't JSON") from error
    if not isinstance(fields, dict) or fields.get("protocol") != PROTOCOL:
        raise ProtocolError(f"the job header isn't an object of protocol {PROTOCOL}")
    action = fields.get("action")
    entrypoint = _typed(fields, "entrypoint", str)
    if not entrypoint.isidentifier():
        raise ProtocolError("entrypoint isn't a name")
    return Job(
        script=_typed(fields, "script", str),
        entrypoint=entrypoint,
        files=_parse_files(_typed(fields, "files", list, [])),
        values=_typed(fields, "values", dict, {}),
        memory=_typed(fields, "memory", dict, {}),
        action=None if action is None else _typed(fields, "action", dict),
        limits=_parse_limits(_typed(fields, "limits", dict, {})),
        end_with_host=_typed(fields, "end_with_host", bool, False),
    )


def _typed(fields: dict[str, Any], name: str, kind: type, default: Any = None) -> Any:
    value = fields.get(name, default)
    if type(value) is not kind:
        raise ProtocolError(f"{name} isn't a {kind.__name__}")
    return value


def _parse_files(entries: list[Any]) -> list[InputFile]:
    if len(entries) > FILES_MAX:
        raise ProtocolError(f"there are more than {FILES_MAX} files")
    files = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise ProtocolError("an entry of files isn't an object")
        name, size_bytes = _typed(entry, "name", str), _typed(entry, "bytes", int)
        _check_name(name)
        if size_bytes < 0:
            raise ProtocolError("a file's bytes are negative")
        files.append(InputFile(name, size_bytes))
    if len({file.name for file in files}) < len(files):
        raise ProtocolError("two files have the same name")
    return files


def _check_name(name: str) -> None:
    try:
        encoded = name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProtocolError("a file's name isn't UTF-8") from error
    if name in ("", ".", "..") or any(character in "/\\" or ord(character) < 32 for character in name):
        raise ProtocolError("a file's name holds a separator or a control character, or is no name")
    if len(encoded) > NAME_MAX_BYTES:
        raise ProtocolError(f"a file's name is over {NAME_MAX_BYTES} bytes")


def _parse_limits(fields: dict[str, Any]) -> Limits:
    limits = {}
    for name, most in vars(Limits()).items():
        value = _typed(fields, name, int, most)
        if value < 0:
            raise ProtocolError(f"{name} is negative")
        limits[name] = min(value, most)
    return Limits(**limits)
