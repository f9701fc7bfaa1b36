#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The figures of copies and the sweeps over runs, from traces made by hand."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from test_report import FILES, PLOT, REPORT

sys.path.insert(0, PLOT)
import copies  # noqa: E402
import sweep  # noqa: E402
import traces  # noqa: E402

PYTHON = "/usr/bin/python3"
OLD = FILES["migrations.csv"].split("\n")
# Two more moves, the second one by post-copy, with the columns that older traces lack.
NEW_HEADER = OLD[0] + ",transfer,stall_s,faults,throttled_s,lost_state_s,lost_state_bytes," \
                      "storage_bytes,queue_s"
M2 = "m2,vm-b,hot,post-copy,host-route,server-0-0,server-2-0,1.5,1.6,2.2,2.25,2.25,2.2501," \
     "2.2504,2.2503,2.2506,2.2504,,,1,1000000,1100000,0.05,0.06,no,0,0.0001,0.0002,0.0001,0.0002," \
     "-0.0004,31,400,100,0.4,1.5,1.5,10,900,completed"
M3 = M2.replace("m2,vm-b", "m3,vm-c").replace("1.5,1.6,2.2,2.25,", "1.5,2.25,2.3,2.35,")
MIGRATIONS = "\n".join([NEW_HEADER, OLD[1] + ",tcp,,,0.2,,,,", M2 + ",fluid,0.1,250,,,,,0.05",
                        M3 + ",fluid,0.2,500,,0.75,3145728,,0.7"]) + "\n"
ROUNDS = """migration,round,start_s,end_s,sent_bytes,dirtied_bytes,rate_bps,phase,throttle
m1,1,1.001,1.9,900000,100000,8000000,memory,0
m1,2,1.9,2,100000,20000,8000000,memory,0.3
m1,3,2,2.03,20000,0,5300000,last,0.3
m2,1,2.25,2.9,900000,0,8000000,push,0
m3,1,2.35,2.9,900000,0,8000000,push,0
"""


