# SPDX-License-Identifier: GPL-2.0-only
"""Makes one run of a comparison: python3 -m launcher.compare.job PLAN VARIANT SEED.

Snakemake starts it, here or on another machine that sees the same files. Status 0: the result is in
its place; 1: there is none, and why is in the file that store.failure_path names.
"""

import os
import shutil
import signal
import subprocess
import sys

from launcher import program
from launcher.common import VmmError, quote
from launcher.compare import hashing, plan, store


def error_line(text):
    """The line of what the program wrote to standard error that says what is wrong."""
    lines = [line.strip() for line in text.splitlines()
             if line.strip() and not line.startswith(("warning:", "progress:"))]
    return lines[0] if lines else ""


def describe(status, text):
    """One line about how the program ended."""
    line = error_line(text)
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        return f"ended by {name}" + (f": {line}" if line else "")
    return line or f"ended with status {status} and said nothing"


def check_unchanged(comparison, case, stored, key):
    """Raises VmmError unless files and program are those that the comparison began with."""
    settings = comparison.settings_of(case.point)
    build = hashing.build_hash()
    if build != stored["build"]:
        raise VmmError("the program was built anew while the comparison ran", 1)
    files = hashing.ScenarioFiles(comparison.scenario).hash(settings + [case.scheme])
    if hashing.run_key(files, build, case, settings) != key:
        raise VmmError("the scenario's files changed while the comparison ran", 1)


def simulate(comparison, case, out):
    """Runs the program; returns (its status, what it said on standard error)."""
    command = program.arguments(comparison.scenario, case.scheme, case.seed,
                                comparison.settings_of(case.point), out)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    return done.returncode, done.stderr


def name_place(result, final):
    """Writes into run.json where the result is going to be, not where it was made."""
    path = os.path.join(result, "run.json")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("--out=" + result, "--out=" + final))


def make(comparison, case, stored, key):
    """Makes the result; returns None, or one line about why there is none."""
    runs, place = stored["runs"], comparison.place(case)
    store.remove_leftovers(runs, os.path.dirname(place))
    work = store.work_path(runs, place)
    os.makedirs(work, exist_ok=True)
    try:
        check_unchanged(comparison, case, stored, key)
        status, text = simulate(comparison, case, work + "/result")
        if status != 0:
            return describe(status, text)
        check_unchanged(comparison, case, stored, key)
        name_place(work + "/result", os.path.join(runs, place))
        store.commit(runs, place, key, work + "/result",
                     {"scheme": case.scheme, "seed": case.seed,
                      "settings": comparison.settings_of(case.point)})
        return None
    except (VmmError, OSError) as error:
        return str(error)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main(path, variant, seed):
    """Returns the status."""
    comparison, stored = plan.read(path)
    place = f"{variant}/seed-{seed}"
    case = next(case for case in comparison.cases() if comparison.place(case) == place)
    key = stored["keys"][place]
    if store.counts(stored["runs"], place, key):
        return 0  # an earlier attempt that was believed dead has made it after all
    error = make(comparison, case, stored, key)
    if error is None:
        store.forget_failure(stored["runs"], place)
        return 0
    command = program.arguments(comparison.scenario, case.scheme, case.seed,
                                comparison.settings_of(case.point))
    store.write_failure(stored["runs"], place,
                        {"key": key, "error": error, "command": quote(command)})
    print(error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
