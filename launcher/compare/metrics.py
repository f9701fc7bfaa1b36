# SPDX-License-Identifier: GPL-2.0-only
"""What a reader calls the metrics of summary.csv, and in which unit and form he likes them."""

import math

# Those that tables and plots begin with, in this order; the others are in the large tables.
HEADLINES = {
    "outage_mean": "outage, mean",
    "outage_p99": "outage, 99 %",
    "outage_max": "outage, largest",
    "downtime_mean": "downtime, mean",
    "lost_packets": "packets lost",
    "triangle_packets": "triangle packets",
    "triangle_time_max": "triangle time, largest",
    "hop_stretch_mean": "hop stretch, mean",
    "hop_stretch_max": "hop stretch, largest",
    "delay_stretch_max": "delay stretch, largest",
    "control_convergence_mean": "control convergence, mean",
    "data_convergence_mean": "data convergence, mean",
    "move_messages_mean": "control messages per move",
    "move_bytes_mean": "control bytes per move",
    "control_messages": "control messages",
    "control_bytes": "control bytes",
    "vm_routes_peak": "routes to VMs, peak",
    "header_bytes": "tunnel header bytes",
}

UNITLESS = ("", "1")


def label(metric):
    """A metric's name in words."""
    return HEADLINES.get(metric) or metric.replace("_", " ")


def scale(unit, largest):
    """(unit, divisor) in which values of up to this size are easily read."""
    if unit in UNITLESS:
        return "", 1
    steps = {"s": (("s", 1), ("ms", 1e-3), ("us", 1e-6)),
             "bytes": (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))}.get(unit, ())
    for name, size in steps:
        if largest >= size * (1 if unit == "s" else 10):
            return name, size
    return (steps[-1][0], steps[-1][1]) if unit == "s" and largest > 0 else (unit, 1)


AXES = {"s": (("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)),
        "bit/s": (("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3)),
        "bytes": (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))}


def axis_scale(unit, places):
    """(unit, divisor) for an axis on which the positive of these places are to be at least 1."""
    for name, size in AXES.get(unit, ()):
        if places and min(places) >= size * (1 - 1e-9):
            return name, size
    return unit, 1


def titled(name, unit):
    """A label with its unit behind it, unless the label says it."""
    return f"{name}, {unit}" if unit and unit not in name.replace(",", "").split() else name


def plain(value):
    """A number without an interval: up to six digits, no exponent where one can do without."""
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    digits = max(0, 5 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(mean, half):
    """A mean and the half-width of its interval as two texts, two digits of the latter."""
    digits = 0 if half <= 0 else max(0, 1 - math.floor(math.log10(half)))
    return f"{mean:,.{digits}f}", f"{half:,.{digits}f}"
