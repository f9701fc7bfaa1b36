# SPDX-License-Identifier: GPL-2.0-only
"""Which runs there are, what they depend on, and what a wrong command line is told."""

import contextlib
import dataclasses
import io
import os
import shutil
import unittest

import small
from launcher import comparing
from launcher.common import VmmError
from launcher.compare import campaign, hashing, plan, store


class Plan(small.SmallScenario):
    """Without running anything."""

    def make(self, schemes="a,b", seeds=2, **more):
        return plan.make(self.scenario, schemes, seeds, **more)

    def test_lists(self):
        self.assertEqual(plan.split_list("--x", "a,b:C=d"), ["a", "b:C=d"])
        self.assertEqual(plan.split_list("--x", r"a\,b,c\\"), ["a,b", "c\\"])
        self.assertEqual(plan.split_list("--x", "a,,b,"), ["a", "", "b", ""])
        self.assertEqual(plan.split_list("--x", r"a\,"), ["a,"])
        self.assertEqual(plan.split_list("--x", ""), [""])
        for parts in (["a"], ["a,b", "c\\", "d"], ["c\\", "a,"]):
            self.assertEqual(plan.split_list("--x", plan.join_list(parts)), parts)

    def test_cases_are_schemes_by_points_by_the_same_seeds(self):
        made = self.make("a,b:X=1", 3, sweeps=["k=1,2", "l=u,v"], settings=["m=5"], first_seed=4)
        self.assertEqual(made.points()[1], (("k", "1"), ("l", "v")))
        cases = made.cases()
        self.assertEqual((len(cases), len(set(cases))), (2 * 4 * 3, 24))
        for variant in made.variants():
            self.assertEqual([case.seed for case in cases
                              if (case.scheme, case.point) == variant], [4, 5, 6])
        self.assertEqual(made.settings_of(made.points()[1]), ["m=5", "k=1", "l=v"])
        self.assertEqual(len({made.place(case) for case in cases}), 24)

    def test_command_makes_the_same_comparison(self):
        made = self.make(r"a,b:X=1\,2", 3, sweeps=["k=1,2"], settings=["m=5"], first_seed=4)
        self.assertEqual(made.command(), f"./vmm compare '{self.scenario}' --schemes "
                         r"'a,b:X=1\,2' --seeds 3 --first-seed 4 --sweep k=1,2 --set m=5")
        self.assertEqual(made.run_command(made.cases()[1]), f"./vmm run '{self.scenario}' --scheme "
                         "b:X=1,2 --seed 4 --set m=5 --set k=1")

    def test_wrong_words(self):
        for words, expected in (
                (dict(seeds=1), "--seeds: found 1, expected 2 or more"),
                (dict(schemes="a,a"), "found 'a' twice"),
                (dict(schemes="a,"), "found an empty entry"),
                (dict(schemes=""), "--schemes: found an empty entry"),
                (dict(schemes="a,,b"), "--schemes: found an empty entry"),
                (dict(schemes="a,b\\"), "--schemes: found a backslash at the end of 'a,b\\'"),
                (dict(schemes="a\\"), "--schemes: found a backslash at the end of 'a\\'"),
                (dict(sweeps=["k=1,2\\"]), "--sweep k: found a backslash at the end of '1,2\\'"),
                (dict(sweeps=["k="]), "--sweep k: found an empty entry"),
                (dict(schemes="a b"), "found 'a b', expected NAME[:Option=Value]..."),
                (dict(schemes="a:b"), "found 'a:b', expected NAME[:Option=Value]..."),
                (dict(schemes="a:X=1", sweeps=["n::X=1,2"]), "found X in 'a:X=1' and as a setting"),
                (dict(sweeps=["k"]), "--sweep k: found no KEY=VALUE"),
                (dict(sweeps=["k=1,"]), "--sweep k: found an empty entry"),
                (dict(sweeps=["k=1,1"]), "--sweep k: found '1' twice"),
                (dict(sweeps=["k=1", "k=2"]), "found k twice"),
                (dict(sweeps=["seed=1,2"]), "found seed, which --seeds is for"),
                (dict(sweeps=["k=1"], settings=["k=2"]), "found it in --set too"),
                (dict(settings=["scheme=a"]), "found scheme, which --schemes is for"),
                (dict(first_seed=2**31 - 1), "found a last seed of 2147483648")):
            with self.subTest(words=words), self.assertRaises(VmmError) as caught:
                self.make(**words)
            self.assertIn(expected, str(caught.exception))
            self.assertNotIn("\n", str(caught.exception))

    def test_profiles(self):
        self.assertIsNone(campaign.profile_folder("local"))
        self.assertTrue(os.path.isfile(campaign.profile_folder("slurm") + "/config.yaml"))
        small.write(self.path("mine"), "config.yaml", "jobs: 3\n")
        self.assertEqual(campaign.profile_folder(self.path("mine")), self.path("mine"))
        with self.assertRaises(VmmError) as caught:
            campaign.profile_folder("nowhere")
        self.assertIn("found 'nowhere', expected one of local, slurm or a folder",
                      str(caught.exception))

    def test_progress_text(self):
        self.assertEqual(campaign.progress_text(10, 40, 30),
                         "10 of 40 runs   25 %  wall 30 s  left about 1 min 30 s")
        self.assertIn("left about ?", campaign.progress_text(0, 40, 1))


