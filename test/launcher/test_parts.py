# SPDX-License-Identifier: GPL-2.0-only
"""The launcher's small functions."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

from launcher import building, program, summary, testing, validating
from launcher.common import PYTHON, ROOT, StatusLine, VmmError


class Parts(unittest.TestCase):
    """Each case is one function."""

    def test_settings_are_joined_without_ambiguity(self):
        self.assertEqual(program.join_settings(["a=1", "b=2"]), "a=1,b=2")
        self.assertEqual(program.join_settings(["a=1,b=2"]), "a=1\\,b=2")
        self.assertNotEqual(program.join_settings(["a=\\", "b=1"]),
                            program.join_settings(["a=\\,b=1"]))
        with self.assertRaises(VmmError):
            program.join_settings(["a"])

    def test_durations(self):
        self.assertEqual(program.duration(0.4), "0 s")
        self.assertEqual(program.duration(59.7), "1 min 00 s")
        self.assertEqual(program.duration(185), "3 min 05 s")
        self.assertEqual(program.duration(7800), "2 h 10 min")

    def test_progress_text(self):
        self.assertEqual(program.progress_text(15, 60, 30),
                         "simulated 15.0 of 60 s   25 %  wall 30 s  left about 1 min 30 s")
        self.assertIn("left about ?", program.progress_text(0, 60, 1))
        self.assertIsNone(program.progress_text(61, 60, 1))
        self.assertIsNone(program.progress_text(0, 0, 1))
        self.assertIsNone(program.progress_text(float("nan"), 60, 1))

    def test_status_line_is_silent_without_a_terminal(self):
        stream = io.StringIO()
        line = StatusLine(stream)
        line.show("text")
        line.clear()
        self.assertEqual(stream.getvalue(), "")

    def test_summary_of_an_empty_file(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(VmmError):
                summary.read(folder)
            with open(os.path.join(folder, "summary.csv"), "w", encoding="ascii") as out:
                out.write("metric,unit,value\n")
            lines = summary.lines(summary.read(folder))
        self.assertEqual(len(lines), 5)
        self.assertEqual(lines[0], "moves completed   - of -")

    def test_losses_without_a_loss(self):
        line = summary.lines({"lost_packets": "0", "lost_ttl": "0"})[2]
        self.assertEqual(line, "losses            0 packets")

    def test_warnings_are_found_once(self):
        text = "a.h:1:2: warning: w [-Wx]\nok\na.h:1:2: warning: w [-Wx]\n"
        self.assertEqual(building.warnings(text), ["a.h:1:2: warning: w [-Wx]"])

    def test_junit(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as out:
            out.write('<testsuite><testcase name="a" status="run"/>'
                      '<testcase name="b" status="fail"><failure message="x"/>'
                      '<system-out>why</system-out></testcase>'
                      '<testcase name="c" status="notrun"><skipped message="s"/></testcase>'
                      '<testcase name="d" status="disabled"/>'
                      '<testcase name="e" status="notrun"/></testsuite>')
            out.flush()
            score = testing.Score()
            shown = io.StringIO()
            with contextlib.redirect_stdout(shown):
                testing.read_junit(out.name, score)
                status = score.close()
        self.assertEqual((score.passed, score.failed, status), (1, ["b", "e"], 1))
        self.assertEqual(shown.getvalue().splitlines()[-1], "1 passed, 2 failed")
        self.assertIn("    why", shown.getvalue())

    def test_no_test_at_all_is_a_failure(self):
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(testing.Score().close(), 1)

    def test_validation_table_is_put_between_its_marks(self):
        page = "a\n" + validating.BEGIN + "old\n" + validating.END + "b\n"
        new = validating.replace(page, "| new |\n")
        self.assertEqual(new, "a\n" + validating.BEGIN + "\n| new |\n\n" + validating.END + "b\n")
        self.assertEqual(validating.replace(new, "| new |\n"), new)
        for broken in ("a\n", "a\n" + validating.BEGIN + "b\n"):
            with self.assertRaises(VmmError):
                validating.replace(broken, "")

    def test_launcher_uses_the_standard_library_only(self):
        names = set()
        # The statistics and plots of comparisons run in a process of their own.
        before = ["compare/" + name for name in ("plan.py", "hashing.py", "store.py", "campaign.py",
                                                 "job.py", "events.py")]
        for name in ["vmm"] + ["launcher/" + n for n in os.listdir(ROOT + "/launcher") + before]:
            if name == "vmm" or name.endswith(".py"):
                with open(os.path.join(ROOT, name), encoding="ascii") as text:
                    for line in text:
                        words = line.split()
                        if words[:1] in (["import"], ["from"]):
                            names.add(words[1].split(".")[0])
        self.assertEqual(sorted(names - set(sys.stdlib_module_names) - {"launcher"}), [])

    def test_the_launcher_is_a_short_script_of_debians_python(self):
        with open(os.path.join(ROOT, "vmm"), encoding="ascii") as text:
            lines = text.read().splitlines()
        self.assertEqual(lines[0], "#!" + PYTHON)
        self.assertLess(len(lines), 500)


if __name__ == "__main__":
    unittest.main()
