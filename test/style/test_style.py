# SPDX-License-Identifier: GPL-2.0-only
"""Checks of the sources' form: lists, layers, names, licence lines, format."""

import glob
import os
import re
import subprocess
import unittest

from launcher.common import ROOT

# Includes go downwards only: a folder may use those with a smaller number, and itself.
LAYER = {
    "": 0,
    "topology": 1, "routing": 1, "workload": 1,
    "bgp": 2, "registration": 2, "vm": 2,
    "management": 3,
    "migration": 4,
    "nve": 5,
    "nva": 6,
    "scheme": 7, "measure": 7,
    "helper": 8,
}

# Where ns-3's headers may lie; those of one installed version are enough for the check of names.
NS3_HEADERS = ("/usr/include/ns3", "/usr/local/include/ns3")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as text:
        return text.read()


def below(*folders, suffixes=(".cc", ".h")):
    """Paths, relative to the project, of the files in folders."""
    found = []
    for folder in folders:
        for place, _, names in os.walk(os.path.join(ROOT, folder)):
            found += [os.path.relpath(os.path.join(place, name), ROOT)
                      for name in names if name.endswith(suffixes)]
    return sorted(found)


def listed():
    """The files that sources.cmake lists."""
    return re.findall(r"^\s*([\w./-]+\.(?:cc|h))\s*$", read("sources.cmake"), re.MULTILINE)


def layer_folder(path):
    """The folder that decides the layer of a file: model/X/... is X, helper/... is helper."""
    words = path.split("/")
    if words[0] == "helper":
        return "helper"
    return words[1] if len(words) > 2 else ""


def code_of(text):
    """The text without comments, so that prose in them breaks no rule."""
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


class Style(unittest.TestCase):
    """Each method is one rule; its message names every offender."""

    maxDiff = None

    def test_sources_cmake_is_complete(self):
        names = listed()
        self.assertEqual(sorted(names), below("model", "helper"))
        self.assertEqual(len(names), len(set(names)), "a file is listed twice")

    def test_header_names_are_free(self):
        own = [os.path.basename(path) for path in listed() if path.endswith(".h")]
        self.assertEqual(sorted(own), sorted(set(own)), "two headers of one name")
        folders = [folder for folder in NS3_HEADERS if os.path.isdir(folder)]
        if not folders:
            self.skipTest("no installed ns-3 headers")
        taken = set(name for folder in folders for name in os.listdir(folder))
        self.assertEqual([name for name in own if name in taken], [])

    def test_includes_go_downwards(self):
        home = {os.path.basename(path): layer_folder(path)
                for path in listed() if path.endswith(".h")}
        wrong = []
        for path in below("model", "helper"):
            here = layer_folder(path)
            self.assertIn(here, LAYER, path)
            for name in re.findall(r'#include\s*["<](?:ns3/)?([^">]+)[">]', read(path)):
                there = home.get(os.path.basename(name))
                if there in (None, here):
                    continue
                if LAYER.get(there, 99) >= LAYER[here]:
                    wrong.append(f"{path} includes {name} of {there}")
        self.assertEqual(wrong, [])

    def test_only_ideal_sees_the_registry_of_all_fibs(self):
        wrong = []
        for path in below("model", "helper"):
            if path.startswith("model/scheme/ideal"):
                continue
            if re.search(r'#include\s*["<](?:ns3/)?ideal[^">]*registry', read(path)):
                wrong.append(path)
        self.assertEqual(wrong, [])

    def test_no_fat_headers_in_the_library(self):
        wrong = [path for path in below("model", "helper")
                 if re.search(r'#include\s*["<]ns3/[a-z0-9-]+-module\.h', read(path))]
        self.assertEqual(wrong, [])

    def test_no_lambda_is_scheduled_in_the_library(self):
        wrong = [path for path in below("model", "helper")
                 if re.search(r"Schedule(Now|WithContext|Destroy)?\s*\([^;]*?\[[&=\w,\s]*\]\s*\(",
                              code_of(read(path)))]
        self.assertEqual(wrong, [])

    def test_library_and_tests_are_small_files(self):
        wrong = []
        for path in below("model", "helper", "examples", "tools"):
            lines = read(path).count("\n")
            if lines > 500:
                wrong.append(f"{path}: {lines} lines, expected at most 500")
        self.assertEqual(wrong, [])

    def test_ascii_only(self):
        wrong = []
        for path in below("model", "helper", "examples", "tools", "test", "bench", "launcher", "scenarios",
                          "build-support", suffixes=(".cc", ".h", ".py", ".cmake", ".csv")):
            with open(os.path.join(ROOT, path), "rb") as data:
                if not data.read().isascii():
                    wrong.append(path)
        self.assertEqual(wrong, [])

    def test_first_line_names_the_licence(self):
        line = "SPDX-License-Identifier: GPL-2.0-only"
        wrong = []
        for path in below("model", "helper", "examples", "tools", "test", "bench", "build-support"):
            if read(path).split("\n", 1)[0] != "// " + line:
                wrong.append(path)
        for path in below("launcher", "scenarios", "test", suffixes=(".py",)) + ["vmm", "wscript"]:
            if os.path.exists(os.path.join(ROOT, path)):
                if "# " + line not in read(path).split("\n")[:2]:
                    wrong.append(path)
        self.assertEqual(wrong, [])

    def test_suites_of_cases_have_names_of_their_own(self):
        # Inside an ns-3 tree all cases are one program, and GoogleTest refuses two fixtures of a name.
        places = {}
        for path in below("test", suffixes=("-test.cc",)):
            for name in re.findall(r"^(?:class|struct) (\w+) (?:final )?: public", read(path),
                                   re.MULTILINE):
                if re.search(r"TEST_[FP]\(" + name + r",", read(path)):
                    places.setdefault(name, set()).add(path)
        self.assertEqual({n: sorted(p) for n, p in places.items() if len(p) > 1}, {})

    def test_header_guards_are_unique(self):
        seen = {}
        for path in below("model", "helper", suffixes=(".h",)):
            found = re.search(r"#ifndef (\w+)\n#define (\w+)\n", read(path))
            self.assertTrue(found and found.group(1) == found.group(2), path + ": no header guard")
            self.assertNotIn(found.group(1), seen, f"{path} and {seen.get(found.group(1))}")
            seen[found.group(1)] = path

    def test_clang_format(self):
        files = below("model", "helper", "examples", "tools", "test", "bench", "build-support")
        if not files:
            self.skipTest("no sources")
        done = subprocess.run(["clang-format", "--dry-run", "--Werror", "--ferror-limit=1"] + files,
                              cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        wrong = sorted(set(re.findall(r"^([\w./-]+):\d+:\d+: error", done.stdout, re.MULTILINE)))
        self.assertEqual(wrong, [], "clang-format -i them")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_versioned_plain_files_are_there(self):
        for name in ("LICENSE", "README.md", "CHANGES.md", "CONTRIBUTING.md", "NS3-VERSION",
                     "packages.txt", "wscript", "CMakeLists.txt", "sources.cmake"):
            self.assertTrue(os.path.exists(os.path.join(ROOT, name)), name)

    def test_every_scenario_has_a_readme(self):
        wrong = [path for path in glob.glob(os.path.join(ROOT, "scenarios", "*", "scenario.csv"))
                 if not os.path.exists(os.path.join(os.path.dirname(path), "README.md"))]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