class Terminal(io.StringIO):
    """A standard error that says that it is a terminal."""

    def isatty(self):
        """Whether it is one."""
        return True


class Progress(unittest.TestCase):
    """What is shown while runs are made."""

    def shown(self, stream, events):
        """What is written to a stream after some events."""
        failed = []
        with contextlib.redirect_stderr(stream):
            progress = campaign.Progress(20, failed.append)
            for event in events:
                progress.take(event)
            progress.close()
        return stream.getvalue(), failed

    def test_a_line_that_is_written_over_on_a_terminal(self):
        text, failed = self.shown(Terminal(), [{"done": 1}, {"failed": ["a/seed-1/0.stamp"]},
                                               {"done": 20}, {"done": 21}])
        self.assertEqual(text.count("\n"), 0)
        self.assertIn("\r\033[K1 of 20 runs    5 %  wall 0 s  left about 0 s", text)
        self.assertIn("20 of 20 runs  100 %", text)
        self.assertNotIn("21 of", text)
        self.assertTrue(text.endswith("\r\033[K"))
        self.assertEqual(failed, ["a/seed-1/0.stamp"])

    def test_few_lines_without_a_terminal(self):
        text, _ = self.shown(io.StringIO(), [{"done": done} for done in range(1, 21)])
        lines = text.splitlines()
        self.assertEqual(len(lines), 10)
        self.assertTrue(lines[0].startswith("vmm: 2 of 20 runs   10 %  wall"), lines[0])
        self.assertTrue(lines[-1].startswith("vmm: 20 of 20 runs  100 %"), lines[-1])


class Hashes(small.SmallScenario):
    """A run is made anew when, and only when, something that it depends on has changed."""

    def setUp(self):
        shutil.rmtree(self.scenario)
        for name, text in small.FILES.items():
            small.write(self.scenario, name, text)

    def hash(self, *settings):
        return hashing.ScenarioFiles(self.scenario).hash(settings)

    def test_every_file_counts_except_prose(self):
        seen = {self.hash()}
        for name in ("scenario.csv", "vms.csv", "traffic.csv", "moves.csv", "new.csv", "sub/a.csv"):
            small.write(os.path.dirname(os.path.join(self.scenario, name)), os.path.basename(name),
                        "changed")
            self.assertNotIn(self.hash(), seen, name)
            seen.add(self.hash())
        before = self.hash()
        small.write(self.scenario, "README.md", "more prose")
        small.write(self.scenario, ".vms.csv.swp", "an editor's")
        self.assertEqual(self.hash(), before)
        os.rename(self.scenario + "/new.csv", self.scenario + "/newer.csv")
        self.assertNotEqual(self.hash(), before)

    def test_files_elsewhere_that_fields_name_count(self):
        before = self.hash()
        small.write(self.path("distributions"), "sizes.csv", "1")
        small.write(self.path("elsewhere"), "net.graphml", "1")
        self.assertEqual(self.hash(), before)  # nobody names them
        small.write(self.scenario, "extra.csv", "distribution,topology\nsizes,../elsewhere/net.graphml\n")
        seen = {self.hash()}
        for folder, name in (("distributions", "sizes.csv"), ("elsewhere", "net.graphml")):
            small.write(self.path(folder), name, "2")
            self.assertNotIn(self.hash(), seen)
            seen.add(self.hash())

    def test_files_that_settings_name_count(self):
        small.write(self.path("elsewhere"), "net.graphml", "1")
        one = self.hash("topology=../elsewhere/net.graphml")
        self.assertNotEqual(one, self.hash("topology=none"))
        small.write(self.path("elsewhere"), "net.graphml", "2")
        self.assertNotEqual(one, self.hash("topology=../elsewhere/net.graphml"))

    def test_names_with_blanks_and_other_letters_count(self):
        paths = ("../else where/a net.graphml", "../else where/b,net.graphml", "../else where/\u00e9.csv")
        row = ",".join('"' + path + '"' for path in paths)
        with open(os.path.join(self.scenario, "extra.csv"), "w", encoding="utf-8") as file:
            file.write("one,two,three\n" + row + "\n")
        seen = set()
        for change in ("1", "2"):
            for path in paths:
                small.write(self.path("else where"), os.path.basename(path), change)
                self.assertNotIn(self.hash(), seen, path)
                seen.add(self.hash())
        os.unlink(os.path.join(self.scenario, "extra.csv"))
        for path in paths[:2]:
            for words in ("topology=" + path, "name:X=1:File=" + path):
                one = self.hash(words)
                small.write(self.path("else where"), os.path.basename(path), words)
                self.assertNotEqual(self.hash(words), one, words)

    def test_key_depends_on_files_build_scheme_settings_and_seed(self):
        case = plan.Case("a", (), 1)
        keys = {hashing.run_key("f", "b", case, [])}
        for other in (hashing.run_key("g", "b", case, []), hashing.run_key("f", "c", case, []),
                      hashing.run_key("f", "b", dataclasses.replace(case, scheme="b"), []),
                      hashing.run_key("f", "b", dataclasses.replace(case, seed=2), []),
                      hashing.run_key("f", "b", case, ["k=1"])):
            self.assertNotIn(other, keys)
            keys.add(other)
        self.assertEqual(len(keys), 6)


