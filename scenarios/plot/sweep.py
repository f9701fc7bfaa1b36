#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws what a setting changes, over runs of one scenario that differ in it.

    sweep.py PICTURE KEY COLUMN[,COLUMN...] RESULTS...

A panel for each COLUMN of migrations.csv: its value against the setting KEY, or the end of its name,
such as Interval of ns3::vmm::Checkpoint::Interval. A line joins the moves of one name. Runs that
differ in one setting more have lines of their own.
"""

import os
import re
import sys

import style
import traces
from style import known, pyplot

# How many of the smallest unit a unit of a setting is, and the smallest one's name on an axis.
UNITS = {"ns": (1e-9, "s"), "us": (1e-6, "s"), "ms": (1e-3, "s"), "s": (1, "s"), "min": (60, "s"),
         "h": (3600, "s"), "bps": (1, "bit/s"), "kbps": (1e3, "bit/s"), "Mbps": (1e6, "bit/s"),
         "Gbps": (1e9, "bit/s"), "Tbps": (1e12, "bit/s"), "B": (1, "bytes"),
         "KiB": (2**10, "bytes"), "MiB": (2**20, "bytes"), "GiB": (2**30, "bytes"),
         "kB": (1e3, "bytes"), "MB": (1e6, "bytes"), "GB": (1e9, "bytes"), "km": (1, "km"),
         "": (1, "")}
LABELS = {"downtime_s": "downtime, s", "outage_s": "outage, s", "lost_state_s": "lost state, s",
          "lost_state_bytes": "lost state, MiB", "copied_bytes": "copied, MiB",
          "stall_s": "stalled in page faults, s", "faults": "page faults", "rounds": "rounds",
          "wire_bytes": "sent on the wire, MiB", "copy_s": "copy, from its start to the resume, s"}


class SweepError(Exception):
    """The runs do not have what was asked for; the text is for the user."""


def number(text):
    """A setting's value and the name of its unit on an axis; None for a word."""
    found = re.fullmatch(r"([0-9.]+(?:e[+-]?[0-9]+)?)\s*([A-Za-z]*)", str(text).strip())
    if not found or found.group(2) not in UNITS:
        return None
    factor, unit = UNITS[found.group(2)]
    return float(found.group(1)) * factor, unit


def find_setting(results, key):
    """The full name of a setting by the end of its name."""
    names = [name for name in results.run.get("settings", {})
             if name == key or name.endswith("::" + key)]
    if len(names) != 1:
        raise SweepError(f"{results.folder}: found {len(names)} settings {key}, expected one")
    return names[0]


def differing(runs, name):
    """Names of the settings, but name, that are not the same in all runs."""
    names = set().union(*(run.run.get("settings", {}) for run in runs)) - {name, "seed"}
    return sorted(one for one in names
                  if len({str(run.run["settings"].get(one)) for run in runs}) > 1)


def label_of(results, others, migration):
    """What a line is called: the move and the other settings of its runs."""
    values = [f"{name.rsplit('::', 1)[-1]} {results.run['settings'].get(name)}" for name in others]
    return ", ".join([migration] + values)


def value_of(move, column):
    """A value of a move in the unit of its axis, None if there is none."""
    if column == "copy_s":
        if not known(move["copy_start_s"], move["resume_s"]):
            return None
        return move["resume_s"] - move["copy_start_s"]
    value = move.get(column)
    if not known(value) or value == "":
        return None
    return float(value) / (2**20 if column.endswith("_bytes") else 1)


def collect(runs, key, column):
    """Unit of the setting, and the points of each line by its label."""
    name = find_setting(runs[0], key)
    others = differing(runs, name)
    lines = {}
    unit = ""
    for results in runs:
        text = results.run["settings"][find_setting(results, key)]
        place = number(text)
        if place is None:
            raise SweepError(f"{results.folder}: found {key} {text}, expected a number")
        unit = place[1]
        for move in results.moves():
            value = value_of(move, column)
            if value is not None:
                label = label_of(results, others, move["migration"])
                lines.setdefault(label, []).append((place[0], value))
    return unit, {label: sorted(points) for label, points in lines.items()}


def draw(runs, key, columns):
    """The figure."""
    figure, panels = pyplot.subplots(1, len(columns), figsize=(5 * len(columns), 3.9),
                                     squeeze=False)
    for panel, column in enumerate(columns):
        axes = panels[0][panel]
        unit, lines = collect(runs, key, column)
        if not lines:
            raise SweepError(f"found no value of {column} in any run, expected some")
        for index, (label, points) in enumerate(lines.items()):
            axes.plot(*zip(*points), "o-", ms=4, lw=1.4, color=style.colour(index), label=label)
        places = sorted({place for points in lines.values() for place, _ in points})
        values = [value for points in lines.values() for _, value in points]
        if min(places) > 0 and max(places) > 8 * min(places):
            axes.set_xscale("log")
            if len(places) <= 8:
                axes.set_xticks(places, [f"{place:g}" for place in places])
                axes.minorticks_off()
        if min(values) > 0 and max(values) > 50 * min(values):
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.set(xlabel=f"{key}, {unit}" if unit else key, ylabel=LABELS.get(column, column))
        if panel + 1 == len(columns):
            axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))
    figure.suptitle(str(runs[0].run.get("scenario", "")), fontsize=11)
    return figure


def main(arguments):
    """Command line."""
    if len(arguments) < 5:
        print(__doc__.strip())
        return 0 if arguments[1:] in (["-h"], ["--help"]) else 2
    try:
        runs = [traces.Results(os.path.normpath(folder)) for folder in arguments[4:]]
        style.save(draw(runs, arguments[2], arguments[3].split(",")), arguments[1])
    except (traces.TraceError, SweepError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(arguments[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
