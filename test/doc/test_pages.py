# SPDX-License-Identifier: GPL-2.0-only
"""Pages that list what the program reads and writes, against the program."""

import csv
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from launcher import building
from launcher.common import BUILD, PROGRAM, ROOT


def page(name):
    """The text of a page of doc/."""
    with open(os.path.join(ROOT, "doc", name), encoding="utf-8") as text:
        return text.read()


def tables(name):
    """{heading: {first column of the tables below: [the other cells]}} of a page."""
    found, heading = {}, ""
    for line in page(name).splitlines():
        if line.startswith("#"):
            heading = line.strip("# `")
        row = re.match(r"\| `([^`]+)`(?:, `([^`]+)`)? \| (.*) \|$", line)
        for entry in (row.group(1), row.group(2)) if row else ():
            if entry:
                found.setdefault(heading, {})[entry] = [c.strip() for c in row.group(3).split(" | ")]
    return found


def rows(path):
    """The rows of a CSV file as lists, its header first."""
    with open(path, encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def write(folder, files):
    """Writes {name: text} into a folder."""
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.write(text)


class Program(unittest.TestCase):
    """Runs scenarios into a folder of its own."""

    figure = None  # results that more than one case reads

    @classmethod
    def setUpClass(cls):
        building.build(["vm-mobility-scenario", "vmm-reference"])
        cls.folder = tempfile.mkdtemp(prefix="vmm-pages-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def run_scenario(self, scenario, *options):
        """Runs a scenario; returns the folder of its results."""
        out = os.path.join(tempfile.mkdtemp(dir=self.folder), "out")
        done = subprocess.run([PROGRAM, "--scenario=" + scenario, "--out=" + out, *options],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out


    def figure_one(self):
        """The results of one scenario that has everything; it is run once."""
        if not Program.figure:
            Program.figure = tempfile.mkdtemp(prefix="vmm-pages-")
            unittest.addModuleCleanup(shutil.rmtree, Program.figure)
            shutil.move(self.run_scenario(os.path.join(ROOT, "scenarios", "figure-1"), "--packets"),
                        Program.figure + "/out")
        return Program.figure + "/out"


class Traces(Program):
    """traces.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tables = tables("traces.md")

    def test_every_file_and_column(self):
        out = self.figure_one()
        written = {os.path.basename(path): rows(path)[0] for path in glob.glob(out + "/*.csv")}
        with open(out + "/run.json", encoding="utf-8") as text:
            written["run.json"] = list(json.load(text))
        with open(out + "/topology.graphml", encoding="ascii") as text:
            written["topology.graphml"] = re.findall(r'attr\.name="(\w+)"', text.read())
        self.assertEqual(sorted(os.listdir(out)), sorted(written))
        listed = {name: list(entries) for name, entries in self.tables.items()
                  if name.endswith((".csv", ".json", ".graphml"))}
        listed["summary.csv"] = [entry for entry in listed["summary.csv"]
                                 if entry in ("metric", "unit", "value")]
        self.assertEqual(set(listed), set(written))
        for name, columns in written.items():
            with self.subTest(name):
                self.assertEqual(listed[name], columns)
        self.check_metrics(rows(out + "/summary.csv")[1:])

    def check_metrics(self, summary):
        """Every metric in its order with its unit, and every cause of loss."""
        entries = dict(self.tables["summary.csv"])
        causes = list(self.tables["Causes of loss"])
        expected = []
        for name, (unit, *_) in entries.items():
            if name == "lost_CAUSE":
                expected += [["lost_" + cause, unit] for cause in causes]
            elif name not in ("metric", "unit", "value"):
                expected.append([name, unit])
        self.assertEqual([row[:2] for row in summary], expected)

    def test_every_unit_is_the_one_of_the_name(self):
        wrong = []
        for name, entries in self.tables.items():
            for column, cells in entries.items():
                for ending, unit in (("_s", "s"), ("_bytes", "bytes"), ("_bps", "bit/s")):
                    if column.endswith(ending) and not re.search(r"\b" + unit + "$", cells[0]):
                        wrong.append(f"{name} {column}: {cells[0]}")
        self.assertEqual(wrong, [])


class Scenarios(Program):
    """scenarios.md."""

    def test_every_file_column_and_key(self):
        done = subprocess.run([os.path.join(BUILD, "vmm-reference"), "--inputs"],
                              stdout=subprocess.PIPE, text=True, check=True)
        files, keys = {}, {}
        for line in done.stdout.splitlines():
            kind, name, rest = line.split("\t")
            if kind == "key":
                keys[name] = rest
            else:
                files.setdefault(kind, {})[name] = rest
        listed = tables("scenarios.md")
        self.assertEqual({name for name in listed if name.endswith(".csv")}, set(files))
        for name, columns in files.items():
            with self.subTest(name):
                own = {entry: cells for entry, cells in listed[name].items()
                       if name != "scenario.csv" or entry in columns}
                self.assertEqual(list(own), list(columns))
                for column, rule in columns.items():
                    if name != "failures.csv" or column != "value":
                        required = own[column][0] == "required"
                        self.assertEqual(required, rule == "required", column)
        self.check_keys(keys, {entry: cells for entry, cells in listed["scenario.csv"].items()
                               if entry not in files["scenario.csv"]})

    def check_keys(self, keys, listed):
        """Every key with its default; where the program decides, the page says how."""
        self.assertEqual(set(listed), set(keys))
        for name, standard in keys.items():
            if standard:
                self.assertIn(standard if standard == "required" else "`" + standard + "`",
                              listed[name][0], name)


class Names(unittest.TestCase):
    """Whatever a page names is there."""

    def setUp(self):
        self.pages = {path: page(os.path.relpath(path, os.path.join(ROOT, "doc")))
                      for path in glob.glob(os.path.join(ROOT, "doc", "*.md"))
                      + [os.path.join(ROOT, name) for name in ("README.md", "CONTRIBUTING.md")]
                      + glob.glob(os.path.join(ROOT, "scenarios", "*", "README.md"))}

    def wrong(self, pattern, is_there):
        """Where a page names something by a pattern that is not there."""
        return sorted({f"{os.path.relpath(path, ROOT)}: {found}"
                       for path, text in self.pages.items()
                       for found in re.findall(pattern, text) if not is_there(found)})

    def test_commands(self):
        known = re.findall(r'^    (?:\w+ = )?(?:\w+\()?command\("(\w+)"',
                           page("../launcher/cli.py"), re.MULTILINE)
        self.assertIn("run", known)
        self.assertEqual(self.wrong(r"\./vmm ([a-z]+)", known.__contains__), [])

    def test_scenarios(self):
        def is_there(name):
            return os.path.exists(os.path.join(ROOT, "scenarios", os.path.basename(name)))
        own = ("first",)  # what the reader makes
        self.assertEqual(self.wrong(r"\./vmm (?:run|check|compare) ([a-z][\w/-]*)",
                                    lambda name: name in own or is_there(name)), [])

    def test_links(self):
        wrong = [f"{os.path.relpath(path, ROOT)}: {link}" for path, text in self.pages.items()
                 for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
                 if link != "attributes.md"  # made from the library
                 and not os.path.exists(os.path.join(os.path.dirname(path), link))]
        self.assertEqual(wrong, [])

    def test_files_of_the_project(self):
        def is_there(name):
            return bool(glob.glob(os.path.join(ROOT, re.sub(r"[A-Z]{3,}", "*", name))))
        self.assertEqual(self.wrong(r"`((?:model|helper|test|tools|examples|scenarios|launcher|doc)"
                                    r"/[^` {]+)`", is_there), [])


BGP = {
    "scenario.csv": "key,value\nfabric,leaf-spine\nleaves,4\nspines,2\nservers,2\nduration,7s\n"
                    "scheme,bgp-host-route\nunderlay,bgp\nbgp_servers,on\n"
                    "ns3::vmm::BgpRouter::Profile,Instant\n",
    "vms.csv": "vm,nve,memory,create\nweb,server-0-0,4MiB,1s\nfar,server-3-0,4MiB,1s\n",
    "moves.csv": "migration,time,vm,to\nout,3s,web,server-2-0\nhome,5s,web,server-0-0\n",
    "traffic.csv": "flow,from,to,application,start,stop,period\n"
                   "probe,far,web,udp-probe,2s,6500ms,10ms\n",
}


# Two correspondents, each behind an NVE of its own.
OVERLAY = {
    "scenario.csv": "key,value\nfabric,leaf-spine\nleaves,3\nservers,2\nduration,6s\n"
                    "scheme,nva-overlay\n",
    "vms.csv": "vm,nve,memory\nweb,server-0-0,4MiB\none,server-1-0,4MiB\ntwo,server-1-1,4MiB\n",
    "moves.csv": "migration,time,vm,to\nm,2s,web,server-2-0\n",
    "traffic.csv": "flow,from,to,application,start,stop,period\n"
                   "one,one,web,udp-probe,1s,5s,10ms\ntwo,two,web,udp-probe,1s,5s,10ms\n",
}


class Schemes(Program):
    """schemes.md."""

    def test_every_scheme_has_a_section(self):
        done = subprocess.run([PROGRAM, "--schemes"], stdout=subprocess.PIPE, text=True, check=True)
        sections = re.findall(r"^## `([\w-]+)`$", page("schemes.md"), re.MULTILINE)
        self.assertEqual(sorted(sections),
                         sorted(line.split("\t")[0] for line in done.stdout.splitlines()
                                if "an example to copy" not in line))

    def test_messages_of_the_overlay(self):
        text = page("schemes.md")
        folder = tempfile.mkdtemp(dir=self.folder)
        write(folder, OVERLAY)
        for update, formula, count in (("Push", "4 + 2n", 8), ("Pull", "4, and 2n each", 4),
                                       ("Redirect", "4 + 4n", 12)):
            self.assertIn(f"`Update={update}` | {formula}", text)
            out = self.run_scenario(folder, "--scheme=nva-overlay:Update=" + update)
            self.assertEqual(self.moves(out)["m"]["control_messages"], str(count), update)

    def moves(self, out):
        """{migration: row as {column: text}}."""
        header, *others = rows(out + "/migrations.csv")
        return {row[0]: dict(zip(header, row)) for row in others}

    def test_messages_of_a_chain(self):
        expected = [[int(number) for number in row] for row in re.findall(
            r"^\| [^|]*\| \d \| \d [^|]*\| (\d+) \| (\d+) \|$", page("schemes.md"), re.MULTILINE)]
        self.assertEqual(len(expected), 3)
        chain = os.path.join(ROOT, "scenarios", "chain")
        folder = tempfile.mkdtemp(dir=self.folder)
        shutil.copytree(chain, folder, dirs_exist_ok=True)
        write(folder, {"traffic.csv": "flow,from,to,application,start,stop,period\n"
                                      "probe,cn-far,vm,udp-probe,1s,16s,10ms\n"})
        for place, redirect in ((0, "Tunnel"), (0, "SourceOnly"), (1, "Path")):
            moves = self.moves(self.run_scenario(folder, "--scheme=host-route:Redirect=" + redirect,
                                                 "--set=transfer=fluid"))
            self.assertEqual([int(moves[name]["control_messages"])
                              for name in ("out", "on", "home")],
                             [row[place] for row in expected], redirect)

    def test_octets_of_messages(self):
        out = self.figure_one()
        vm = len("vm")
        sizes = {"NVE": 26 + 2 + vm, "MN": 30 + 2 + vm, "reply": 12 + 2 + vm}
        text = page("schemes.md")
        for form in ("an\nNVE 26 + 2 + v", "one next hop 30 + 2 + v", "reply 12 + 2 + v"):
            self.assertIn(form, text)
        seen = set()
        for _, kind, form, sender, _, name, octets in rows(out + "/messages.csv")[1:]:
            if kind == "registration" and name == "vm":
                who = "reply" if form == "reply" else "MN" if sender == "mn" else "NVE"
                # Redirect=SourceOnly names a next hop, too: the NVE itself.
                self.assertEqual(int(octets), sizes[who], who)
                seen.add(who)
        self.assertEqual(seen, set(sizes))

    def test_updates_of_bgp(self):
        text = re.search(r"a move takes (\d+) UPDATEs with\n`WithdrawFirst`, (\d+) or (\d+) with "
                         r"`AnnounceFirst` and (\d+) with `LocalPref`", page("schemes.md"))
        numbers = [int(number) for number in text.groups()]
        expected = {"WithdrawFirst": {numbers[0]}, "AnnounceFirst": set(numbers[1:3]),
                    "LocalPref": {numbers[3]}}
        folder = tempfile.mkdtemp(dir=self.folder)
        write(folder, BGP)
        for overlap, counts in expected.items():
            out = self.run_scenario(folder, "--scheme=bgp-host-route:Overlap=" + overlap)
            self.assertEqual({int(move["control_messages"]) for move in self.moves(out).values()},
                             counts, overlap)
            self.assertEqual([row for row in rows(out + "/messages.csv")
                              if row[1] == "registration"], [])

    def test_ideal_sends_nothing(self):
        out = self.run_scenario(os.path.join(ROOT, "scenarios", "figure-1"), "--scheme=ideal")
        summary = {row[0]: row[2] for row in rows(out + "/summary.csv")}
        self.assertEqual((summary["control_messages"], summary["header_bytes"]), ("0", "0"))


if __name__ == "__main__":
    unittest.main()
