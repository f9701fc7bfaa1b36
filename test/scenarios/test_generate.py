# SPDX-License-Identifier: GPL-2.0-only
"""The tables that come along are those that generate.py writes."""

import glob
import os
import shutil
import subprocess
import tempfile
import unittest

from launcher.common import PYTHON, ROOT

SCENARIOS = os.path.join(ROOT, "scenarios")


class Generate(unittest.TestCase):
    """Each of them, in a copy of its folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="vmm-generate-")
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copy(os.path.join(SCENARIOS, "generating.py"), self.folder)

    def generate(self, name, *words):
        """Runs the program of a scenario, whose tables are not there before."""
        place = os.path.join(self.folder, name)
        if not os.path.isdir(place):
            os.mkdir(place)
            shutil.copy(os.path.join(SCENARIOS, name, "generate.py"), place)
        done = subprocess.run([PYTHON, "-B", os.path.join(place, "generate.py"), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done.returncode, done.stdout

    def names(self):
        """The scenarios that have such a program."""
        found = [os.path.basename(os.path.dirname(path))
                 for path in glob.glob(SCENARIOS + "/*/generate.py")]
        self.assertGreaterEqual(len(found), 3)
        return sorted(found)

    def test_tables_are_those_that_come_along(self):
        for name in self.names():
            self.assertEqual(self.generate(name), (0, ""))
            written = glob.glob(os.path.join(self.folder, name, "*.csv"))
            self.assertGreaterEqual(len(written), 2)
            for path in written:
                with open(path, "rb") as made, \
                        open(os.path.join(SCENARIOS, name, os.path.basename(path)), "rb") as shown:
                    self.assertEqual(made.read(), shown.read(), path)

    def test_a_count_that_is_none(self):
        for words in (("0",), ("251",), ("x",), ("1", "2")):
            self.assertEqual(self.generate("host-route-storm", *words),
                             (1, f"found {' '.join(words)}, expected a number of VMs from 1 to 250\n"))


if __name__ == "__main__":
    unittest.main()
