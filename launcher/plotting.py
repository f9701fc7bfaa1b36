# SPDX-License-Identifier: GPL-2.0-only
"""Makes the plots and report.html of a result folder: scenarios/plot/report.py FOLDER."""

import os
import subprocess

from launcher.common import PYTHON, ROOT, VmmError

SCRIPT = os.path.join(ROOT, "scenarios", "plot", "report.py")


def plot(folder):
    """Plots from the trace files of folder; returns the path of its report."""
    if not os.path.exists(os.path.join(folder, "summary.csv")):
        raise VmmError(f"{folder}: found no summary.csv, expected the folder of a run's results")
    if not os.path.exists(SCRIPT):
        raise VmmError(f"{SCRIPT} is missing", 1)
    # A window system is neither there nor needed; matplotlib's own cache may have no home to be in.
    environment = dict(os.environ, MPLBACKEND="Agg", PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([PYTHON, SCRIPT, folder], env=environment, stdout=subprocess.DEVNULL,
                          check=False)
    report = os.path.join(folder, "report.html")
    if done.returncode != 0 or not os.path.exists(report):
        raise VmmError(f"the plots of {folder} could not be made", 1)
    return report
