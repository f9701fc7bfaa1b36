# SPDX-License-Identifier: GPL-2.0-only
"""Executes the tutorial: every block of commands in its order, in one shell session's folder."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from launcher import building
from launcher.common import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(text):
    """[(command, lines expected of it)] of all blocks of a page, in their order."""
    found = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            elif line.startswith("> ") or line == ">":
                found[-1][0] += "\n" + line[2:]
            else:
                found[-1][1].append(line)
    return found


def pattern(lines):
    """What output matches lines in which ... stands for anything, or alone for any lines."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:[^\n]*\n)*")
        else:
            parts.append(r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r"\n")
    return "".join(parts)


class Session:
    """Commands one after another, each in a shell that begins where the one before ended."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, command):
        """Runs a command; returns (status, what it printed, the same with what the launcher says)."""
        script = command + "\nstatus=$?; pwd >&3; exit $status\n"
        with tempfile.TemporaryFile("w+") as where:
            done = subprocess.run(["bash", "-c", "exec 3>&%d\n" % where.fileno() + script],
                                  cwd=self.folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False,
                                  pass_fds=[where.fileno()])
            where.seek(0)
            self.folder = where.read().strip() or self.folder
        # What is built meanwhile is no part of the page.
        lines = [line for line in done.stdout.splitlines(True) if not line.startswith("vmm: ")]
        return done.returncode, "".join(lines), done.stdout


class Tutorial(unittest.TestCase):
    """In a folder that looks like the project's, without results."""

    def test_how_pages_are_read(self):
        text = "# A\n\n```console\n$ a <<END\n> b\n> END\nc ... d\n...\n$ e\n```\n\n    $ no\n"
        self.assertEqual(steps(text), [["a <<END\nb\nEND", ["c ... d", "..."]], ["e", []]])
        self.assertTrue(re.fullmatch(pattern(["c ... d", "..."]), "c 1 d\nx\ny\n"))
        self.assertFalse(re.fullmatch(pattern(["c ... d"]), "c 1 e\n"))

    def test_every_command(self):
        building.build(["vm-mobility-scenario"])
        folder = tempfile.mkdtemp(prefix="vmm-tutorial-")
        self.addCleanup(shutil.rmtree, folder)
        for name in ("vmm", "scenarios", "examples", "build"):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
        with open(os.path.join(ROOT, "doc", "tutorial.md"), encoding="utf-8") as page:
            commands = steps(page.read())
        self.assertGreater(len(commands), 10)
        # The page takes its schemes out again, not so when a command before fails.
        before = building.option("VMM_SCHEME_FOLDER") or ""
        self.addCleanup(building.build, ["vm-mobility-scenario"], ["VMM_SCHEME_FOLDER=" + before])
        session = Session(folder)
        for command, expected in commands:
            status, output, everything = session.run(command)
            self.assertEqual(status, 0, f"{command}\n{everything}")
            if not re.fullmatch(pattern(expected), output):
                self.assertEqual(output.splitlines(), expected, f"{command}\n{everything}")


if __name__ == "__main__":
    unittest.main()
