# SPDX-License-Identifier: GPL-2.0-only
"""Runs the unittest cases of one folder: unittests.py FOLDER [REGEX].

The last line is "unittests: " and a JSON list of [name, text of the failure or null]."""

import json
import os
import re
import sys
import unittest


class Result(unittest.TestResult):
    """Remembers each case with its failure. A failed sub-test fails its case."""

    def __init__(self):
        super().__init__()
        self.outcome = {}

    def startTest(self, test):
        super().startTest(test)
        self.outcome[test.id()] = None

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.outcome.pop(test.id(), None)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.outcome[test.id()] = self.failures[-1][1]

    def addError(self, test, err):
        super().addError(test, err)
        self.outcome[test.id()] = self.errors[-1][1]

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            text = str(subtest) + "\n" + self._exc_info_to_string(err, test)
            self.outcome[test.id()] = (self.outcome.get(test.id()) or "") + text


def cases(suite):
    """The single cases of a suite of suites."""
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from cases(entry)
        else:
            yield entry


def main(folder, pattern=""):
    """Runs them and prints the list."""
    found = unittest.defaultTestLoader.discover(folder, pattern="test_*.py", top_level_dir=folder)
    chosen = [case for case in cases(found) if re.search(pattern, case.id())]
    result = Result()
    unittest.TestSuite(chosen).run(result)
    prefix = os.path.basename(folder) + "."
    rows = [[prefix + name, text] for name, text in sorted(result.outcome.items())]
    print("\nunittests: " + json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
