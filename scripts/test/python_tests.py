"""Runs the unit tests of a folder and writes each one's outcome as JSON: python_tests.py FOLDER REPORT"""

import json
import sys
import unittest


class Recorder(unittest.TextTestResult):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.outcomes = {}

    def note(self, test, state, reason=None):
        # A failed subtest decides over the success that its test is then said to be.
        if self.outcomes.get(test.id(), {}).get("state") != "failed":
            self.outcomes[test.id()] = {"name": test.id(), "state": state, "reason": reason}

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "passed")

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "failed", first_line(err))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failed", first_line(err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, "failed", first_line(err))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note(test, "passed")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "failed", "passed, but was expected to fail")


def first_line(err):
    lines = str(err[1]).splitlines()
    return lines[0] if lines else type(err[1]).__name__


def main():
    folder, report = sys.argv[1:]
    suite = unittest.defaultTestLoader.discover(folder)
    result = unittest.TextTestRunner(resultclass=Recorder).run(suite)
    with open(report, "w", encoding="utf-8") as file:
        json.dump(list(result.outcomes.values()), file)
    sys.exit(0 if result.wasSuccessful() else 1)


main()
