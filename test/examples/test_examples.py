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

    def test_fluid_against_tcp(self):
        # 16 MiB at 1 Gbit/s, of which 1448 in 1490 octets are content, take 138.1 ms.
        for transfer, least, most in (("fluid", 1, 1000), ("tcp", 100000, 1000000)):
            text = output_of("fluid-against-tcp", "--transfer=" + transfer, "--memory=16",
                             "--bulk=0")
            found = re.fullmatch(transfer + r": 16 MiB beside 0 bulk connections in (\S+) s, "
                                 r"(\d+) events\n", text)
            self.assertAlmostEqual(float(found.group(1)), 0.1381, delta=0.001)
            self.assertGreater(int(found.group(2)), least)
            self.assertLess(int(found.group(2)), most)

    def test_fluid_against_tcp_over_time(self):
        lines = output_of("fluid-against-tcp", "--memory=4", "--rate=100Mbps",
                          "--bin=100ms").splitlines()
        self.assertEqual(lines[0], "time_s,copy_bps,bulk_bps")
        rows = [[float(word) for word in line.split(",")] for line in lines[1:]]
        before = [bulk for time, _, bulk in rows if -0.6 < time < 0]
        beside = [copy for time, copy, _ in rows if 0.15 < time < 0.5]
        self.assertGreater(min(before), 95e6)
        self.assertTrue(all(abs(copy - 48.6e6) < 5e6 for copy in beside) and beside, beside)

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
