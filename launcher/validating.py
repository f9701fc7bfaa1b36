# SPDX-License-Identifier: GPL-2.0-only
"""Compares published results with ours and puts the table into doc/validation.md."""

import os
import subprocess

from launcher import building
from launcher.common import BUILD, ROOT, VmmError, say, short

PAGE = os.path.join(ROOT, "doc", "validation.md")
BEGIN = "<!-- made by ./vmm validate -->\n"
END = "<!-- end -->\n"


def table(pattern=""):
    """Runs the cases whose group's name contains pattern; returns (status, Markdown table)."""
    say("building")
    building.build(["vmm-validate"])
    say("running the cases")
    measured = os.path.join(ROOT, "scenarios", "validation")
    done = subprocess.run([os.path.join(BUILD, "vmm-validate"), "--measured=" + measured]
                          + (["--filter=" + pattern] if pattern else []),
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise VmmError("vmm-validate ended with status " + str(done.returncode), 1)
    return done.returncode, done.stdout


def replace(page, text):
    """The page with the text between its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise VmmError(short(PAGE) + " has lost the marks of its table")
    return before + BEGIN + "\n" + text + "\n" + END + after


def validate(pattern=""):
    """Prints the table; writes it into the page when all cases ran. 1 when one is not within."""
    status, text = table(pattern)
    print(text, end="")
    if not pattern:
        with open(PAGE, encoding="ascii") as page:
            old = page.read()
        with open(PAGE, "w", encoding="ascii") as page:
            page.write(replace(old, text))
        say("table written to " + short(PAGE))
    return status
