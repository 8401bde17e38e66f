"""Runs the script of one job and writes its result; shared by every runner, so plain Python and no operating system.

The runner has laid out the files and set the SKRIPTOTEKET_* environment before it calls `run()`, which returns the
exit code:

    code  meaning                                                  reason in result.json
    ----  -------------------------------------------------------  ---------------------
       0  the result was written                                   none
       1  the script raised, or returned what isn't a result       script_error
       3  the script has no such entrypoint                        entrypoint_missing
       4  no space was left for the result                         (no result.json)
       5  the runner couldn't start the script (see child.py)      (no result.json)
       6  the result couldn't be written for another reason        (no result.json)
       n  the script called sys.exit(n); n may be any of the above exit

A script can end itself with any code (os._exit) and write any result.json. So both are data, and only ever about the
script's own run.
"""

import contextlib
import errno
import importlib.util
import json
import os
import stat
import sys
import traceback
from collections.abc import Callable
from typing import Any

from scriptorium_runner.plain_json import NotJsonError, to_plain
from tool_errors import ToolUserError

EXIT_SUCCEEDED = 0
EXIT_SCRIPT_ERROR = 1
EXIT_ENTRYPOINT_MISSING = 3
EXIT_NO_SPACE = 4
EXIT_RESULT_NOT_WRITTEN = 6

MODULE_NAME = "script"
RESULT_MAX_BYTES = 4 * 1024 * 1024
# Some ten times what the app shows of a page; beyond that, a page belongs in a file of the output folder.
HTML_MAX_CHARACTERS = 1024 * 1024
SUMMARY_MAX_CHARACTERS = 5_000  # 20,000 bytes at most, which is what the app keeps
ARTIFACTS_LISTED_MAX = 200
FOLDERS_DEPTH_MAX = 16  # the app keeps nothing that is deeper

Result = dict[str, Any]


class ResultError(Exception):
    """What the script returned is no result. The message is fit to show."""


def run() -> int:
    """Runs the script that the environment names. Raises nothing."""
    names = ("SCRIPT_PATH", "ENTRYPOINT", "INPUT_DIR", "OUTPUT_DIR", "RESULT_PATH")
    # Read before the script runs, which may change its environment.
    script_path, entrypoint, *directories, result_path = [os.environ[f"SKRIPTOTEKET_{name}"] for name in names]
    result, exit_code = _run_script(script_path, entrypoint, *directories)
    try:
        encoded, exit_code = _encode_whole(result, exit_code, directories[1])
        _write_atomically(result_path, encoded)
    except OSError as error:
        _tell(f"The result could not be written: {error.strerror}\n")
        return EXIT_NO_SPACE if error.errno in (errno.ENOSPC, errno.EDQUOT) else EXIT_RESULT_NOT_WRITTEN
    except BaseException:  # the script has replaced something that this needs
        return EXIT_RESULT_NOT_WRITTEN
    return exit_code


def _encode_whole(result: Result, exit_code: int, output_dir: str) -> tuple[bytes, int]:
    """The result with its artifacts as bytes, or a failure that says why there are none."""
    summary = "The script's result could not be read."
    try:
        encoded = _encode({**result, "artifacts": _list_artifacts(output_dir)})
        if len(encoded) <= RESULT_MAX_BYTES:
            return encoded, exit_code
        summary = f"The script's result is larger than {RESULT_MAX_BYTES // 1024 // 1024} MiB."
    except BaseException:  # out of memory, or an object of the script's that misbehaves when it is read
        pass
    return _encode({**_failed("script_error", summary), "artifacts": []}), EXIT_SCRIPT_ERROR


def _run_script(script_path: str, entrypoint: str, input_dir: str, output_dir: str) -> tuple[Result, int]:
    try:
        run_tool = _load(script_path, entrypoint)
        if run_tool is None:
            summary = f"The script has no function named {entrypoint}."
            _tell(summary + "\n")
            return _failed("entrypoint_missing", summary), EXIT_ENTRYPOINT_MISSING
        return _succeeded(run_tool(input_dir, output_dir)), EXIT_SUCCEEDED
    except BaseException as error:
        try:
            return _failure_of(error, script_path)
        except BaseException:  # out of memory, or an error of the script's that misbehaves when it is read
            return _failed("script_error", "The script stopped with an error."), EXIT_SCRIPT_ERROR


def _failure_of(error: BaseException, script_path: str) -> tuple[Result, int]:
    if isinstance(error, SystemExit):
        return _failed("exit", "The script ended itself before it gave a result."), _exit_code(error)
    if isinstance(error, ResultError):
        _tell(f"{error}\n")
        return _failed("script_error", str(error)), EXIT_SCRIPT_ERROR
    # What the user is told explains it; the place is for the author.
    _tell(_traceback_text(error, script_path))
    if isinstance(error, ToolUserError):
        return _failed("script_error", _safe_message(error)), EXIT_SCRIPT_ERROR
    return _failed("script_error", f"The script stopped with an error: {type(error).__name__}"), EXIT_SCRIPT_ERROR


