"""SC-1, RC-1, RC-2 and RC-4: what becomes of a script's return value or exception."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
from scriptorium_runner import execute

RESULT_KEYS = {"contract_version", "status", "error_summary", "outputs", "next_actions", "state", "artifacts"}


class ExecuteTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(sys.modules.pop, execute.MODULE_NAME, None)
        self.work = pathlib.Path(folder.name)
        for name in ("input", "output"):
            (self.work / name).mkdir()

    def run_source(self, source, entrypoint="run_tool"):
        """Exit code, result (None if there is none) and stderr."""
        (self.work / "script.py").write_text(source, encoding="utf-8")
        environment = {
            "SKRIPTOTEKET_SCRIPT_PATH": str(self.work / "script.py"),
            "SKRIPTOTEKET_ENTRYPOINT": entrypoint,
            "SKRIPTOTEKET_INPUT_DIR": str(self.work / "input"),
            "SKRIPTOTEKET_OUTPUT_DIR": str(self.work / "output"),
            "SKRIPTOTEKET_RESULT_PATH": str(self.work / "result.json"),
        }
        errors = io.StringIO()
        with mock.patch.dict(os.environ, environment), contextlib.redirect_stderr(errors):
            exit_code = execute.run()
        path = self.work / "result.json"
        result = json.loads(path.read_bytes(), parse_constant=self.fail) if path.is_file() else None
        return exit_code, result, errors.getvalue()

    def run_tool(self, *lines):
        return self.run_source("def run_tool(input_dir, output_dir):\n" + "".join(f"    {line}\n" for line in lines))

    def assert_failed(self, outcome, exit_code, reason, summary):
        self.assertEqual(outcome[0], exit_code)
        self.assertEqual(set(outcome[1]), RESULT_KEYS | {"reason"})
        self.assertEqual(outcome[1]["status"], "failed")
        self.assertEqual(outcome[1]["reason"], reason)
        self.assertIn(summary, outcome[1]["error_summary"])
        self.assertNotIn(str(self.work), outcome[1]["error_summary"])


class WhatIsReturned(ExecuteTest):
    def test_text_is_html(self):
        exit_code, result, _ = self.run_tool("return '<b>å</b>'")
        self.assertEqual(exit_code, 0)
        self.assertEqual(set(result), RESULT_KEYS)
        self.assertEqual((result["contract_version"], result["status"]), (2, "succeeded"))
        self.assertEqual(result["outputs"], [{"kind": "html_sandboxed", "html": "<b>å</b>"}])

    def test_a_dict_holds_outputs_actions_and_state(self):
        _, result, _ = self.run_tool("return {'outputs': [{'kind': 'json', 'value': (1, 2)}], 'state': {1: 'a'}}")
        self.assertEqual(result["outputs"], [{"kind": "json", "value": [1, 2]}])
        self.assertEqual(result["next_actions"], [])
        self.assertEqual(result["state"], {"1": "a"})

    def test_an_empty_dict_is_an_empty_result(self):
        _, result, _ = self.run_tool("return {}")
        self.assertEqual((result["status"], result["outputs"], result["state"]), ("succeeded", [], None))

    def test_what_json_lacks_becomes_what_it_has(self):
        _, result, _ = self.run_tool(
            "import datetime, enum",
            "class Scalar:",
            "    def item(self): return float('inf')",
            "class Colour(str, enum.Enum): RED = 'red'",
            "return {'state': {'a': float('nan'), 'b': Scalar(), 'c': datetime.date(2024, 1, 2), 'd': Colour.RED}}",
        )
        self.assertEqual(result["state"], {"a": None, "b": None, "c": "2024-01-02", "d": "red"})

    def test_a_lone_surrogate_is_replaced(self):
        _, result, _ = self.run_tool("return '\\udcff'")
        self.assertEqual(result["outputs"][0]["html"], "?")

    def test_anything_else_fails(self):
        for value in ("None", "3", "b'x'", "['a']", "(x for x in 'a')"):
            with self.subTest(value=value):
                self.assert_failed(self.run_tool(f"return {value}"), 1, "script_error", "must return text or a dict")

    def test_wrong_parts_fail(self):
        for value in ("{'outputs': {}}", "{'next_actions': 'a'}", "{'state': []}"):
            with self.subTest(value=value):
                self.assert_failed(self.run_tool(f"return {value}"), 1, "script_error", "wrong form")

    def test_what_json_has_no_form_for_becomes_its_text(self):
        _, result, _ = self.run_tool(
            "import decimal, enum, pathlib",
            "class Colour(enum.Enum): RED = 1",
            "return {'state': {'a': decimal.Decimal('1.50'), 'b': pathlib.Path('/x'), 'c': {'b', 'a'}, 'd': b'x',",
            "                  'e': Colour.RED, 'f': frozenset({2, 1}), 'g': {(1, 'x'): 1, None: 2, 1.5: 3}, 'h': range(2)}}",
        )
        self.assertEqual(
            result["state"],
            {
                "a": "1.50", "b": "/x", "c": ["a", "b"], "d": "b'x'", "e": "Colour.RED", "f": [1, 2],
                "g": {"(1, 'x')": 1, "None": 2, "1.5": 3}, "h": "range(0, 2)",
            },
        )  # fmt: skip

    def test_what_is_none_among_outputs_is_left_out(self):
        _, result, _ = self.run_tool("return {'outputs': (None, {'kind': 'json'}, 'odd'), 'next_actions': [None]}")
        self.assertEqual((result["outputs"], result["next_actions"]), ([{"kind": "json"}, "odd"], []))

    def test_empty_text_is_no_page(self):
        _, result, _ = self.run_tool("return ''")
        self.assertEqual((result["status"], result["outputs"]), ("succeeded", []))

    def test_endless_nesting_fails(self):
        self.assert_failed(self.run_tool("a = {}", "a['a'] = a", "return {'state': a}"), 1, "script_error", "nested")
        self.assert_failed(
            self.run_tool("class Endless:", "    def item(self): return self", "return {'state': {'a': Endless()}}"),
            1, "script_error", "nested",
        )  # fmt: skip

    def test_a_page_is_cut_and_a_result_that_is_too_large_fails(self):
        _, result, _ = self.run_tool("return 'x' * 50_000_000")
        self.assertEqual(len(result["outputs"][0]["html"]), execute.HTML_MAX_CHARACTERS)
        self.assertTrue(result["outputs"][0]["html"].endswith("…"))
        self.assert_failed(self.run_tool("return {'state': {'a': 'x' * 5_000_000}}"), 1, "script_error", "4 MiB")

    def test_an_object_that_misbehaves_when_read_fails(self):
        outcome = self.run_tool(
            "class Bad(dict):", "    def items(self): raise SystemExit(9)", "return {'state': Bad(a=1)}"
        )
        self.assertEqual(outcome[1]["status"], "failed")

    def test_files_are_listed_and_links_are_not(self):
        _, result, _ = self.run_tool(
            "import os",
            "os.makedirs(output_dir + '/b')",
            "for name in ('z.txt', 'b/a.txt'): open(f'{output_dir}/{name}', 'w').write('12')",
            "os.symlink('/etc/passwd', output_dir + '/link')",
            "return ''",
        )
        listed = [{"path": "output/z.txt", "bytes": 2}, {"path": "output/b/a.txt", "bytes": 2}]
        self.assertEqual(result["artifacts"], listed)

    def test_folders_without_end_are_no_failure(self):
        self.addCleanup(subprocess.run, ["rm", "-r", str(self.work / "output" / "d")], check=True)  # shutil can't
        _, result, _ = self.run_tool(
            "import os",
            "open(output_dir + '/a.txt', 'w').close()",
            "os.chdir(output_dir)",
            "for _ in range(1500): os.mkdir('d'); os.chdir('d')",
            "os.chdir('/')",
            "return ''",
        )
        self.assertEqual((result["status"], result["artifacts"]), ("succeeded", [{"path": "output/a.txt", "bytes": 0}]))


class WhatIsRaised(ExecuteTest):
    def test_a_user_error_is_shown_as_it_stands(self):
        outcome = self.run_tool("from tool_errors import ToolUserError", "raise ToolUserError('Choose a file.')")
        self.assert_failed(outcome, 1, "script_error", "Choose a file.")

    def test_a_user_error_without_a_message_or_init_is_generic(self):
        outcome = self.run_tool(
            "from tool_errors import ToolUserError",
            "class Mine(ToolUserError):",
            "    def __init__(self): pass",
            "raise Mine()",
        )
        self.assert_failed(outcome, 1, "script_error", "stopped with an error")

    def test_any_other_error_shows_its_type_and_nothing_else(self):
        outcome = self.run_tool("raise ValueError('password is 123')")
        self.assert_failed(outcome, 1, "script_error", "The script stopped with an error: ValueError")
        self.assertNotIn("123", json.dumps(outcome[1]))

    def test_the_traceback_begins_in_the_script(self):
        _, _, errors = self.run_tool("import json", "json.loads('{')")
        frames = [line for line in errors.splitlines() if line.startswith("  File ")]
        self.assertIn("script.py", frames[0])
        self.assertIn("JSONDecodeError", errors)
        self.assertNotIn("execute.py", errors)

    def test_a_syntax_error_is_a_script_error(self):
        outcome = self.run_source("def run_tool(:\n")
        self.assert_failed(outcome, 1, "script_error", "SyntaxError")
        self.assertIn("line 1", outcome[2])

    def test_errors_outside_of_the_usual_ones_are_reported_too(self):
        for raised in ("KeyboardInterrupt", "GeneratorExit", "MemoryError", "RecursionError"):
            with self.subTest(raised=raised):
                self.assert_failed(self.run_tool(f"raise {raised}"), 1, "script_error", raised)

    def test_an_error_whose_text_raises_is_reported(self):
        outcome = self.run_tool("class Bad(Exception):", "    def __str__(self): raise SystemExit", "raise Bad")
        self.assert_failed(outcome, 1, "script_error", "Bad")

    def test_an_error_that_misbehaves_when_it_is_read_is_reported(self):
        hostile = {
            "its message": ("ToolUserError", "safe_message"),
            "its exit code": ("SystemExit", "code"),
            "what it says it is": ("Exception", "__class__"),
        }
        for what, (base, name) in hostile.items():
            with self.subTest(what):
                outcome = self.run_tool(
                    "from tool_errors import ToolUserError",
                    f"class Bad({base}):",
                    "    def __init__(self): pass",
                    "    @property",
                    f"    def {name}(self): raise SystemExit",
                    "raise Bad()",
                )
                self.assert_failed(outcome, 1, "script_error", "The script stopped with an error.")
        outcome = self.run_tool(
            "class Odd(type):",
            "    @property",
            "    def __name__(self): raise SystemExit",
            "class Bad(Exception, metaclass=Odd): pass",
            "raise Bad",
        )
        self.assert_failed(outcome, 1, "script_error", "The script stopped with an error.")

    def test_a_message_and_an_exit_code_are_taken_as_what_they_hold(self):
        outcome = self.run_tool(
            "from tool_errors import ToolUserError",
            "class Text(str):",
            "    def strip(self, *_): raise SystemExit",
            "    def __len__(self): raise SystemExit",
            "error = ToolUserError('')",
            "error.safe_message = Text('Choose a file.')",
            "raise error",
        )
        self.assert_failed(outcome, 1, "script_error", "Choose a file.")
        outcome = self.run_tool(
            "class Code(int):", "    def __and__(self, _): return 'no number'", "raise SystemExit(Code(7))"
        )
        self.assert_failed(outcome, 7, "exit", "ended itself")

    def test_endless_recursion_is_reported(self):
        outcome = self.run_source("def run_tool(a, b):\n    return run_tool(a, b)\n")
        self.assert_failed(outcome, 1, "script_error", "RecursionError")

    def test_exit_keeps_its_code(self):
        for argument, exit_code in (("", 0), ("0", 0), ("7", 7), ("-1", 255), ("True", 1), ("'bye'", 1)):
            with self.subTest(argument=argument):
                outcome = self.run_tool(f"import sys; sys.exit({argument})")
                self.assert_failed(outcome, exit_code, "exit", "ended itself")
        self.assertIn("bye", outcome[2])

    def test_exit_while_the_script_is_loaded(self):
        self.assert_failed(self.run_source("raise SystemExit(3)"), 3, "exit", "ended itself")


class TheEntrypoint(ExecuteTest):
    def test_missing_or_not_callable_can_be_told_from_an_error(self):
        for source in ("", "run_tool = 3"):
            with self.subTest(source=source):
                self.assert_failed(self.run_source(source), 3, "entrypoint_missing", "run_tool")

    def test_another_name(self):
        exit_code, _, _ = self.run_source("def main(i, o): return ''", entrypoint="main")
        self.assertEqual(exit_code, 0)

    def test_the_module_can_be_looked_up_by_name(self):
        source = (
            "from __future__ import annotations\nimport dataclasses, pickle\n"
            "@dataclasses.dataclass\nclass Row:\n    a: int\n"
            "def run_tool(i, o): return str(pickle.loads(pickle.dumps(Row(1))))\n"
            "if __name__ == '__main__': raise RuntimeError\n"
        )
        _, result, _ = self.run_source(source)
        self.assertEqual(result["outputs"][0]["html"], "Row(a=1)")


class TheResultFile(ExecuteTest):
    def test_no_space_has_a_code_of_its_own(self):
        with mock.patch.object(execute.os, "replace", side_effect=OSError(28, "No space left on device")):
            exit_code, result, errors = self.run_tool("return ''")
        self.assertEqual((exit_code, result), (execute.EXIT_NO_SPACE, None))
        self.assertIn("No space left", errors)
        self.assertEqual(os.listdir(self.work / "output"), [])
        self.assertNotIn("result.json.partial", os.listdir(self.work))

    def test_a_folder_in_its_place(self):
        (self.work / "result.json").mkdir()
        exit_code, result, _ = self.run_tool("return ''")
        self.assertEqual((exit_code, result), (execute.EXIT_RESULT_NOT_WRITTEN, None))

    def test_closed_and_hostile_streams_do_no_harm(self):
        hostile = ("class Bad:", "    def write(self, _): raise SystemExit(9)")
        for lines in (("import sys; sys.stderr = None",), (*hostile, "import sys; sys.stderr = Bad()")):
            with self.subTest(lines=lines):
                exit_code, result, _ = self.run_tool(*lines, "raise ValueError")
                self.assertEqual((exit_code, result["status"]), (1, "failed"))

    def test_an_environment_that_the_script_empties_does_no_harm(self):
        exit_code, result, _ = self.run_tool("import os; os.environ.clear()", "return 'done'")
        self.assertEqual((exit_code, result["status"]), (0, "succeeded"))

    def test_what_the_script_replaced_of_python_is_no_way_out(self):
        for line in ("json.dumps = None", "os.replace = None", "os.walk = None"):
            with self.subTest(line), mock.patch.multiple(os, replace=os.replace, walk=os.walk):
                with mock.patch.object(json, "dumps", json.dumps):
                    exit_code, _, _ = self.run_tool("import json, os", line, "return ''")
                self.assertIn(exit_code, (execute.EXIT_SCRIPT_ERROR, execute.EXIT_RESULT_NOT_WRITTEN))


if __name__ == "__main__":
    unittest.main()
