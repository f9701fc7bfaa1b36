# SPDX-License-Identifier: GPL-2.0-only
"""Colours and habits that all figures share."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot  # noqa: E402  (the backend comes first)
from matplotlib.ticker import MaxNLocator  # noqa: E402

# Okabe and Ito's palette, told apart by readers with any colour vision.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999"]
PHASES = {"copy": ("#dbe9f6", "memory copy"), "stopped": ("#f6c9c4", "VM stopped"),
          "redirect": ("#fbe8c3", "until the first packet arrives"),
          "triangle": ("#e7f2df", "triangle in use")}
CAUSES = {}

matplotlib.rcParams.update({
    "figure.dpi": 110, "figure.max_open_warning": 0, "font.size": 10, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": "#e6e6e6", "axes.axisbelow": True, "legend.frameon": False,
    "figure.constrained_layout.use": True, "svg.hashsalt": "vm-mobility"})


def colour(index):
    """The colour of the index-th of several series."""
    return COLOURS[index % len(COLOURS)]


def cause_colour(cause):
    """One colour for one cause of loss in every figure of a report."""
    return colour(CAUSES.setdefault(cause, len(CAUSES) + 1))


def whole_numbers():
    """Ticks at whole numbers, for an axis that counts."""
    return MaxNLocator(integer=True, min_n_ticks=1)


def known(*values):
    """Whether none of the values is missing (pandas' NaN or None)."""
    return all(value is not None and value == value for value in values)


def shade_phases(axes, move, offset):
    """Marks what the VM and the network are doing, times relative to offset."""
    spans = (("copy", move["copy_start_s"], move["stop_s"]),
             ("stopped", move["stop_s"], move["resume_s"]),
             ("redirect", move["resume_s"], move["first_packet_s"]),
             ("triangle", move["first_packet_s"], move["data_converged_s"]))
    for name, start, end in spans:
        if known(start, end) and end > start:
            fill, label = PHASES[name]
            axes.axvspan(start - offset, end - offset, color=fill, lw=0, label=label, zorder=0)


def save(figure, path):
    """Writes a figure without anything that differs between two runs."""
    figure.savefig(path, metadata={"Software": None})
    pyplot.close(figure)