class Missing(small.SmallScenario):
    """Which runs a comparison finds missing; the results here are empty folders with stamps."""

    def missing(self, schemes="a,b", seeds=2, **more):
        made = comparing.Comparing(plan.make(self.scenario, schemes, seeds, **more),
                                   out=self.path(self._testMethodName), force=True)
        cases = made.plan()
        return made, cases

    def fill(self, made, cases):
        made._claim()
        for case in cases:
            place = made.comparison.place(case)
            work = os.path.join(store.work_path(made.runs, place), "result")
            os.makedirs(work)
            store.commit(made.runs, place, made._key(case), work, {})

    def test_only_what_a_change_concerns(self):
        made, cases = self.missing()
        self.assertEqual(len(cases), 4)
        self.fill(made, cases)
        self.assertEqual(self.missing()[1], [])
        # Another seed, another scheme, another value: only these.
        self.assertEqual([case.seed for case in self.missing(seeds=3)[1]], [3, 3])
        self.assertEqual([case.scheme for case in self.missing("a,b,c")[1]], ["c", "c"])
        made, cases = self.missing(sweeps=["k=1,2"])
        self.assertEqual(len(cases), 8)
        self.fill(made, cases)
        self.assertEqual([case.point for case in self.missing(sweeps=["k=2,3"])[1]],
                         [(("k", "3"),)] * 4)
        self.assertEqual(len(self.missing(settings=["m=1"])[1]), 4)
        # A file of the scenario: all of them. As it was: nothing, for results of other settings lie
        # elsewhere.
        small.write(self.scenario, "moves.csv", small.FILES["moves.csv"] + "second,1.2s,web,server-0-0\n")
        made, cases = self.missing()
        self.assertEqual(len(cases), 4)
        small.write(self.scenario, "moves.csv", small.FILES["moves.csv"])
        self.assertEqual(self.missing()[1], [])

    def test_a_link_is_replaced_and_what_it_leads_to_stays(self):
        made, _ = self.missing()
        made._claim()
        small.write(self.path("precious"), "mine", "mine")
        os.symlink(self.path("precious"), os.path.join(made.out, "plots"))
        os.symlink(self.path("precious", "mine"), os.path.join(made.out, "findings.txt"))
        work = os.path.join(made.out, ".part-0")
        small.write(work + "/plots", "bars.png", "new")
        small.write(work, "findings.txt", "new")
        made._put_in_place(work)
        self.assertEqual(os.listdir(self.path("precious")), ["mine"])
        self.assertEqual(small.read(self.path("precious", "mine")), b"mine")
        self.assertFalse(os.path.islink(os.path.join(made.out, "plots")))
        self.assertEqual(small.read(made.out, "plots", "bars.png"), b"new")
        self.assertEqual(small.read(made.out, "findings.txt"), b"new")

    def test_leftovers_of_the_dead_are_removed_and_do_not_count(self):
        made, cases = self.missing("c,d")
        place = made.comparison.place(cases[0])
        folder, name = os.path.split(os.path.join(made.runs, place))
        dead = store.work_path(made.runs, place).rsplit(".", 1)[0] + ".999999999"
        alive = store.work_path(made.runs, place).rsplit(".", 1)[0] + f".{os.getppid()}"
        for path in (dead, alive):
            small.write(path + "/result", made._key(cases[0]) + ".stamp", "{}")
        self.assertIn(cases[0], made.missing())
        store.remove_leftovers(made.runs, os.path.dirname(place))
        self.assertEqual([entry for entry in os.listdir(folder) if entry.startswith("." + name)],
                         [os.path.basename(alive)])


if __name__ == "__main__":
    small.unittest.main()
