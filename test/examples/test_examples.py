#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The examples print what their readers are told, and the README shows the one that is built."""

import os
import re
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def output_of(program, *arguments):
    """What an example prints; fails if it does not end well."""
    return subprocess.run([os.path.join(ROOT, "build", program), *arguments], check=True,
                          stdout=subprocess.PIPE, text=True, timeout=120).stdout


class Examples(unittest.TestCase):
    def test_first_move(self):
        # The VM stands still for about 10 ms of a flow with a packet each millisecond.
        self.assertEqual(output_of("first-move"),
                         "web runs on server-2-0, 3990 of 4000 probes arrived\n")

    def test_first_move_with_the_literal_text(self):
        # The host route at the source alone sends the client's packets round in a loop.
        text = output_of("first-move", "--redirect=SourceOnly")
        arrived = int(re.fullmatch(r"web runs on server-2-0, (\d+) of 4000 .*\n", text).group(1))
        self.assertGreater(arrived, 1000)
        self.assertLess(arrived, 2000)

    def test_a_run_wants_a_scenario(self):
        for words, expected in (
                ([], "--scenario: found no folder, expected a scenario folder\n"),
                (["--scenario="], "--scenario=: found no value, expected one\n"),
                (["--check", "--scenario=x", "--out="], "--out=: found no value, expected one\n")):
            done = subprocess.run([os.path.join(ROOT, "build", "vm-mobility-scenario"), *words],
                                  check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, timeout=120)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr, expected)
            self.assertEqual(done.stdout, "")

    def test_readme_shows_the_first_move(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        with open(os.path.join(ROOT, "examples", "first-move.cc"), encoding="utf-8") as file:
            example = file.read()
        body = example[example.index("    GuestClock::Enable"):example.index("    Simulator::Destroy")]
        self.assertIn("\n" + body, readme)


if __name__ == "__main__":
    unittest.main()
