# SPDX-License-Identifier: GPL-2.0-only
"""./vmm compare from outside, with the real program on a small scenario."""

import base64
import csv
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time

import browser
import small
from launcher.common import PROGRAM, PYTHON, ROOT
from launcher.compare import campaign, hashing, job, plan, store

RESULTS = ("comparison.csv", "differences.csv", "comparison.md", "comparison.tex", "findings.txt",
           "report.html")
PICTURE = base64.b64encode(b"no picture").decode("ascii")
WORDS = ("--schemes", "host-route,ideal", "--seeds", "3")


class Compare(small.SmallScenario):
    """The cases share one finished comparison, which they do not change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.compare(cls, cls.scenario, *WORDS, "--out", "first")

    def rows(self, name, folder="first"):
        """A CSV file of a comparison."""
        with open(self.path(folder, name), newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    def summary(self, scheme, seed, metric):
        """A value of one of the runs."""
        for folder in glob.glob(self.path("first", "runs", glob.escape(scheme) + "-*")):
            with open(f"{folder}/seed-{seed}/summary.csv", newline="", encoding="utf-8") as lines:
                for row in csv.DictReader(lines):
                    if row["metric"] == metric:
                        return float(row["value"])
        self.fail(f"no {metric} of {scheme} with seed {seed}")

    def test_everything_is_there(self):
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        lines = self.first.stdout.splitlines()
        self.assertEqual(lines[0], "report: first/report.html")
        self.assertRegex(lines[1], r"^\d+ paired differences were tested; \d+ are significant and ")
        self.assertIn("vmm: 6 of 6 runs to make\n", self.first.stderr)
        self.assertRegex(self.first.stderr, r"vmm: 6 of 6 runs  100 %  wall .* left about 0 s\n")
        for name in RESULTS + ("plots/bars.png", "plots/bars.pdf", "plots/cdf.png", "plots/cdf.pdf"):
            self.assertGreater(os.path.getsize(self.path("first", name)), 100, name)

    def test_figures_are_those_of_the_runs(self):
        for scheme in ("host-route", "ideal"):
            values = [self.summary(scheme, seed, "outage_mean") for seed in (1, 2, 3)]
            row, = [row for row in self.rows("comparison.csv")
                    if (row["metric"], row["scheme"]) == ("outage_mean", scheme)]
            self.assertEqual((row["unit"], row["parameters"], row["runs"], row["n"]),
                             ("s", "", "3", "3"))
            self.assertAlmostEqual(float(row["mean"]), sum(values) / 3, 12)
            self.assertAlmostEqual(float(row["median"]), sorted(values)[1], 12)
        pairs = [self.summary("host-route", seed, "control_messages")
                 - self.summary("ideal", seed, "control_messages") for seed in (1, 2, 3)]
        row, = [row for row in self.rows("differences.csv") if row["metric"] == "control_messages"]
        self.assertEqual((row["scheme"], row["other_scheme"], row["n"]), ("host-route", "ideal", "3"))
        self.assertEqual(float(row["difference"]), pairs[0])
        # Messages are counted, and every seed counts the same.
        self.assertEqual(pairs, [pairs[0]] * 3)
        self.assertEqual((row["significant"], row["half_width_95"], row["p"], row["note"]),
                         ("no", "", "", "no variance over the seeds: no interval"))

    def test_a_run_tells_its_own_place(self):
        for path in glob.glob(self.path("first", "runs", "*", "seed-*", "run.json")):
            command = json.loads(small.read(path))["command_line"]
            self.assertIn("--out=" + os.path.dirname(path), command)

    def test_report_says_how_it_was_made(self):
        page = small.read(self.path("first", "report.html")).decode("utf-8")
        for text in ("./vmm compare ", "--schemes host-route,ideal --seeds 3", "1 to 3, the same",
                     "build id", "ns-3", "compiler", "snakemake", "7.", "Python", "hash "):
            self.assertIn(text, page)

    def test_a_second_call_runs_nothing(self):
        def state():
            return {path: os.stat(path).st_mtime_ns
                    for path in glob.glob(self.path("first", "**", "*.*"), recursive=True)
                    if not path.endswith((".log", "plan-*.json")) and "plan-" not in path}

        before = state()
        done = self.compare(self.scenario, *WORDS, "--out", "first", "--jobs", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "vmm: nothing to run: the results of all 6 runs are there\n")
        self.assertEqual(done.stdout, self.first.stdout)
        self.assertEqual(state(), before)

    def test_killed_half_way_it_ends_with_the_same_files(self):
        process = subprocess.Popen(
            small.command(self.scenario, *WORDS, "--out", "killed", "--jobs", "1"), cwd=self.top,
            env=small.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        stamps = self.path("killed", "runs", "*", "seed-*", "*.stamp")
        self.wait(lambda: len(glob.glob(stamps)) >= 2 or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done = len(glob.glob(stamps))
        self.assertIn(done, range(2, 6))
        again = self.compare(self.scenario, *WORDS, "--out", "killed")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertRegex(again.stderr, f"vmm: [1-{6 - done}] of 6 runs to make\n")
        for name in RESULTS:
            self.assertEqual(small.read(self.path("killed", name)),
                             small.read(self.path("first", name)), name)
        self.assertEqual(glob.glob(self.path("killed", "runs", "*", ".seed*")), [])

    def test_a_change_while_a_run_is_made_is_noticed(self):
        comparison = plan.make(self.scenario, "ideal", 2)
        case = comparison.cases()[0]
        build = hashing.build_hash()
        for stored, expected in (("another", "the program was built anew while"),
                                 (build, "the scenario's files changed while")):
            found = job.make(comparison, case, {"runs": self.path("changed"), "build": stored},
                             "0" * 32)
            self.assertIn(expected, found)
        self.assertEqual(glob.glob(self.path("changed", "*", "*")), [])

    def test_failed_runs_are_named_and_the_others_go_on(self):
        # At 400 kbit/s a VM of 4 MiB does not get there within the run, which expects it to.
        done = self.compare(self.scenario, "--schemes", "host-route", "--seeds", "2", "--sweep",
                            "server_rate=1Gbps,400kbps", "--out", "failing")
        self.assertEqual(done.returncode, 1, done.stderr)
        failed = [line for line in done.stderr.splitlines() if line.startswith("vmm: failed: ")]
        self.assertEqual(len(failed), 2, done.stderr)
        for seed, line in zip((1, 2), sorted(failed)):
            self.assertRegex(line, rf"^vmm: failed: host-route, server_rate=400kbps, seed {seed}: "
                             r"\S.*first.*; command: .*/vm-mobility-scenario .*--seed=" + str(seed))
        rows = [row for row in self.rows("comparison.csv", "failing")
                if row["metric"] == "moves_completed"]
        self.assertEqual([(row["parameters"], row["runs"], row["n"], row["mean"]) for row in rows],
                         [("server_rate=1Gbps", "2", "2", "1.0"), ("server_rate=400kbps", "0", "0", "")])
        page = small.read(self.path("failing", "report.html")).decode("utf-8")
        self.assertIn("Runs without a result", page)
        self.assertEqual(len(glob.glob(self.path("failing", "plots", "lines-server-rate.*"))), 2)

    def test_bad_input_is_one_line_before_anything_is_run(self):
        small.write(self.path("full"), "precious", "mine")
        for words, expected in (
                (("nowhere",) + WORDS, "nowhere: no such scenario"),
                ((self.scenario, "--schemes", "ideal", "--seeds", "1"), "expected 2 or more"),
                ((self.scenario, "--schemes", "ideal", "--seeds", "0"), "found '0', expected a num"),
                ((self.scenario, "--schemes", "ideal"), "--seeds"),
                ((self.scenario, "--schemes", "ideal,nope", "--seeds", "2"),
                 "nope: --scheme: found 'nope'"),
                ((self.scenario, "--schemes", "ideal:Foo=1", "--seeds", "2"), "found option 'Foo'"),
                ((self.scenario, *WORDS, "--sweep", "nokey=1,2"), "found key 'nokey'"),
                ((self.scenario, *WORDS, "--sweep", "fabric_delay=5us,5"), "fabric_delay=5: "),
                ((self.scenario, *WORDS, "--profile", "nope"), "--profile: found 'nope'"),
                ((self.scenario, *WORDS, "--out", "small/vms.csv/x"),
                 "vmm: small/vms.csv/x: Not a directory"),
                ((self.scenario, *WORDS, "--out", "full", "--force"), "that is no comparison"),
                ((self.scenario, "--schemes", "ideal", "--seeds", "2", "--out", "first"),
                 "first: found the results of another comparison")):
            with self.subTest(words=words):
                before = sorted(os.listdir(self.top))
                done = self.compare(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), done.stderr)
                self.assertIn(expected, done.stderr)
                self.assertEqual(sorted(os.listdir(self.top)), before)

    def test_interrupted_by_a_signal_it_says_so(self):
        process = subprocess.Popen(
            small.command(self.scenario, *WORDS, "--out", "stopped", "--jobs", "1"), cwd=self.top,
            env=small.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        work = self.path("stopped", "runs", "*", ".seed-*")
        self.wait(lambda: glob.glob(work) or process.poll() is not None)
        process.terminate()
        _, text = process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertTrue(re.search(r"^vmm: interrupted$", text, re.MULTILINE), text)
        self.assertNotIn("failed", text)
        self.assertFalse(os.path.exists(self.path("stopped", "report.html")))
        self.assertEqual(glob.glob(work), [])

    def running(self, text):
        """The processes of the simulator that have a text in their command."""
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                words = small.read(path)
            except OSError:
                continue
            if words.startswith(PROGRAM.encode()) and text.encode() in words:
                found.append(int(path.split("/")[2]))
        return found

    def test_a_signal_to_the_command_alone_ends_a_long_run(self):
        # A packet each microsecond of 900 s: longer than anybody waits.
        scenario = self.path("endless")
        for name, text in small.FILES.items():
            small.write(scenario, name, text.replace("1500ms,5ms", "900s,1us")
                        .replace("duration,2s", "duration,1000s"))
        process = subprocess.Popen(
            small.command(scenario, *WORDS, "--out", "ended", "--jobs", "1"), cwd=self.top,
            env=small.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL)
                                 for pid in self.running("--out=" + self.path("ended"))])
        self.wait(lambda: self.running("--out=" + self.path("ended")) or process.poll() is not None)
        self.assertEqual(len(self.running("--out=" + self.path("ended"))), 1)
        began = time.monotonic()
        process.terminate()
        _, text = process.communicate()
        self.assertEqual(process.returncode, 130, text)
        self.assertLess(time.monotonic() - began, campaign.GRACE)
        self.assertEqual(self.running("--out=" + self.path("ended")), [])

    def test_folders_may_have_any_name(self):
        scenario = self.path("a #b {c}", "s {d}")
        shutil.copytree(self.scenario, scenario)
        done = self.compare(scenario, "--schemes", "ideal", "--seeds", "2", "--out", "a #b {c}/out")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines()[0], "report: a #b {c}/out/report.html")

    def again(self, folder):
        """Begins to make the results of finished runs anew."""
        return subprocess.Popen(
            small.command(self.scenario, *WORDS, "--out", folder, "--force"), cwd=self.top,
            env=small.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_one_at_a_time_makes_results(self):
        shutil.copytree(self.path("first"), self.path("shared"))
        with store.locked(self.path("shared", "runs")):
            process = self.again("shared")
            self.assertIn("nothing to run", process.stderr.readline())
            self.assertEqual(process.stderr.readline(), "vmm: waiting for another comparison with "
                             "runs in " + self.path("shared", "runs") + "\n")
            self.assertEqual(glob.glob(self.path("shared", ".part-*")), [])
        second = self.again("shared")
        for one in (process, second):
            out, text = one.communicate()
            self.assertEqual((one.returncode, out.splitlines()[0]), (0, "report: shared/report.html"),
                             text)
        for name in RESULTS:
            self.assertEqual(small.read(self.path("shared", name)),
                             small.read(self.path("first", name)), name)

    def test_the_probe_sees_what_is_wrong(self):
        small.write(self.path(), "bad.html", "<html><body><img alt='gone' "
                    f"src='data:image/png;base64,{PICTURE}'><table><tr><td>x</td></tr></table>"
                    "<script>undefinedFunction()</script></body></html>")
        seen = browser.look_at(self.path("bad.html"))
        self.assertEqual(seen["images"], [["gone", 0, 0]])
        self.assertEqual(seen["tables"], [[["x"]]])
        self.assertEqual(len(seen["console"]), 1)
        self.assertIn("undefinedFunction", seen["console"][0])

    def check_page(self, seen, alts):
        """No error, all images drawn, nothing wider than the window."""
        self.assertEqual(seen["console"], [])
        self.assertEqual([image[0] for image in seen["images"]], alts)
        for alt, width, height in seen["images"]:
            self.assertGreater(min(width, height), 100, alt)
        self.assertLessEqual(seen["wide"], 0)

    def test_report_of_a_comparison(self):
        seen = browser.look_at(self.path("first", "report.html"))
        self.check_page(seen, ["Means with their 95 % intervals", "Distribution of the outage",
                               "Paired differences with their 95 % intervals"])
        self.assertEqual(seen["title"], "Comparison on small: host-route, ideal")
        self.assertRegex(seen["text"], r"\d+ paired differences were tested; \d+ are significant")
        # Means, all means, all differences; then how it was made.
        self.assertEqual(len(seen["tables"]), 4)
        heads = [table[0] for table in seen["tables"]]
        self.assertEqual(heads[0], ["metric", "host-route", "ideal"])
        self.assertEqual(heads[2][:6], ["metric", "scheme", "minus scheme", "n", "difference",
                                        "95 % interval"])
        means = {row[0]: row[1:] for row in seen["tables"][0]}
        self.assertEqual(means["control messages"][1], "0\u2020")  # ideal sends none
        made = dict(seen["tables"][3])
        self.assertEqual(made["runs"], "6 of 6")
        for name in ("seeds", "scenario", "build id", "ns-3", "compiler", "vm-mobility", "snakemake"):
            self.assertIn(name, made)

    def test_report_of_a_run(self):
        folder = self.path("copy")
        shutil.copytree(glob.glob(self.path("first", "runs", "host-route-*", "seed-1"))[0], folder)
        subprocess.run([PYTHON, os.path.join(ROOT, "scenarios", "plot", "report.py"), folder],
                       check=True, stdout=subprocess.DEVNULL,
                       env=small.environment(MPLBACKEND="Agg"))
        seen = browser.look_at(os.path.join(folder, "report.html"))
        names = len(glob.glob(os.path.join(folder, "plots", "*.png")))
        self.assertGreater(names, 2)
        self.check_page(seen, [image[0] for image in seen["images"]])
        self.assertGreaterEqual(len(seen["images"]), names)
        self.assertIn("1 of 1\nmoves completed", seen["text"])
        moves = seen["tables"][0]
        self.assertEqual([row[0] for row in moves], ["move", "first"])


if __name__ == "__main__":
    small.unittest.main()
