"""Protocol 1 from the host, and SC-2: the files and environment that a script finds."""

import json
import os
import struct
import tempfile
import unittest

import support  # noqa: F401
from scriptorium_runner.frames import PAYLOAD_MAX_BYTES, FrameReader, ProtocolError
from scriptorium_runner.job import Limits, parse_job
from scriptorium_runner.workspace import receive_job, script_environment

JOB = {"protocol": 1, "script": "å = 1\n", "entrypoint": "run_tool"}
FILES = [{"name": "a.csv", "bytes": 3}, {"name": "empty", "bytes": 0}, {"name": "å b", "bytes": 2}]


def frame(kind, payload=b""):
    return kind + struct.pack(">I", len(payload)) + payload


def header(**changes):
    return json.dumps({**JOB, **changes}).encode()


class JobTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name

    def receive(self, *frames):
        with tempfile.TemporaryFile() as stream:
            stream.write(b"".join(frames))
            stream.seek(0)
            return receive_job(FrameReader(stream.fileno()), self.work)

    def content(self, name):
        with open(os.path.join(self.work, name), "rb") as file:
            return file.read()


class WhatTheHostSends(JobTest):
    def test_files_are_cut_out_of_one_stream(self):
        job = self.receive(
            frame(b"J", header(files=FILES)[:20]),
            frame(b"J", header(files=FILES)[20:]),
            frame(b"F", b"1"),
            frame(b"F", b"234"),
            frame(b"F", b"5"),
            frame(b"G"),
        )
        self.assertEqual([file.name for file in job.files], ["a.csv", "empty", "å b"])
        self.assertEqual(self.content("input/a.csv"), b"123")
        self.assertEqual(self.content("input/empty"), b"")
        self.assertEqual(self.content("input/å b"), b"45")
        self.assertEqual(self.content("script.py"), "å = 1\n".encode())
        self.assertEqual(os.listdir(os.path.join(self.work, "output")), [])

    def test_a_host_that_goes_away_before_go_is_no_error(self):
        self.assertIsNone(self.receive())
        self.assertIsNone(self.receive(frame(b"J", header())))

    def test_everything_else_is_refused(self):
        wrong = {
            "no header": [frame(b"G")],
            "another protocol": [frame(b"J", header(protocol=2)), frame(b"G")],
            "unknown frame": [frame(b"J", header()), frame(b"?")],
            "second header": [frame(b"J", header(files=FILES)), frame(b"F", b"1"), frame(b"J", header())],
            "too few bytes": [frame(b"J", header(files=FILES)), frame(b"F", b"1234"), frame(b"G")],
            "too many bytes": [frame(b"J", header(files=FILES)), frame(b"F", b"123456"), frame(b"G")],
            "ends within a frame": [frame(b"J", header())[:-1]],
            "ends within a frame's header": [b"J\0"],
            "frame too long": [b"J" + struct.pack(">I", PAYLOAD_MAX_BYTES + 1)],
            "header too long": [frame(b"J", b" " * PAYLOAD_MAX_BYTES)] * 9,
        }
        for name, frames in wrong.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as self.work, self.assertRaises(ProtocolError):
                self.receive(*frames)


class TheHeader(unittest.TestCase):
    def test_wrong_fields_are_refused(self):
        names = ("", ".", "..", "a/b", "a\\b", "/a", "a\0", "a\n", "\udcff", "n" * 256)
        files = [[{"name": name, "bytes": 0}] for name in names]
        files += [[{"name": "a", "bytes": 0}] * 2, [{"name": "a", "bytes": -1}], [{"name": "a", "bytes": True}]]
        files += [[3], {}]
        files += [[{"name": str(number), "bytes": 0} for number in range(101)]]
        wrong = [{"files": value} for value in files]
        wrong += [{"script": None}, {"entrypoint": "a.b"}, {"entrypoint": ""}, {"values": []}, {"memory": 3}]
        wrong += [{"action": "go"}, {"limits": {"result_bytes": -1}}, {"limits": {"artifact_files": "3"}}]
        for changes in wrong:
            with self.subTest(changes=str(changes)[:80]), self.assertRaises(ProtocolError):
                parse_job(header(**changes))
        for content in (b"", b"[]", b"{", b"\xff", b"[" * 100_000):
            with self.subTest(content=content[:10]), self.assertRaises(ProtocolError):
                parse_job(content)

    def test_limits_can_be_lowered_and_not_raised(self):
        limits = parse_job(header(limits={"artifact_files": 3, "artifact_bytes": 1 << 60})).limits
        self.assertEqual(limits, Limits(artifact_files=3))


class TheEnvironment(unittest.TestCase):
    def test_it_is_what_skriptoteket_gives(self):
        environment = script_environment(parse_job(header(files=FILES[:1], values={"a": "å"})), "/work")
        self.assertEqual(environment.pop("SKRIPTOTEKET_INPUTS"), '{"a": "\\u00e5"}')
        manifest = json.loads(environment.pop("SKRIPTOTEKET_INPUT_MANIFEST"))
        self.assertEqual(manifest, {"files": [{"name": "a.csv", "path": "/work/input/a.csv", "bytes": 3}]})
        self.assertEqual(
            environment,
            {
                "SKRIPTOTEKET_SCRIPT_PATH": "/work/script.py",
                "SKRIPTOTEKET_ENTRYPOINT": "run_tool",
                "SKRIPTOTEKET_INPUT_DIR": "/work/input",
                "SKRIPTOTEKET_OUTPUT_DIR": "/work/output",
                "SKRIPTOTEKET_RESULT_PATH": "/work/result.json",
                "SKRIPTOTEKET_MEMORY_PATH": "/work/memory.json",
            },
        )

    def test_an_action_only_when_there_is_one(self):
        action = {"action_id": "go", "input": {}, "state": {}}
        environment = script_environment(parse_job(header(action=action)), "/work")
        self.assertEqual(json.loads(environment["SKRIPTOTEKET_ACTION"]), action)


if __name__ == "__main__":
    unittest.main()
