#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the figures of BGP show, from traces made by hand: a chain of four routers, 50 ms each."""

import os
import subprocess
import sys
import tempfile
import unittest

from test_report import FILES, PLOT, REPORT

sys.path.insert(0, PLOT)
import bgp  # noqa: E402
import intervals  # noqa: E402
import traces  # noqa: E402

CHAIN = ["leaf-0", "spine-0", "leaf-1", "wan-x"]
RESUME = 2.03


def chain(start, step, prefix="10.0.0.1/32"):
    """UPDATEs and FIB changes of a wave that goes along the chain."""
    updates = ""
    routes = ""
    for hop, node in enumerate(CHAIN):
        time = start + hop * step
        routes += f"{time + 0.01:.9f},{node},{prefix},add,bgp,10.240.0.{hop},2\n"
        if hop + 1 < len(CHAIN):
            updates += f"{time:.9f},bgp,update,{node},{CHAIN[hop + 1]},vm-a,80\n"
    return updates, routes


class BgpTest(unittest.TestCase):
    """bgp.py and intervals.py."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        begin = chain(0.1, 0.05, "10.0.1.0/24")
        wave = chain(RESUME + 0.05, 0.05)
        files = dict(FILES)
        files["messages.csv"] += begin[0] + wave[0]
        files["routes.csv"] += begin[1] + wave[1] + "2.031,leaf-0,10.0.0.1/32,add,registration,x,2\n"
        # The probe turns at 2.0306 and goes straight again at 2.19; another flow never does.
        files["stretch.csv"] += "2.19,probe,forward,4,4,0.00002,0.00002\n" \
                                "2.0307,bulk,forward,6,4,0.00003,0.00002\n"
        files["migrations.csv"] = files["migrations.csv"].replace(",2.0306,2.0304,",
                                                                  ",2.0306,2.24,")
        for name, text in files.items():
            with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.results = traces.Results(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def test_waves_are_told_apart(self):
        found = bgp.waves(self.results)
        self.assertEqual(len(found), 2)
        self.assertAlmostEqual(found[0][0], 0.11)
        self.assertAlmostEqual(found[0][1], 0.26)
        self.assertAlmostEqual(found[1][1], RESUME + 0.21)

    def test_a_wave_has_its_cause(self):
        first, second = bgp.waves(self.results)
        self.assertEqual(bgp.cause_of(self.results, *second), ("move m1", RESUME))
        name, origin = bgp.cause_of(self.results, *first)
        self.assertEqual(name, "a change at 0.110 s")
        self.assertAlmostEqual(origin, 0.1)

    def test_routers_converge_one_after_the_other(self):
        start, end = bgp.waves(self.results)[1]
        last = bgp.convergence(self.results, start, end, RESUME)
        self.assertEqual(list(last.index), CHAIN)
        for hop, seconds in enumerate(last):
            self.assertAlmostEqual(seconds, 0.06 + 0.05 * hop)

    def test_updates_are_counted_by_link(self):
        links, _, matrix, others = bgp.link_counts(self.results, RESUME, RESUME + 0.3)
        self.assertEqual(links, ["leaf-0 \u2013 spine-0", "leaf-1 \u2013 spine-0",
                                 "leaf-1 \u2013 wan-x"])
        self.assertEqual(others, 0)
        self.assertEqual(matrix.sum(axis=1).tolist(), [1, 1, 1])
        # 50, 100 and 150 of 300 ms in 60 bins.
        self.assertEqual(matrix.argmax(axis=1).tolist(), [10, 20, 30])

    def test_triangles_end_or_stay(self):
        rows = bgp.triangles(self.results, self.results.moves()[0])
        self.assertEqual([row[0] for row in rows], ["probe", "bulk"])
        self.assertAlmostEqual(rows[0][1], 2.0306)
        self.assertAlmostEqual(rows[0][2], 2.19)
        self.assertFalse(rows[0][3])
        self.assertEqual(rows[1][2:], (3.0, True))

    def test_tiers(self):
        names = ["wan-x", "dc1-br-0", "core-3", "dc0-spine-1", "agg-1-0", "dc2-leaf-0", "edge-0-1",
                 "dc0-server-1-0", "mine"]
        self.assertEqual([bgp.tier_of(name) for name in names], [0, 1, 2, 2, 3, 4, 4, 5, 6])

    def test_the_report_has_the_figures(self):
        done = subprocess.run(["/usr/bin/python3", REPORT, self.folder.name],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        plots = os.listdir(os.path.join(self.folder.name, "plots"))
        for name in ("bgp-0.png", "bgp-1.png", "triangle-m1.png"):
            self.assertIn(name, plots)

    def test_share_of_routers_by_setting(self):
        seconds, percent = intervals.share(self.results, 2.0, 3.0)
        self.assertEqual(percent, [0, 25, 50, 75, 100])
        self.assertAlmostEqual(seconds[1], RESUME + 0.06 - 2)
        self.results.run["settings"] = {"ns3::vmm::BgpRouter::Mrai": "5s"}
        self.assertEqual(intervals.setting_of(self.results, "Mrai"), "Mrai 5s")

    def test_intervals_draws_and_refuses(self):
        tool = os.path.join(PLOT, "intervals.py")
        picture = os.path.join(self.folder.name, "picture.png")
        call = ["/usr/bin/python3", tool, picture, "Mrai", "0,2", self.folder.name]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(os.path.getsize(picture), 5000)
        call[4] = "soon"
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (2, "found soon, expected seconds with commas between\n"))
        call[4:] = ["0", os.path.join(self.folder.name, "nowhere")]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("found no such folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
