# SPDX-License-Identifier: GPL-2.0-only
"""The five lines that a run ends with, read from its summary.csv."""

import csv
import os

from launcher.common import VmmError


def read(folder):
    """summary.csv as {metric: value text}."""
    path = os.path.join(folder, "summary.csv")
    try:
        with open(path, newline="", encoding="utf-8") as lines:
            return {row["metric"]: row["value"] for row in csv.DictReader(lines)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise VmmError(f"{path}: cannot be read: {error}", 1) from error


def _number(metrics, name, form="{:g}", unit=""):
    text = metrics.get(name) or ""
    try:
        return form.format(float(text)) + unit
    except ValueError:
        return "-"


def _losses(metrics):
    causes = []
    for name, text in metrics.items():
        if name.startswith("lost_") and name != "lost_packets":
            try:
                count = int(float(text or 0))
            except ValueError:
                continue
            if count:
                causes.append((-count, name[len("lost_"):]))
    total = _number(metrics, "lost_packets", "{:.0f}")
    listed = ", ".join(f"{cause} {-count}" for count, cause in sorted(causes))
    return f"{total} packets" + (f" ({listed})" if listed else "")


def lines(metrics):
    """The five lines: moves, outage, losses, triangle, stretch."""
    def seconds(name):
        return _number(metrics, name, "{:.3f}", " s")

    return [
        "moves completed   " + _number(metrics, "moves_completed", "{:.0f}")
        + " of " + _number(metrics, "moves_planned", "{:.0f}"),
        f"outage            mean {seconds('outage_mean')}, largest {seconds('outage_max')}"
        f" (hypervisor downtime {seconds('downtime_mean')})",
        "losses            " + _losses(metrics),
        "triangle packets  " + _number(metrics, "triangle_packets", "{:.0f}")
        + (", over at most " + seconds("triangle_time_max")
           if metrics.get("triangle_time_max") else ""),
        "stretch           hops mean " + _number(metrics, "hop_stretch_mean", "{:.3f}")
        + ", largest " + _number(metrics, "hop_stretch_max", "{:.3f}")
        + "; delay largest " + _number(metrics, "delay_stretch_max", "{:.3f}"),
    ]
