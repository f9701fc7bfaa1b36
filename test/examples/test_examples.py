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


def leg(octets):
    """From server to server over two switches' links, in ns: four links of 1 us, of which the
    servers' send 10 Gbit/s and the others 40. Octets are those of the datagram and PPP's two."""
    return 4 * 1000 + 2 * octets * 8 / 10 + 2 * octets * 8 / 40


# A probe: 100 octets of payload, 28 of headers. At both ends the virtual switch: 1 us, 40 Gbit/s,
# Ethernet's 14 octets.
PROBE = 100 + 28
AT_HOME = leg(PROBE + 2) + 2 * (1000 + (PROBE + 14) * 8 / 40)


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

    def test_custom_scheme(self):
        # Each tunnel is a way from server to server more, with 20 octets of outer header.
        found = re.findall(r"^(.*) a probe takes (\d+) ns$", output_of("custom-scheme"),
                           re.MULTILINE)
        self.assertEqual([when for when, _ in found],
                         ["at home", "behind one tunnel", "behind two tunnels"])
        for tunnels, (_, took) in enumerate(found):
            self.assertAlmostEqual(int(took), AT_HOME + tunnels * leg(PROBE + 2 + 20), delta=2)

    def test_own_application(self):
        # 4 s of the VM's own time, a number each millisecond; it stands still for about 10 ms.
        found = re.fullmatch(r"heard (\d+) numbers, (\d+) were missing, silent for (\d+) us\n",
                             output_of("own-application"))
        self.assertEqual(found.groups()[:2], ("4000", "0"))
        self.assertAlmostEqual(int(found.group(3)), 1000 + 10000, delta=500)

    def test_bgp_fabric(self):
        # Of 4 leaves, 2 spines and 8 servers all but the one that has it learn the route. The new
        # server, its leaf and a spine, where packets turn, take 50 ms each to select it, and the
        # spine 10 ms to install it; the others install while they announce. There is a probe each
        # millisecond, of which the VM's 10 ms of standstill lose 10.
        for profile, lost in (("Instant", 10), ("Frr", 10 + 3 * 50 + 10)):
            lines = output_of("bgp-fabric", "--profile=" + profile).splitlines()
            for line, when in zip(lines, ("before", "after")):
                found = re.fullmatch(when + r" the move: 10\.0\.0\.1/32 in (\d+) tables, "
                                     r"a probe takes (\d+) ns", line)
                self.assertEqual(found.group(1), str(4 + 2 + 7))
                self.assertAlmostEqual(int(found.group(2)), AT_HOME, delta=2)
            self.assertAlmostEqual(int(lines[2].split()[0]), 4000 - lost, delta=1)

    def test_inter_dc(self):
        # 200 km of fibre take 1 ms; besides there are 3 links of 1 us in each data centre that a
        # probe begins or ends in, and the virtual switches. Packets turn at the border of the
        # first data centre.
        for scheme, ways in (("host-route", 2), ("ideal", 1)):
            lines = output_of("inter-dc", "--scheme=" + scheme).splitlines()
            self.assertEqual(lines[2], "web runs on dc1-server-0-0")
            for line, when, fibres in zip(lines, ("before", "after"), (1, ways)):
                found = re.fullmatch(when + r" the move a probe takes (\d+) us", line)
                self.assertAlmostEqual(int(found.group(1)), 1000 * fibres + 6 + 2, delta=1)

    def test_examples_are_short(self):
        for name in ("first-move", "custom-scheme", "bgp-fabric", "inter-dc", "own-application"):
            with open(os.path.join(ROOT, "examples", name + ".cc"), encoding="utf-8") as file:
                self.assertLess(file.read().count("\n"), 120, name)

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
