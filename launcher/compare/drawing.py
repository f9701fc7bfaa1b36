# SPDX-License-Identifier: GPL-2.0-only
"""The plots of a comparison. A scheme has the same colour and marker in all of them."""

import itertools
import os
import re
import sys

import numpy

from launcher.common import ROOT
from launcher.compare import metrics, wording
from launcher.compare.plan import point_text

sys.path.insert(0, os.path.join(ROOT, "scenarios", "plot"))

import style  # noqa: E402
from style import pyplot  # noqa: E402
from sweep import number  # noqa: E402

MARKERS = "osD^vP*X"
COLUMNS = 3  # panels beside each other
MOST_PAIRS = 10  # of a panel; beyond, only those with the first scheme
MOST_POINTS = 8  # that get figures of their own


def wrapped(scheme):
    """A scheme's name with a line for each of its options."""
    return scheme.replace(":", "\n")


class Look:
    """Colour, marker and line of each scheme."""

    def __init__(self, schemes):
        self._places = {scheme: index for index, scheme in enumerate(schemes)}

    def colour(self, scheme):
        """Its colour; they repeat after eight schemes, with another line."""
        return style.colour(self._places[scheme])

    def marker(self, scheme):
        """Its marker, for those who do not see colours."""
        place = self._places[scheme]
        return MARKERS[(place + place // len(style.COLOURS)) % len(MARKERS)]

    def width(self, scheme):
        """Its line width: later lines are thinner, so that one sees the earlier ones below them."""
        return 1.2 + 2.4 * (1 - (self._places[scheme] + 1) / len(self._places))

    def offset(self, scheme):
        """How far beside a word of the x axis its point is, so that points do not hide others."""
        return 0.4 * ((self._places[scheme] + 0.5) / len(self._places) - 0.5)

    def line(self, scheme):
        """Its line style."""
        return ["-", "--", ":"][self._places[scheme] // len(style.COLOURS) % 3]


def panels(count, height, width=4.1):
    """A figure with so many axes; those left over are hidden."""
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    figure, grid = pyplot.subplots(rows, columns, figsize=(width * columns + 0.6, height * rows),
                                   squeeze=False)
    flat = list(grid.flat)
    for axes in flat[count:]:
        axes.set_visible(False)
    return figure, flat[:count]


def title_of(results, metric):
    """Label and unit of a metric, and the divisor for the latter."""
    unit, divisor = results.scale(metric)
    return metrics.titled(metrics.label(metric), unit), divisor


def bars(results, point):
    """The mean of each headline metric, a bar per scheme, with its interval."""
    names = results.headlines()
    if not names:
        return None
    schemes = results.comparison.schemes
    look = Look(schemes)
    lines = sum(name.count(":") + 1 for name in schemes)
    figure, grid = panels(len(names), 0.75 + 0.2 * max(lines, 2 * len(schemes)))
    for index, (axes, metric) in enumerate(zip(grid, names)):
        title, divisor = title_of(results, metric)
        for row, scheme in enumerate(schemes):
            one = results.estimates[metric, scheme, point]
            if one.mean is None:
                axes.annotate(" no value", (0, row), va="center", fontsize=8, color="#555555")
                continue
            axes.barh(row, one.mean / divisor, height=0.7, color=look.colour(scheme),
                      hatch="" if look.line(scheme) == "-" else "//", edgecolor="white", lw=0)
            if one.half is not None:
                axes.errorbar(one.mean / divisor, row, xerr=one.half / divisor, color="black",
                              capsize=3, lw=1.2)
        axes.set_yticks(range(len(schemes)),
                        [wrapped(name) for name in schemes] if index % COLUMNS == 0 else
                        [""] * len(schemes), fontsize=8)
        axes.set_ylim(len(schemes) - 0.4, -0.6)
        axes.set_title(title, fontsize=10)
        axes.set_xlim(left=min(0, axes.get_xlim()[0]))
        axes.grid(False, axis="y")
        axes.tick_params(axis="x", labelsize=8)
        axes.xaxis.set_major_locator(style.MaxNLocator(5))
    return figure


def steps(values):
    """An empirical distribution as the corners of its steps."""
    ordered = numpy.sort(numpy.asarray(values, dtype=float))
    share = numpy.arange(1, len(ordered) + 1) / len(ordered)
    return numpy.concatenate((ordered[:1], ordered)), numpy.concatenate(([0.0], share))


def draw_steps(axes, series, look, name):
    """Distributions of several schemes in one panel; name is what is on the x axis, in s."""
    largest = max(max(values) for values in series.values())
    unit, divisor = metrics.scale("s", largest)
    smallest = min(min(values) for values in series.values())
    for scheme, values in series.items():
        x, y = steps(values)
        axes.step(x / divisor, y, where="post", color=look.colour(scheme), ls=look.line(scheme),
                  lw=look.width(scheme))
        axes.plot(x[-1] / divisor, 1, look.marker(scheme), color=look.colour(scheme), ms=5)
        # For the legend alone: line and marker together.
        axes.plot([], [], look.line(scheme) + look.marker(scheme), color=look.colour(scheme),
                  label=wrapped(scheme))
    if smallest > 0 and largest > 30 * smallest:
        axes.set_xscale("log")
    axes.set(ylim=(0, 1.04), xlabel=metrics.titled(name, unit or "s"), ylabel="share")


def distributions(results, point):
    """The distribution of the outage over flows and moves of all seeds, and over seeds."""
    schemes = results.comparison.schemes
    look = Look(schemes)
    over_flows = {scheme: results.samples.flow_outages(scheme, point) for scheme in schemes}
    over_seeds = {scheme: [float(value) for value in
                           results.samples.values("outage_max", scheme, point).values()]
                  for scheme in schemes}
    censored = sum(results.samples.censored_flows(scheme, point)[0] for scheme in schemes)
    bound = f"\n{censored:,} last at least so long (censored)" if censored else ""
    drawn = [(name, {key: values for key, values in series.items() if values}, title, end)
             for name, series, title, end in
             (("outage of a flow at a move", over_flows, "Over flows, moves and seeds", bound),
              ("largest outage of a run", over_seeds, "Over seeds", ""))]
    drawn = [one for one in drawn if one[1]]
    if not drawn:
        return None
    figure, grid = panels(len(drawn), 3.6, 5.4)
    for axes, (name, series, title, end) in zip(grid, drawn):
        draw_steps(axes, series, look, name)
        counts = sorted({len(values) for values in series.values()})
        axes.set_title(f"{title}: " + " to ".join(f"{count:,}" for count in
                                                  dict.fromkeys((counts[0], counts[-1])))
                       + " values each" + end, fontsize=10)
    head_legend(figure, max(grid, key=lambda axes: len(axes.get_legend_handles_labels()[1])))
    return figure


def key_name(key, keys):
    """A swept setting's name for readers: its last part, or all of it where others end alike."""
    last = key.rsplit("::", 1)[-1]
    alike = [other for other in keys if slug(other.rsplit("::", 1)[-1]) == slug(last)]
    return last if len(alike) < 2 else key


def axis_of(short, values):
    """Positions of a swept setting's values, their texts, the axis' label; numbers stay numbers."""
    found = [number(value) for value in values]
    if all(found) and len({unit for _, unit in found}) == 1:
        places = [place for place, _ in found]
        unit, divisor = metrics.axis_scale(found[0][1], [place for place in places if place > 0])
        return [place / divisor for place in places], None, metrics.titled(short, unit)
    return list(range(len(values))), values, short


def dress_axis(axes, places, texts, label):
    """The x axis of a swept setting."""
    axes.set_xlabel(label, fontsize=9)
    if texts:
        axes.set_xticks(places, texts, fontsize=8, rotation=20 if max(map(len, texts)) > 8 else 0)
        axes.set_xlim(-0.3, len(places) - 0.7)
        return
    if min(places) > 0 and max(places) > 8 * min(places):
        axes.set_xscale("log")
    if len(places) <= 8:
        axes.set_xticks(places, [f"{place:g}" for place in places], fontsize=8)
        axes.minorticks_off()


def draw_line(axes, rows, scheme, look, words):
    """One scheme's means and intervals: a line with a band over numbers, points over words."""
    x, mean, half = (numpy.array(column, dtype=float) for column in zip(*rows))
    colour = look.colour(scheme)
    has = ~numpy.isnan(half)
    if words:
        x = x + look.offset(scheme)
        whiskers, form, size, width = has, look.marker(scheme), 5, 1.2
    else:
        # A band needs two points beside each other.
        beside = numpy.concatenate(([False], has, [False]))
        whiskers = has & ~beside[:-2] & ~beside[2:]
        axes.fill_between(x, mean - half, mean + half, where=has & ~whiskers, color=colour,
                          alpha=0.2, lw=0)
        form, size, width = look.marker(scheme) + look.line(scheme), 4, look.width(scheme)
    axes.plot(x, mean, form, ms=size, lw=width, color=colour, label=wrapped(scheme))
    if whiskers.any():
        axes.errorbar(x[whiskers], mean[whiskers], yerr=half[whiskers], fmt="none", ecolor=colour,
                      capsize=3, lw=1.2)


def head_legend(figure, axes):
    """The legend of one panel above all of them."""
    handles, labels = axes.get_legend_handles_labels()
    columns = min(4, max(1, len(labels)))
    rows = -(-len(labels) // columns) * max([label.count("\n") + 1 for label in labels] or [1])
    share = (0.17 * rows + 0.25) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - share))
    figure.legend(handles, labels, loc="upper center", ncol=columns, fontsize=8)


def lines(results, key, others):
    """Each headline metric over the values of a swept setting, with the intervals as bands.

    others is the rest of the point: the other swept settings, which stay as they are."""
    names = results.headlines()
    if not names:
        return None
    look = Look(results.comparison.schemes)
    values = dict(results.comparison.sweeps)[key]
    places, texts, label = axis_of(key_name(key, dict(results.comparison.sweeps)), values)
    figure, grid = panels(len(names), 2.7)
    for axes, metric in zip(grid, names):
        title, divisor = title_of(results, metric)
        for scheme in results.comparison.schemes:
            rows = []
            for place, value in sorted(zip(places, values)):
                one = results.estimates[metric, scheme, full_point(results, others, key, value)]
                if one.mean is not None:
                    half = numpy.nan if one.half is None else one.half / divisor
                    rows.append((place, one.mean / divisor, half))
            if rows:
                draw_line(axes, rows, scheme, look, bool(texts))
        axes.set_title(title, fontsize=10)
        bottom, top = axes.get_ylim()
        axes.set_ylim(min(0, bottom), top + 0.05 * (top - min(0, bottom)))
        axes.tick_params(axis="y", labelsize=8)
        dress_axis(axes, places, texts, label)
    head_legend(figure, grid[0])
    return figure


def full_point(results, others, key, value):
    """The point with the settings of others and one more, in the order of the sweeps."""
    chosen = dict(others, **{key: value})
    return tuple((name, chosen[name]) for name, _ in results.comparison.sweeps)


def pairs_of(schemes):
    """The pairs that a panel shows."""
    pairs = list(itertools.combinations(schemes, 2))
    return pairs if len(pairs) <= MOST_PAIRS else [pair for pair in pairs if pair[0] == schemes[0]]


def draw_difference(axes, row, found, divisor):
    """One difference with its interval."""
    if found.mean is None:
        axes.annotate("no value ", (0, row), va="center", ha="right", fontsize=8, color="#555555")
        return
    kind = wording.kind_of(found)
    colour = style.colour(1) if kind == "significant" else "#555555"
    if found.half is not None:
        axes.errorbar(found.mean / divisor, row, xerr=found.half / divisor, color=colour,
                      capsize=3, lw=1.4)
    axes.plot(found.mean / divisor, row, "o" if found.half is not None else "x", ms=6,
              color=colour, mfc=colour if kind == "significant" else "white")


def forest(results, point):
    """The paired difference of each pair of schemes in each headline metric, with its interval."""
    pairs = pairs_of(results.comparison.schemes)
    names = [metric for metric in results.headlines()
             if any(results.differences[metric, point, one, other].mean for one, other in pairs)]
    if not names or not pairs:
        return None
    height = sum(max(2, (one + other).count(":") + 2) for one, other in pairs)
    figure, grid = panels(len(names), 0.85 + 0.17 * height)
    for index, (axes, metric) in enumerate(zip(grid, names)):
        found = [results.differences[metric, point, one, other] for one, other in pairs]
        unit, divisor = results.difference_scale(metric, found)
        title = metrics.titled(metrics.label(metric), unit)
        for row, difference in enumerate(found):
            draw_difference(axes, row, difference, divisor)
        axes.axvline(0, color="black", lw=0.8)
        axes.set_yticks(range(len(pairs)),
                        [f"{wrapped(one)}\n\u2212 {wrapped(other)}" for one, other in pairs]
                        if index % COLUMNS == 0 else [""] * len(pairs), fontsize=7)
        axes.set_ylim(len(pairs) - 0.4, -0.6)
        axes.set_title(title, fontsize=10)
        axes.grid(False, axis="y")
        axes.tick_params(axis="x", labelsize=8)
        axes.xaxis.set_major_locator(style.MaxNLocator(5))
    return figure


def slug(text):
    """Text as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-").lower()


BARS = "Means with their 95 % intervals"
LINES = "Means over {key}, with their 95 % intervals as bands"
DISTRIBUTIONS = "Distribution of the outage"
FOREST = "Paired differences with their 95 % intervals"


def swept_figures(results):
    """A figure per swept setting and combination of the other ones."""
    keys = [key for key, _ in results.comparison.sweeps]
    names = [slug(key_name(key, keys)) for key in keys]
    for key, name in zip(keys, names):
        name += f"-{keys.index(key)}" if names.count(name) > 1 else ""
        rest = [(other, values) for other, values in results.comparison.sweeps if other != key]
        for index, values in enumerate(itertools.product(*(values for _, values in rest))):
            others = tuple(zip((other for other, _ in rest), values))
            where = f" ({point_text(others)})" if others else ""
            end = f"-{index}" if others else ""
            yield (f"lines-{name}{end}", LINES.format(key=key_name(key, keys)) + where,
                   lines(results, key, others))


def all_figures(results):
    """(file name, heading, figure) of everything that there is to draw."""
    yield from swept_figures(results)
    if not results.comparison.sweeps:
        yield "bars", BARS, bars(results, ())
    for index, point in enumerate(results.comparison.points()[:MOST_POINTS]):
        where = f" at {point_text(point)}" if point else ""
        end = f"-{index}" if point else ""
        yield "cdf" + end, DISTRIBUTIONS + where, distributions(results, point)
        yield "differences" + end, FOREST + where, forest(results, point)


def save(figure, folder, name):
    """Writes PNG and PDF; returns the path of the former."""
    path = os.path.join(folder, name + ".png")
    figure.savefig(path, metadata={"Software": None})
    figure.set_layout_engine("none")  # laid out once, which is what takes the time
    figure.savefig(os.path.join(folder, name + ".pdf"),
                   metadata={"CreationDate": None, "Creator": None, "Producer": None})
    pyplot.close(figure)
    return path