class CopiesTest(unittest.TestCase):
    """copies.py and sweep.py."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.results = self.make("run", {"migrations.csv": MIGRATIONS, "rounds.csv": ROUNDS})

    def tearDown(self):
        self.folder.cleanup()

    def make(self, name, changes):
        """A results folder with some files changed."""
        path = os.path.join(self.folder.name, name)
        os.makedirs(path)
        for file, text in {**FILES, **changes}.items():
            with open(os.path.join(path, file), "w", encoding="utf-8") as out:
                out.write(text)
        return traces.Results(path)

    def call(self, *words):
        return subprocess.run([PYTHON, *words], capture_output=True, text=True, check=False)

    def plots(self, results):
        done = self.call(REPORT, results.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return os.listdir(os.path.join(results.folder, "plots"))

    def test_the_report_has_the_figures(self):
        plots = self.plots(self.results)
        for name in ("rounds-m1", "rounds-m2", "guest-m1", "concurrency", "stalls"):
            self.assertIn(name + ".png", plots)

    def test_traces_without_the_new_columns_are_fine(self):
        old = self.make("old", {})
        plots = self.plots(old)
        self.assertIn("rounds-m1.png", plots)
        self.assertNotIn("stalls.png", plots)
        self.assertNotIn("concurrency.png", plots)
        rows = copies.rounds_of(old, old.moves()[0])
        self.assertEqual([row["phase"] for row in rows], ["memory", "memory"])

    def test_empty_new_columns_are_fine(self):
        empty = "\n".join([NEW_HEADER, OLD[1] + "," * 8]) + "\n"
        plots = self.plots(self.make("empty", {"migrations.csv": empty}))
        self.assertNotIn("stalls.png", plots)

    def test_completion_times(self):
        rows = "flow,id,start_s,end_s,bytes,fct_s,outcome\n" + "".join(
            f"{flow},{i},{i / 10},{i / 10 + 0.01},20000,0.01,completed\n"
            for i in range(1, 20) for flow in ("calls", "query", "query.1", "query.2"))
        rows += "calls,20,2,,1000,,unfinished\n"
        plots = self.plots(self.make("fct", {"transfers.csv": rows}))
        self.assertIn("transfers.png", plots)
        none = self.make("none", {"transfers.csv": rows.split("\n")[0] + "\n"})
        self.assertNotIn("transfers.png", self.plots(none))

    def test_moves_at_the_same_time(self):
        spans = copies.spans_of(self.results.moves())
        self.assertEqual([(start, round(end, 3)) for start, end, _ in spans],
                         [(1.001, 2.03), (1.6, 2.35), (2.25, 2.55)])
        times, counts = copies.level([(start, end) for start, end, _ in spans])
        self.assertEqual(counts, [0, 1, 2, 1, 2, 1, 0])
        self.assertEqual([round(time, 3) for time in times],
                         [1.001, 1.001, 1.6, 2.03, 2.25, 2.35, 2.55])

    def test_what_a_copy_met(self):
        dirty, rate, downtime = copies.measured(self.results, self.results.moves()[0])
        self.assertAlmostEqual(dirty, 120000 / 0.999)
        self.assertAlmostEqual(rate, 8 * 1000000 / 0.999)
        self.assertAlmostEqual(downtime, 0.03)
        self.assertIsNone(copies.measured(self.results, self.results.moves()[1]))

    def test_numbers_of_settings(self):
        self.assertEqual(sweep.number("500ms"), (0.5, "s"))
        self.assertEqual(sweep.number("10Gbps"), (1e10, "bit/s"))
        self.assertEqual(sweep.number("4194304"), (4194304, ""))
        self.assertIsNone(sweep.number("Path"))
        self.assertIsNone(sweep.number("5parsec"))

    def swept(self):
        """Three runs with an Interval and a rate each."""
        runs = []
        for name, interval, rate in (("a", "1s", "x"), ("b", "200ms", "x"), ("c", "1s", "y")):
            run = json.loads(FILES["run.json"])
            run["settings"] = {"ns3::vmm::Checkpoint::Interval": interval, "scheme": rate,
                               "seed": name}
            runs.append(self.make(name, {"run.json": json.dumps(run), "migrations.csv": MIGRATIONS,
                                         "rounds.csv": ROUNDS}))
        return runs

    def test_lines_of_a_sweep(self):
        unit, lines = sweep.collect(self.swept(), "Interval", "lost_state_bytes")
        self.assertEqual(unit, "s")
        self.assertEqual(lines, {"m3, scheme x": [(0.2, 3.0), (1.0, 3.0)],
                                 "m3, scheme y": [(1.0, 3.0)]})

    def test_sweep_draws_and_refuses(self):
        tool = os.path.join(PLOT, "sweep.py")
        picture = os.path.join(self.folder.name, "picture.png")
        folders = [run.folder for run in self.swept()]
        done = self.call(tool, picture, "Interval", "lost_state_s,copy_s", *folders)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertGreater(os.path.getsize(picture), 5000)
        done = self.call(tool, picture, "Ende", "copy_s", *folders)
        self.assertEqual((done.returncode, done.stderr),
                         (2, f"{folders[0]}: found 0 settings Ende, expected one\n"))
        done = self.call(tool, picture, "scheme", "copy_s", *folders)
        self.assertEqual((done.returncode, done.stderr),
                         (2, f"{folders[0]}: found scheme x, expected a number\n"))
        done = self.call(tool, picture, "Interval", "hops", *folders)
        self.assertEqual((done.returncode, done.stderr),
                         (2, "found no value of hops in any run, expected some\n"))
        self.assertEqual(self.call(tool).returncode, 2)
        self.assertEqual(self.call(tool, "--help").returncode, 0)


if __name__ == "__main__":
    unittest.main()
