"""SC-3: the helpers give an empty value rather than raise."""

import json
import os
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
import skriptoteket_toolkit as toolkit
from pdf_helper import _path_inside
from tool_errors import ToolUserError

NAMES = ("INPUTS", "INPUT_MANIFEST", "ACTION", "MEMORY_PATH")
BAD_JSON = (None, "", "{", "null", "[]", "3", '"text"', "[" * 100_000)


def environment(**values):
    changed = {f"SKRIPTOTEKET_{name}": value for name, value in values.items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKRIPTOTEKET_")}
    return mock.patch.dict(os.environ, {**kept, **changed}, clear=True)


class WhenDataIsMissingOrMalformed(unittest.TestCase):
    def test_every_helper_gives_an_empty_value(self):
        for bad in BAD_JSON:
            with self.subTest(bad=bad and bad[:10]), environment(**{name: bad for name in NAMES}):
                self.assertEqual(toolkit.read_inputs(), {})
                self.assertEqual(toolkit.read_input_manifest(), {})
                self.assertEqual(toolkit.list_input_files(), [])
                self.assertIsNone(toolkit.read_action())
                self.assertEqual(toolkit.get_action_parts(), (None, {}, {}))
                self.assertEqual(toolkit.read_memory(), {})
                self.assertEqual(toolkit.read_settings(), {})

    def test_a_malformed_entry_of_the_manifest_is_left_out(self):
        good = {"name": "a.csv", "path": "/work/input/a.csv", "bytes": 3}
        entries = [good, None, 1, {"name": "b"}, {"name": 1, "path": "c"}, {"name": "d", "path": "d", "bytes": -1}]
        with environment(INPUT_MANIFEST=json.dumps({"files": entries})):
            self.assertEqual(toolkit.list_input_files(), [good, {"name": "d", "path": "d", "bytes": 0}])

    def test_an_action_without_id_is_none(self):
        for action in ({}, {"action_id": ""}, {"action_id": 3}, {"input": {}}):
            with self.subTest(action=action), environment(ACTION=json.dumps(action)):
                self.assertIsNone(toolkit.read_action())

    def test_spaces_around_an_action_id_do_not_count(self):
        with environment(ACTION=json.dumps({"action_id": " go "})):
            self.assertEqual(toolkit.get_action_parts(), ("go", {}, {}))

    def test_a_memory_file_that_is_not_there(self):
        for path in ("/nonexistent/memory.json", "/", " "):
            with self.subTest(path=path), environment(MEMORY_PATH=path):
                self.assertEqual(toolkit.read_memory(), {})
                self.assertEqual(toolkit.read_settings(), {})

    def test_malformed_parts_of_an_action_are_empty(self):
        with environment(ACTION=json.dumps({"action_id": "go", "input": [], "state": None})):
            self.assertEqual(toolkit.get_action_parts(), ("go", {}, {}))

    def test_a_memory_file_with_anything_in_it(self):
        for content in (b"", b"\xff\xfe", b"[]", b'{"settings": []}', b"[" * 100_000):
            with self.subTest(content=content[:10]), tempfile.NamedTemporaryFile() as file:
                file.write(content)
                file.flush()
                with environment(MEMORY_PATH=file.name):
                    self.assertEqual(toolkit.read_settings(), {})


class WhenDataIsThere(unittest.TestCase):
    def test_it_comes_as_it_was_given(self):
        with environment(INPUTS='{"name": "Åsa"}', ACTION='{"action_id": "go", "input": {"a": 1}, "state": {"b": 2}}'):
            self.assertEqual(toolkit.read_inputs(), {"name": "Åsa"})
            self.assertEqual(toolkit.read_action(), {"action_id": "go", "input": {"a": 1}, "state": {"b": 2}})
            self.assertEqual(toolkit.get_action_parts(), ("go", {"a": 1}, {"b": 2}))

    def test_settings_come_from_the_memory_file(self):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            json.dump({"settings": {"class": "7B"}}, file)
            file.flush()
            with environment(MEMORY_PATH=file.name):
                self.assertEqual(toolkit.read_memory(), {"settings": {"class": "7B"}})
                self.assertEqual(toolkit.read_settings(), {"class": "7B"})


class PdfNames(unittest.TestCase):
    def test_a_file_lands_under_the_output_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            root = os.path.realpath(folder)
            self.assertEqual(_path_inside(folder, "a.pdf"), f"{root}/a.pdf")
            self.assertEqual(_path_inside(folder, "a"), f"{root}/a.pdf")
            self.assertEqual(_path_inside(folder, "b/Å.PDF"), f"{root}/b/Å.PDF")
            for name in ("./a.pdf", "./b//a.pdf", "b\\./a.pdf"):
                self.assertEqual(_path_inside(folder, name), f"{root}/{'b/' if 'b' in name else ''}a.pdf")

    def test_no_name_leads_out_of_it(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink("/", f"{folder}/root")
            os.symlink("/somewhere/else.pdf", f"{folder}/link.pdf")
            names = ("", " ", "/", "../a.pdf", "/a.pdf", "a/../../b.pdf", "..\\a.pdf", "\\a.pdf", "a\n.pdf", "x" * 300)
            for name in (*names, "root/a.pdf", "./root/a.pdf", "link.pdf"):
                with self.subTest(name=name[:20]), self.assertRaises(ToolUserError):
                    _path_inside(folder, name)


class Errors(unittest.TestCase):
    def test_the_message_is_what_the_user_sees(self):
        self.assertEqual(ToolUserError("No file.").safe_message, "No file.")
        self.assertEqual(str(ToolUserError("No file.")), "No file.")


if __name__ == "__main__":
    unittest.main()
