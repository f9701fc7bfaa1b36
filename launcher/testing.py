# SPDX-License-Identifier: GPL-2.0-only
"""Everything that ./vmm test runs: the build, the C++ tests, the Python tests, the style checks."""

import glob
import json
import os
import re
import subprocess
import xml.etree.ElementTree

from launcher import building
from launcher.common import BUILD, PYTHON, ROOT, StatusLine, VmmError, say


class Score:
    """Counts of what passed and failed, with the failures' text shown as they come."""

    def __init__(self):
        self.passed = 0
        self.failed = []

    def add(self, name, good, text=""):
        """One result; text is what the reader of a failure needs."""
        if good:
            self.passed += 1
        else:
            self.failed.append(name)
            print(f"FAILED {name}")
            if text:
                print("\n".join("    " + line for line in text.rstrip().splitlines()[-60:]))

    def close(self):
        """Prints the failures' names and the closing line; returns the status."""
        if self.failed:
            print("failed: " + " ".join(self.failed))
        print(f"{self.passed} passed, {len(self.failed)} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def build_step(score, name, targets, allow_warnings=False):
    """Builds as one test; a warning fails it too."""
    try:
        found = building.warnings(building.build(targets, keep_going=True))
        score.add(name, allow_warnings or not found, "\n".join(found))
        return True
    except building.BuildError as error:
        score.add(name, False, error.text)
        return False


def read_junit(path, score):
    """Counts the cases of a JUnit file as ctest writes it. Disabled and skipped ones do not count."""
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        if status in ("disabled", "notrun") and case.find("failure") is None:
            if status == "disabled" or case.find("skipped") is not None:
                continue
        good = status == "run" and case.find("failure") is None
        score.add(case.get("name"), good, case.findtext("system-out") or "did not run")


def ctest(score, pattern=None):
    """Runs the C++ tests."""
    report = os.path.join(BUILD, "ctest.xml")
    if os.path.exists(report):
        os.unlink(report)
    command = ["ctest", "--test-dir", BUILD, "-j", str(building.jobs()), "--output-junit", report]
    if pattern:
        command += ["-R", pattern]
    status_line = StatusLine()
    output = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace") as process:
        for line in process.stdout:
            output.append(line)
            status_line.show(line.rstrip())
    status_line.clear()
    before = len(score.failed)
    if os.path.exists(report):
        read_junit(report, score)
    if process.returncode != 0 and len(score.failed) == before:
        score.add("ctest", False, "".join(output))


def python_folders():
    """The folders below test/ that hold Python tests."""
    return sorted(set(os.path.dirname(path)
                      for path in glob.glob(os.path.join(ROOT, "test", "*", "test_*.py"))))


def python(score, pattern=None):
    """Runs the Python tests of each folder in a process of its own."""
    runner = os.path.join(ROOT, "launcher", "unittests.py")
    environment = dict(os.environ, PYTHONPATH=ROOT, PYTHONDONTWRITEBYTECODE="1", MPLBACKEND="Agg")
    for folder in python_folders():
        done = subprocess.run([PYTHON, runner, folder] + ([pattern] if pattern else []),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", env=environment, cwd=ROOT, check=False)
        found = re.search(r"^unittests: (.*)$", done.stdout, re.MULTILINE)
        if not found:
            score.add(os.path.relpath(folder, ROOT), False, done.stdout)
            continue
        for name, text in json.loads(found.group(1)):
            score.add(name, text is None, text or "")


def test(pattern=None):
    """Builds and runs everything; returns the status. The last line is 'N passed, N failed'."""
    score = Score()
    try:
        say("building")
        built = build_step(score, "build", ())
        if not pattern:
            say("compiling each header alone")
            build_step(score, "header-check", ("header-check",))
        if built:
            say("C++ tests")
            ctest(score, pattern)
        say("Python tests and style")
        python(score, pattern)
    except VmmError as error:
        score.add("vmm", False, str(error))
    return score.close()
