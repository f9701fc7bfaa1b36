#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares how runs of one scenario converge that differ in a setting of BGP.

    intervals.py PICTURE KEY TIME[,TIME...] RESULTS...

Each panel begins at a TIME in seconds and ends at the next one: the share of routers whose FIB has
changed for the last time, for each run, named by its setting KEY, such as Mrai.
"""

import os
import sys

import bgp
import numpy
import style
import traces
from style import pyplot


def setting_of(results, key):
    """The value of a setting by the end of its name; the scheme and the folder if there is none."""
    for name, value in sorted(results.run.get("settings", {}).items()):
        if name == key or name.endswith("::" + key):
            return f"{key} {value}"
    return os.path.basename(os.path.normpath(results.folder))


def share(results, start, end):
    """Seconds and share of the routers that have changed for the last time, as steps."""
    last = bgp.convergence(results, start, end, start)
    count = len(last)
    return ([0.0] + last.tolist(),
            [0.0] + [100.0 * (index + 1) / count for index in range(count)])


def draw(runs, key, times):
    """The figure."""
    figure, panels = pyplot.subplots(1, len(times), figsize=(4.8 * len(times), 3.8), squeeze=False)
    for panel, start in enumerate(times):
        axes = panels[0][panel]
        end = times[panel + 1] if panel + 1 < len(times) else numpy.inf
        for index, results in enumerate(runs):
            seconds, percent = share(results, start, end)
            axes.step(seconds, percent, where="post", color=style.colour(index),
                      label=setting_of(results, key) + f": {seconds[-1]:.3g} s", lw=1.6)
        axes.set(xscale="symlog", xlabel=f"seconds after {start:g} s", ylim=(0, 104),
                 ylabel="% of the routers that change" if panel == 0 else "")
        axes.set_xscale("symlog", linthresh=0.1)
        axes.set_xlim(left=0)
        axes.legend(fontsize=8, loc="upper left", frameon=True)
    figure.suptitle(f"Routers whose FIB has changed for the last time, by {key}", fontsize=11)
    return figure


def main(arguments):
    """Command line."""
    if len(arguments) < 5:
        print(__doc__.strip())
        return 0 if arguments[1:] in (["-h"], ["--help"]) else 2
    try:
        times = [float(text) for text in arguments[3].split(",")]
    except ValueError:
        print(f"found {arguments[3]}, expected seconds with commas between", file=sys.stderr)
        return 2
    try:
        runs = [traces.Results(folder) for folder in arguments[4:]]
        style.save(draw(runs, arguments[2], times), arguments[1])
    except (traces.TraceError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(arguments[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
