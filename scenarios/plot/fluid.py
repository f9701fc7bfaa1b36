#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws doc/figures/fluid-against-tcp.png: one copy beside a bulk connection, as packets and as a
fluid, rate over time. Runs build/fluid-against-tcp for it.

usage: scenarios/plot/fluid.py [FILE]"""

import io
import os
import subprocess
import sys

import pandas
import style
from style import colour, pyplot

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PROGRAM = os.path.join(ROOT, "build", "fluid-against-tcp")
FIGURE = os.path.join(ROOT, "doc", "figures", "fluid-against-tcp.png")
PANELS = (("true", "connections of one server, fair queue"),
          ("false", "servers of their own, one queue of 100 packets"))
BEFORE = 0.2  # s that are shown before the copy


def rates(transfer, fair):
    """Rates over time, in bins of 20 ms, as the example prints them."""
    done = subprocess.run([PROGRAM, "--transfer=" + transfer, "--fair=" + fair, "--memory=64",
                           "--bulk=1", "--bin=20ms"], check=True, stdout=subprocess.PIPE, text=True)
    table = pandas.read_csv(io.StringIO(done.stdout))
    return table[table["time_s"] >= -BEFORE]


def draw(path):
    """Draws both panels."""
    figure, all_axes = pyplot.subplots(1, 2, figsize=(10, 3.6), sharey=True)
    for axes, (fair, title) in zip(all_axes, PANELS):
        for line, (transfer, name) in enumerate((("tcp", "packets"), ("fluid", "fluid"))):
            table = rates(transfer, fair)
            axes.plot(table["time_s"], table["copy_bps"] / 1e6, color=colour(line),
                      label="copy as " + name, drawstyle="steps-pre")
            axes.plot(table["time_s"], table["bulk_bps"] / 1e6, color=colour(line), ls=":", lw=1.2,
                      label="bulk connection beside " + name, drawstyle="steps-pre")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("time since the copy began (s)")
        axes.set_ylim(bottom=0)
    all_axes[0].set_ylabel("rate (Mbit/s)")
    all_axes[1].legend(fontsize=8)
    style.save(figure, path)


if __name__ == "__main__":
    draw(sys.argv[1] if len(sys.argv) > 1 else FIGURE)
