# SPDX-License-Identifier: GPL-2.0-only
"""Builds and runs the benchmark programs of bench/."""

import glob
import os
import re
import subprocess

from launcher import building
from launcher.common import BUILD, ROOT, VmmError, say


def names(pattern=""):
    """The benchmark programs whose name matches."""
    sources = glob.glob(os.path.join(ROOT, "bench", "*.cc"))
    found = sorted(os.path.splitext(os.path.basename(path))[0] for path in sources)
    return ["bench-" + name for name in found if re.search(pattern or "", name)]


def bench(pattern=""):
    """Runs them one after the other; returns 1 when one of them misses its bar."""
    programs = names(pattern)
    if not programs:
        raise VmmError("no benchmark matches" if pattern else "there are no benchmarks")
    say("building")
    building.build(programs, options=("VMM_BENCH=ON",))
    missed = [program for program in programs
              if subprocess.run([os.path.join(BUILD, program)], check=False).returncode != 0]
    if missed:
        print("missed: " + " ".join(missed))
    return 1 if missed else 0
