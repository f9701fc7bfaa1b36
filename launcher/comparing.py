# SPDX-License-Identifier: GPL-2.0-only
"""Compares schemes over seeds and settings: ./vmm compare."""

import concurrent.futures
import dataclasses
import json
import os
import shutil
import signal
import subprocess

from launcher import program
from launcher.common import PYTHON, ROOT, VmmError, say, short
from launcher.compare import campaign, hashing, plan, store

NOTE = "comparison.json"


def default_out(comparison):
    """Where the results of a comparison are to be when nobody says."""
    return os.path.join("results", comparison.name, "compare-" + comparison.identity()[:8])


def runs_folder(comparison, out):
    """The folder of all runs: within a folder that the user named, or shared by all comparisons of
    a scenario."""
    return os.path.abspath(os.path.join(out, "runs") if out else
                           os.path.join("results", comparison.name, "runs"))


def read_note(folder):
    """What an earlier comparison has noted in its folder; None if there was none."""
    try:
        with open(os.path.join(folder, NOTE), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def write_note(folder, comparison, made_from):
    """Notes whose results these are, and what from; "" while they are being made."""
    path = os.path.join(folder, NOTE)
    part = f"{path}.{os.getpid()}.part"
    with open(part, "w", encoding="utf-8") as file:
        json.dump({"comparison": comparison.identity(), "command": comparison.command(),
                   "made_from": made_from}, file, indent=2)
        file.write("\n")
    os.replace(part, path)


def check_out(folder, comparison, force):
    """Raises VmmError if results must not be put into a folder."""
    if not os.path.lexists(folder):
        return
    note = read_note(folder)
    if note is None:
        if os.path.isdir(folder) and not os.listdir(folder):
            return
        raise VmmError(f"{folder}: found something that is no comparison (no {NOTE} in it), "
                       "expected a new folder or that of a comparison")
    if note.get("comparison") != comparison.identity() and not force:
        raise VmmError(f"{folder}: found the results of another comparison, expected a new folder, "
                       f"or --force (it was: {note.get('command')})")


def check_variant(comparison, scheme, point):
    """What is wrong with a scheme at a point, in one line; None if the program takes it."""
    command = program.arguments(comparison.scenario, scheme, comparison.first_seed,
                                comparison.settings_of(point), flags=["check"])
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"]
    where = plan.point_text(point)
    return scheme + (f" with {where}" if where else "") + ": " + lines[0]


def check_variants(comparison, variants):
    """Raises VmmError unless the program takes every one of the variants."""
    with concurrent.futures.ThreadPoolExecutor(campaign.cores()) as pool:
        checks = [pool.submit(check_variant, comparison, *variant) for variant in variants]
        try:
            for check in checks:
                if check.result() is not None:
                    raise VmmError(check.result())
        finally:
            for check in checks:
                check.cancel()


class Comparing:
    """One comparison on its way from its command line to its report."""

    def __init__(self, comparison, out=None, force=False, jobs=None, profile=None):
        self.comparison = comparison
        self.out = os.path.normpath(out or default_out(comparison))
        self.runs = runs_folder(comparison, out)
        self._force = force
        self._jobs = jobs
        self._profile = campaign.profile_folder(profile)
        self._keys = {}
        self._told = set()
        check_out(self.out, comparison, force)

    def plan(self):
        """Finds out what every run depends on; returns the cases without a result."""
        build = hashing.build_hash()
        files = hashing.ScenarioFiles(self.comparison.scenario)
        for case in self.comparison.cases():
            settings = self.comparison.settings_of(case.point)
            self._keys[self.comparison.place(case)] = hashing.run_key(
                files.hash(settings + [case.scheme]), build, case, settings)
        self._build = build
        for scheme, point in self.comparison.variants():
            store.remove_leftovers(self.runs, self.comparison.variant(scheme, point))
        return self.missing()

    def missing(self):
        """The cases without a result that counts."""
        return [case for case in self.comparison.cases()
                if not store.counts(self.runs, self.comparison.place(case), self._key(case))]

    def _key(self, case):
        return self._keys[self.comparison.place(case)]

    def _write_plan(self, missing):
        """Writes the plan file that jobs and the analysis read; returns its path and the stamps."""
        targets = [store.stamp_path(self.comparison.place(case), self._key(case))
                   for case in missing]
        fields = dataclasses.asdict(self.comparison)
        fields["scenario"] = os.path.abspath(self.comparison.scenario)
        path = os.path.join(self.runs, "plan-" + self.comparison.identity() + ".json")
        os.makedirs(self.runs, exist_ok=True)
        part = f"{path}.{os.getpid()}.part"
        with open(part, "w", encoding="utf-8") as file:
            json.dump({"comparison": fields, "runs": self.runs, "build": self._build,
                       "keys": self._keys, "targets": targets}, file)
        os.replace(part, path)
        return path, targets

    def tell_failure(self, stamp):
        """Says once that a run has failed, and how one can see it fail again."""
        place, key = store.split_stamp(stamp)
        if stamp in self._told:
            return
        self._told.add(stamp)
        case = next(case for case in self.comparison.cases()
                    if self.comparison.place(case) == place)
        failure = store.read_failure(self.runs, place, key) or {
            "error": "ended without a result, see " + os.path.join(self.runs, "snakemake.log"),
            "command": self.comparison.run_command(case)}
        where = plan.point_text(case.point)
        say(f"failed: {case.scheme}{', ' + where if where else ''}, seed {case.seed}: "
            f"{failure['error']}; command: {failure['command']}")

    def _tell_early(self, stamp):
        """Says that a run has failed while others go on, if it has told why itself.

        A run that has not may have been ended together with us, which is no failure."""
        if store.read_failure(self.runs, *store.split_stamp(stamp)):
            self.tell_failure(stamp)

    def make_runs(self):
        """Makes the runs that are missing; returns the cases that have no result even then."""
        missing = self.plan()
        total = len(self.comparison.cases())
        if missing:
            variants = {(case.scheme, case.point): None for case in missing}
            check_variants(self.comparison, variants)
        self._claim()
        path, targets = self._write_plan(missing)
        if not missing:
            say(f"nothing to run: the results of all {total} runs are there")
            return path, []
        say(f"{len(missing)} of {total} runs to make")
        campaign.make_runs(self.runs, path, targets, self._tell_early, self._jobs, self._profile)
        failed = self.missing()
        for case in failed:
            self.tell_failure(store.stamp_path(self.comparison.place(case), self._key(case)))
        if len(failed) == total:
            raise VmmError("no run has a result", 1)
        return path, failed

    def _claim(self):
        """Makes the folder of the results ours."""
        os.makedirs(self.out, exist_ok=True)
        note = read_note(self.out)
        if note is None or note.get("comparison") != self.comparison.identity():
            write_note(self.out, self.comparison, "")

    def _made_from(self, failed):
        """A hash over all that the results are made from: the runs and the code."""
        sources = [os.path.join(campaign.HERE, name) for name in os.listdir(campaign.HERE)
                   if name.endswith(".py")]
        sources.append(os.path.join(ROOT, "scenarios", "plot", "style.py"))
        return plan.digest([self._keys, [self.comparison.place(case) for case in failed],
                            self.comparison.command(),
                            [hashing.file_hash(path) for path in sorted(sources)]])

    def analyse(self, plan_path, failed):
        """Makes tables, plots and report, unless they are there already.

        Nobody else changes the runs or these results meanwhile."""
        with store.locked(self.runs):
            return self._analyse(plan_path, failed)

    def _analyse(self, plan_path, failed):
        made_from = self._made_from(failed)
        report = os.path.join(self.out, "report.html")
        note = read_note(self.out)
        if not self._force and note and note.get("made_from") == made_from \
                and os.path.exists(report):
            return report
        write_note(self.out, self.comparison, "")
        work = os.path.join(self.out, f".part-{os.getpid()}")
        try:
            environment = dict(os.environ, PYTHONPATH=ROOT, MPLBACKEND="Agg",
                               PYTHONDONTWRITEBYTECODE="1")
            done = subprocess.run([PYTHON, "-m", "launcher.compare.analyse", plan_path, work],
                                  env=environment, stdin=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                raise VmmError("the tables and plots could not be made", 1)
            self._put_in_place(work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        write_note(self.out, self.comparison, made_from)
        return report

    def _put_in_place(self, work):
        """Replaces earlier results by those in work."""
        for entry in os.listdir(self.out):
            if entry.startswith(".part-") and entry != os.path.basename(work):
                shutil.rmtree(os.path.join(self.out, entry), ignore_errors=True)
        for name in sorted(os.listdir(work)):
            source, target = os.path.join(work, name), os.path.join(self.out, name)
            if os.path.isdir(target) and not os.path.islink(target):
                shutil.rmtree(target)
            elif os.path.isdir(source) and os.path.lexists(target):
                os.unlink(target)  # a link or file, which a folder cannot replace
            os.replace(source, target)

    def run(self):
        """Does all of it; returns the status: 1 when a run failed."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        plan_path, failed = self.make_runs()
        report = self.analyse(plan_path, failed)
        print("report: " + short(report))
        with open(os.path.join(self.out, "findings.txt"), encoding="utf-8") as lines:
            print(lines.read().split("\n\n")[0])
        return 1 if failed else 0


def _interrupt(_, __):
    raise KeyboardInterrupt
