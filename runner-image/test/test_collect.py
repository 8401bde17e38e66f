"""RC-5: what is kept of a script's files, what is refused, and that nothing is ever followed."""

import io
import json
import os
import socket
import tempfile
import unittest
from unittest import mock

import support  # noqa: F401
from scriptorium_runner import collect
from scriptorium_runner.frames import FrameReader, FrameWriter
from scriptorium_runner.job import Limits


class CollectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name
        self.output = os.path.join(self.work, "output")
        os.mkdir(self.output)

    def write(self, name, content=b"x"):
        path = os.path.join(os.fsencode(self.output), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def frames(self, send):
        work_descriptor = os.open(self.work, os.O_RDONLY)
        try:
            with tempfile.TemporaryFile() as stream:
                send(FrameWriter(stream.fileno()), work_descriptor)
                stream.seek(0)
                reader = FrameReader(stream.fileno())
                return list(iter(reader.read, None))
        finally:
            os.close(work_descriptor)

    def collect(self, **limits):
        """Kept files as path -> content, refused ones as path -> reason, and how many were refused."""
        kept, refused = {}, {}
        frames = self.frames(lambda writer, work: collect.send_artifacts(writer, work, Limits(**limits)))
        for kind, payload in frames:
            if kind == b"a":
                header = json.loads(payload)
                path = header["path"]
                kept[path] = io.BytesIO()
                refused[path] = header["bytes"]
            elif kind == b"A":
                kept[path].write(payload)
        self.assertEqual(frames[-1][0], b"n")
        for path, content in kept.items():
            self.assertEqual(len(content.getvalue()), refused.pop(path))
        notes = json.loads(frames[-1][1])
        reasons = {note["path"]: note["reason"] for note in notes["refused"]}
        return {path: content.getvalue() for path, content in kept.items()}, reasons, notes["refused_count"]

    def result(self, bytes_max=100):
        frames = self.frames(lambda writer, work: collect.send_result(writer, work, bytes_max))
        return json.loads(frames[0][1]), b"".join(payload for kind, payload in frames[1:] if kind == b"R")


class Artifacts(CollectTest):
    def test_regular_files_are_kept_in_the_order_of_their_paths(self):
        self.write("b.txt", b"2")
        self.write("a/å.txt", b"")
        self.write("a.txt", b"1" * 200_000)
        kept, refused, _ = self.collect()
        self.assertEqual(list(kept), ["output/a/å.txt", "output/a.txt", "output/b.txt"])
        self.assertEqual(kept["output/a.txt"], b"1" * 200_000)
        self.assertEqual(refused, {})

    def test_links_and_special_files_are_refused(self):
        os.symlink("/etc/passwd", f"{self.output}/absolute")
        os.symlink("../secret", f"{self.output}/relative")
        os.symlink("loop", f"{self.output}/loop")
        os.symlink("/", f"{self.output}/folder")
        os.mkfifo(f"{self.output}/fifo")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"{self.output}/socket")
            kept, refused, _ = self.collect()
        self.assertEqual(kept, {})
        links = dict.fromkeys((f"output/{name}" for name in ("absolute", "relative", "loop", "folder")), "link")
        self.assertEqual(refused, {**links, "output/fifo": "special_file", "output/socket": "special_file"})

    def test_hard_links_are_refused(self):
        os.link(self.write("a"), os.fsencode(f"{self.output}/b"))
        self.assertEqual(self.collect()[1], {"output/a": "hard_link", "output/b": "hard_link"})

    def test_a_sparse_file_counts_by_its_size(self):
        os.truncate(self.write("sparse"), 1 << 40)
        self.assertEqual(self.collect()[1], {"output/sparse": "too_large"})

    def test_unreadable_files_and_folders_are_kept_all_the_same(self):
        os.chmod(self.write("locked/file"), 0)
        os.chmod(f"{self.output}/locked", 0)
        os.chmod(self.output, 0)
        self.assertEqual(self.collect()[0], {"output/locked/file": b"x"})

    def test_names_that_nobody_should_have(self):
        for name in (b"new\nline", b"escape\x1b[31m", b"\xff\xfe", "next\x85line".encode(), b"back\\slash", b"n" * 255):
            self.write(name)
        kept, refused, _ = self.collect()
        self.assertEqual(set(kept), {"output/back\\slash", "output/" + "n" * 255})
        self.assertEqual(
            refused,
            {
                "output/new\\nline": "control_character",
                "output/escape\\x1b[31m": "control_character",
                "output/next\\x85line": "control_character",
                "output/\\udcff\\udcfe": "name_not_utf8",
            },
        )

    def test_depth_and_length_have_an_end(self):
        levels = collect.DEPTH_MAX - 2  # without output/ and the file
        self.write("d/" * levels + "kept")
        self.write("d/" * (levels + 1) + "refused")
        self.write("n" * 250 + "/" + "n" * 250 + "/" + "n" * 20)
        kept, refused, _ = self.collect()
        self.assertEqual(list(kept), ["output/" + "d/" * levels + "kept"])
        self.assertEqual(sorted(refused.values()), ["path_too_long", "too_deep"])

    def test_numbers_and_sizes_have_an_end(self):
        for name in "abcd":
            self.write(name, b"12345")
        self.assertEqual(self.collect(artifact_files=3)[1], {"output/d": "too_many_files"})
        self.assertEqual(self.collect(artifacts_bytes=17)[1], {"output/d": "total_too_large"})
        self.assertEqual(self.collect(artifact_bytes=4)[2], 4)
        self.assertEqual(len(self.collect(artifact_bytes=5, artifacts_bytes=20)[0]), 4)

    def test_notes_are_counted_beyond_the_bound(self):
        for number in range(collect.NOTES_MAX + 50):
            self.write(f"{number:03}")
        _, refused, refused_count = self.collect(artifact_files=0)
        self.assertEqual((len(refused), refused_count), (collect.NOTES_MAX, collect.NOTES_MAX + 50))

    def test_the_output_folder_itself_may_have_been_replaced(self):
        os.rmdir(self.output)
        self.assertEqual(self.collect()[1], {"output": "not_a_folder"})
        os.symlink("/etc", self.output)
        self.assertEqual(self.collect()[1], {"output": "not_a_folder"})

    def test_no_descriptor_is_left_open(self):
        for number in range(20):
            self.write(f"{number}/file")
        before = len(os.listdir("/proc/self/fd"))
        self.collect()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_a_file_that_shrinks_is_never_padded(self):
        self.write("a", b"12345")
        with mock.patch.object(collect.os, "read", return_value=b""), self.assertRaises(RuntimeError):
            self.collect()


class Result(CollectTest):
    def path(self):
        return os.path.join(self.work, "result.json")

    def test_present(self):
        with open(self.path(), "wb") as file:
            file.write(b"{}")
        os.chmod(self.path(), 0)
        self.assertEqual(self.result(), ({"state": "present", "bytes": 2}, b"{}"))

    def test_missing(self):
        self.assertEqual(self.result(), ({"state": "missing", "bytes": 0}, b""))

    def test_too_large(self):
        with open(self.path(), "wb") as file:
            file.truncate(1 << 40)
        self.assertEqual(self.result(), ({"state": "too_large", "bytes": 1 << 40}, b""))

    def test_not_a_regular_file(self):
        for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("/etc/passwd", path)):
            make(self.path())
            self.assertEqual(self.result(), ({"state": "not_regular", "bytes": 0}, b""))
            (os.rmdir if make is os.mkdir else os.unlink)(self.path())


if __name__ == "__main__":
    unittest.main()
