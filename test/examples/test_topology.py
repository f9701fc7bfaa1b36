#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""vmm-topology: what it says of files and folders, what it exports, and how it refuses."""

import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
ABILENE = os.path.join(ROOT, "scenarios", "abilene", "abilene.graphml")


def tool(*words):
    """Runs it; returns (status, standard output, standard error)."""
    done = subprocess.run([os.path.join(ROOT, "build", "vmm-topology"), *words], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def row(text, measure):
    """The words of a row of the table of triangles."""
    return re.search(rf"^  {measure} +(.*)$", text, re.MULTILINE).group(1).split()


class Topology(unittest.TestCase):
    def test_abilene_has_its_published_stretch(self):
        status, text, _ = tool(ABILENE, "--stretch")
        self.assertEqual(status, 0)
        self.assertIn("  nodes     11\n  edges     14\n  parts     1\n", text)
        self.assertIn("label 'New York' is node New-York", text)
        triples, mean, median, p90, most, extra, _, most_extra, _ = row(text, "delay")
        self.assertEqual(triples, "990")
        for found, published, digits in ((mean, 3.1365, 4), (median, 1.832, 4), (p90, 6.22, 2),
                                         (most, 28.91, 2), (extra, 11.524, 3),
                                         (most_extra, 45.84, 2)):
            self.assertEqual(round(float(found), digits), published)
        # Seattle - Denver - Kansas City - Indianapolis - Chicago - New York.
        self.assertIn("diameter  5 links", text)

    def test_longer_fibre_is_longer_by_a_factor(self):
        _, text, _ = tool(ABILENE, "--stretch")
        _, longer, _ = tool(ABILENE, "--stretch", "--us_per_km", "7.5")
        self.assertEqual(row(text, "delay")[:5], row(longer, "delay")[:5])
        self.assertAlmostEqual(float(row(longer, "delay")[5]), 1.5 * float(row(text, "delay")[5]),
                               places=4)

    def test_folders_and_text_files(self):
        # Leaf-spine of 3 x 2 servers, 120 triples. Beside correspondent and destination (24): 4;
        # beside source and one of them (48): 1.5; three racks (48): 2. Mean 264 / 120.
        for name in ("topology.txt", ""):
            status, text, _ = tool(os.path.join(ROOT, "scenarios", "hpcc-import", name),
                                   "--stretch")
            self.assertEqual(status, 0)
            self.assertEqual(row(text, "links")[:5], ["120", "2.2000", "2.0000", "4.0000", "4.0000"])
            self.assertIn("between   6 NVEs", text)

    def test_export_reads_back(self):
        with tempfile.TemporaryDirectory() as folder:
            first, second = os.path.join(folder, "a.graphml"), os.path.join(folder, "b.graphml")
            self.assertEqual(tool(os.path.join(ROOT, "scenarios", "figure-1"), "--graphml",
                                  first)[0], 0)
            self.assertEqual(tool(first, "--graphml=" + second)[0], 0)
            with open(first, "rb") as one, open(second, "rb") as other:
                self.assertEqual(one.read(), other.read())

    def test_refusals_are_one_line(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = os.path.join(folder, "bad")
            with open(bad, "w", encoding="ascii") as file:
                file.write("<graphml>\n<graph></graph>\n</graphml>\n")
            for words, expected in (
                    ([bad], bad + ":2:1: found edgedefault an empty field, expected undirected\n"),
                    ([bad + "x"], bad + "x:1:1: found no file, expected a file\n"),
                    ([], "found no file, expected one (see --help)\n"),
                    ([ABILENE, "--us_per_km=x"],
                     "--us_per_km: found 'x', expected a number from 0 to 1000\n")):
                self.assertEqual(tool(*words), (2, "", expected))


if __name__ == "__main__":
    unittest.main()