def _load(script_path: str, entrypoint: str) -> Callable[[str, str], Any] | None:
    specification = importlib.util.spec_from_file_location(MODULE_NAME, script_path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Registered as an import would do: dataclasses, pickle and type hints look their module up by name.
    sys.modules[MODULE_NAME] = module
    # Read as UTF-8 whatever a coding cookie says (PEP 263): what a reviewer saw is what runs.
    with open(script_path, encoding="utf-8", errors="strict") as script:
        code = compile(script.read(), script_path, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    function = getattr(module, entrypoint, None)
    return function if callable(function) else None


def _succeeded(returned: Any) -> Result:
    if isinstance(returned, str):
        if returned == "":
            return _result()  # a page with nothing on it is none
        return _result(outputs=[{"kind": "html_sandboxed", "html": _shorten(returned, HTML_MAX_CHARACTERS)}])
    if not isinstance(returned, dict):
        raise ResultError(f"The script must return text or a dict, but it returned {type(returned).__name__}.")
    try:
        outputs = _list_of(returned, "outputs")
        next_actions = _list_of(returned, "next_actions")
        state = to_plain(returned.get("state"))
    except NotJsonError as error:
        raise ResultError(f"The script returned a result that can't be shown: {error}.") from None
    if state is not None and not isinstance(state, dict):
        raise ResultError("The script returned a result of the wrong form: 'state' must be a dict.")
    return _result(outputs=outputs, next_actions=next_actions, state=state)


def _list_of(returned: dict[Any, Any], key: str) -> list[Any]:
    """Without those that are None, as `[warning if odd else None]` gives them. The app drops what else isn't a dict."""
    items = to_plain(returned.get(key))
    if items is None:
        return []
    if not isinstance(items, list):
        raise ResultError(f"The script returned a result of the wrong form: '{key}' must be a list.")
    return [item for item in items if item is not None]


def _result(**parts: Any) -> Result:
    return {
        "contract_version": 2,
        "status": "succeeded",
        "error_summary": None,
        "outputs": [],
        "next_actions": [],
        "state": None,
        **parts,
    }


def _failed(reason: str, summary: str) -> Result:
    return _result(status="failed", error_summary=_shorten(summary, SUMMARY_MAX_CHARACTERS), reason=reason)


def _safe_message(error: ToolUserError) -> str:
    message = getattr(error, "safe_message", None)  # a subclass may have gone without our __init__
    plain = str.__str__(message) if isinstance(message, str) else ""
    return plain if plain.strip() else "The script stopped with an error."


def _exit_code(error: SystemExit) -> int:
    """As Python itself does it: None is 0, a number is itself, anything else is printed and is 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return int.__and__(error.code, 0xFF)  # of a subclass, too, the number that it holds
    _tell(f"{error.code}\n")
    return 1


def _traceback_text(error: BaseException, script_path: str) -> str:
    """The traceback from the script's first frame on: what led to it is the runner's business, not the author's."""
    try:
        start = error.__traceback__
        while start is not None and start.tb_frame.f_code.co_filename != script_path:
            start = start.tb_next
        return "".join(traceback.format_exception(type(error), error, start))
    except BaseException:  # out of memory, or an exception whose own text raises
        return f"{type(error).__name__}\n"


def _tell(text: str) -> None:
    # The script may have closed or replaced its streams.
    with contextlib.suppress(BaseException):
        sys.stderr.write(text)
        sys.stderr.flush()


def _shorten(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else text[: characters_max - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _list_artifacts(output_dir: str) -> list[dict[str, Any]]:
    """The regular files in the output folder, for information: the app collects them itself."""
    artifacts: list[dict[str, Any]] = []
    if os.path.islink(output_dir):
        return artifacts
    for folder, folder_names, file_names in os.walk(output_dir):
        if folder.count(os.sep) - output_dir.count(os.sep) >= FOLDERS_DEPTH_MAX:
            folder_names.clear()
        folder_names.sort()
        for name in sorted(file_names):
            if len(artifacts) == ARTIFACTS_LISTED_MAX:
                return artifacts
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):  # gone meanwhile: a thread of the script's may still be at work
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    relative = os.path.relpath(path, output_dir).replace(os.sep, "/")
                    artifacts.append({"path": f"output/{relative}", "bytes": status.st_size})
    return artifacts


def _encode(result: Result) -> bytes:
    # Lone surrogates (a file name that isn't UTF-8) have no UTF-8 form and become "?".
    return json.dumps(result, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _write_atomically(path: str, content: bytes) -> None:
    """A reader finds the whole result or none, also when the script is killed while it writes."""
    temporary_path = f"{path}.partial"
    try:
        with open(temporary_path, "wb") as file:
            file.write(content)
        os.replace(temporary_path, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary_path)
        raise
