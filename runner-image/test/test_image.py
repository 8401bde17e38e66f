"""What can be said of the image without building it."""

import json
import re
import subprocess
import unittest

from support import RUNNER_IMAGE
from scriptorium_runner import libraries


def read(name):
    return (RUNNER_IMAGE / name).read_text(encoding="utf-8")


class Images(unittest.TestCase):
    def test_both_images_end_the_same(self):
        endings = [read(name).partition("ARG HARNESS_SHA256\n")[2] for name in ("Dockerfile", "Dockerfile.harness")]
        self.assertTrue(endings[0])
        self.assertEqual(*endings)

    def test_every_curated_library_is_pinned(self):
        pins = re.findall(r"^([a-z0-9-]+)==[0-9.]+$", read("requirements.txt"), re.MULTILINE)
        self.assertEqual(sorted(pins), sorted(libraries.CURATED))

    def test_the_harness_hash_can_be_told(self):
        printed = subprocess.run([RUNNER_IMAGE / "harness-hash"], capture_output=True, text=True, check=True).stdout
        self.assertRegex(printed, r"^[0-9a-f]{64}\n$")


class SeccompProfile(unittest.TestCase):
    def setUp(self):
        self.profile = json.loads(read("seccomp.json"))
        self.allowed = {
            name
            for rule in self.profile["syscalls"]
            if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args")
            for name in rule["names"]
        }

    def test_what_is_not_named_is_denied(self):
        self.assertEqual(self.profile["defaultAction"], "SCMP_ACT_ERRNO")

    def test_nothing_dangerous_is_allowed_without_condition(self):
        dangerous = """
            acct add_key adjtimex bpf chroot clone clone3 delete_module execveat fanotify_init finit_module fsopen
            init_module io_uring_enter io_uring_register io_uring_setup ioctl ioperm iopl kcmp kexec_load keyctl
            memfd_create memfd_secret migrate_pages mknod mknodat mount mount_setattr move_mount move_pages mq_open
            name_to_handle_at open_by_handle_at open_tree perf_event_open personality pidfd_getfd pivot_root prlimit64
            process_madvise process_mrelease process_vm_readv process_vm_writev ptrace quotactl reboot request_key
            sched_setaffinity sched_setattr sched_setscheduler setgid setgroups sethostname setns setpriority setresuid
            setuid shmget socket socketpair splice swapon sync syslog tee umount2 unshare userfaultfd vmsplice
        """.split()
        self.assertEqual(self.allowed.intersection(dangerous), set())


if __name__ == "__main__":
    unittest.main()
