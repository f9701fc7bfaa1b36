# SPDX-License-Identifier: GPL-2.0-only
"""The tables of a comparison: CSV with everything, Markdown and LaTeX with what a reader wants."""

import csv
import itertools

from launcher.compare import estimates, metrics
from launcher.compare.plan import point_text

DAGGER = "\u2020"
PLUS_MINUS = "\u00b1"


class Results:
    """Estimates of every metric, scheme and point, and differences of every pair of schemes."""

    def __init__(self, samples):
        self.samples = samples
        self.comparison = samples.comparison
        self.estimates = {}
        self.differences = {}
        self._scales = {}
        for metric in samples.metrics:
            for scheme, point in self.comparison.variants():
                values = list(samples.values(metric, scheme, point).values())
                self.estimates[metric, scheme, point] = estimates.estimate(values)
        for metric in self.metrics():
            for point in self.comparison.points():
                for one, other in itertools.combinations(self.comparison.schemes, 2):
                    self.differences[metric, point, one, other] = self._difference(
                        metric, point, one, other)
        estimates.correct(self.differences.values())

    def _difference(self, metric, point, one, other):
        first = self.samples.values(metric, one, point)
        second = self.samples.values(metric, other, point)
        return estimates.difference([(first[seed], second[seed])
                                     for seed in first if seed in second])

    def metrics(self):
        """The metrics that are not 0 or empty in all runs; headlines first."""
        names = [name for name in self.samples.metrics if not self.samples.is_idle(name)]
        return [name for name in metrics.HEADLINES if name in names] + \
            [name for name in names if name not in metrics.HEADLINES]

    def headlines(self):
        """Those of metrics() that tables and plots begin with."""
        return [name for name in self.metrics() if name in metrics.HEADLINES]

    def scale(self, metric):
        """(unit, divisor) of a metric, one for the whole comparison."""
        if metric not in self._scales:
            largest = [abs(one.mean) + (one.half or 0)
                       for (name, _, _), one in self.estimates.items()
                       if name == metric and one.mean is not None]
            self._scales[metric] = metrics.scale(self.samples.units[metric],
                                                 max(largest, default=0))
        return self._scales[metric]

    def difference_scale(self, metric, found):
        """(unit, divisor) in which some differences of a metric are easily read."""
        largest = [abs(one.mean) + (one.half or 0) for one in found if one.mean is not None]
        return metrics.scale(self.samples.units[metric], max(largest, default=0))

    def censored(self, points, flows=False):
        """What there is to say about outages of moves, or of flows, of which only a lower bound is
        known; empty when there are none."""
        count = self.samples.censored_flows if flows else self.samples.censored_moves
        found = {scheme: [sum(column) for column in zip(*(count(scheme, point) for point in points))]
                 for scheme in self.comparison.schemes}
        some, every = (sum(column) for column in zip(*found.values()))
        if not some:
            return ""
        named = ", ".join(f"{scheme}: {part} of {whole}"
                          for scheme, (part, whole) in found.items() if part)
        return (f"{some:,} of {every:,} outages {'of flows' if flows else 'of moves'} are censored: "
                f"they last at least so long ({named}).")

    def lacks(self, estimate, scheme, point):
        """Whether some of the runs of a scheme have no value of a metric."""
        return estimate.n < self.comparison.seed_count or \
            self.samples.run_count(scheme, point) < self.comparison.seed_count


def _field(value):
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else value


def _write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([[_field(value) for value in row] for row in rows])


def parameters(point):
    """A point in a field of a CSV file."""
    return ";".join(f"{key}={value}" for key, value in point)


def write_comparison(path, results):
    """comparison.csv: every metric of every scheme at every point."""
    rows = []
    for metric in results.samples.metrics:
        for scheme, point in results.comparison.variants():
            one = results.estimates[metric, scheme, point]
            rows.append([metric, results.samples.units[metric], scheme, parameters(point),
                         results.samples.run_count(scheme, point), one.n, one.mean, one.sd,
                         one.half, one.median, one.p99, one.note])
    _write_csv(path, ["metric", "unit", "scheme", "parameters", "runs", "n", "mean", "sd",
                      "half_width_95", "median", "p99", "note"], rows)


def write_differences(path, results):
    """differences.csv: scheme minus other_scheme, pair by pair, paired over the seeds."""
    rows = []
    for (metric, point, one, other), found in results.differences.items():
        low = found.mean - found.half if found.half is not None else None
        high = found.mean + found.half if found.half is not None else None
        rows.append([metric, results.samples.units[metric], parameters(point), one, other,
                     found.n, found.mean, found.half, low, high, found.p, found.p_holm,
                     "yes" if found.significant else "no", found.note])
    _write_csv(path, ["metric", "unit", "parameters", "scheme", "other_scheme", "n", "difference",
                      "half_width_95", "low_95", "high_95", "p", "p_holm", "significant", "note"],
               rows)


def cell(results, metric, scheme, point):
    """Mean and interval of a metric as (mean text, half-width text or "", mark, n or None)."""
    one = results.estimates[metric, scheme, point]
    _, divisor = results.scale(metric)
    few = one.n if results.lacks(one, scheme, point) else None
    if one.mean is None:
        return "", "", "", few
    if one.half is None:
        return metrics.plain(one.mean / divisor), "", DAGGER, few
    mean, half = metrics.rounded(one.mean / divisor, one.half / divisor)
    return mean, half, "", few


def cell_text(parts):
    """A cell in plain text."""
    mean, half, mark, few = parts
    text = (mean + (f" {PLUS_MINUS} {half}" if half else "") + mark) or "\u2013"
    return text + (f" (n = {few})" if few is not None else "")


def notes(results):
    """What the marks in a table mean, for the seeds of a comparison."""
    count = results.comparison.seed_count
    return (f"Mean over {count} seeds {PLUS_MINUS} half-width of its 95 % confidence interval "
            f"(Student's t). {DAGGER}: no variance over the seeds, or a single value: no interval. "
            f"n: how many runs have a value, where not all {count} do. \u2013: none has.")


def markdown(results, point, names):
    """A table of metrics by schemes in Markdown."""
    def escaped(text):
        return text.replace("|", "\\|")

    schemes = results.comparison.schemes
    lines = ["| metric | " + " | ".join(f"`{escaped(name)}`" for name in schemes) + " |",
             "|---|" + "---:|" * len(schemes)]
    for metric in names:
        title = metrics.titled(metrics.label(metric), results.scale(metric)[0])
        cells = [cell_text(cell(results, metric, scheme, point)) for scheme in schemes]
        lines.append(f"| {escaped(title)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def write_markdown(path, results, findings):
    """comparison.md: the tables, and the findings in words."""
    comparison = results.comparison
    parts = [f"# Comparison on {comparison.name}\n", f"    {comparison.command()}\n"]
    for point in comparison.points():
        if point:
            parts.append(f"## {point_text(point)}\n")
        parts.append(markdown(results, point, results.headlines()))
        if results.censored([point]):
            parts.append(results.censored([point]) + "\n")
    parts += [notes(results) + "\n", "## Differences\n", findings.markdown()]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts))


SPECIAL = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
           "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
           "<": r"\textless{}", ">": r"\textgreater{}"}


def tex(text):
    """Text as LaTeX shows it literally."""
    return "".join(SPECIAL.get(letter, letter) for letter in text)


def tex_cell(parts):
    """A cell in LaTeX."""
    mean, half, mark, few = parts
    text = "--"
    if mean:
        text = f"${mean.replace(',', '{,}')}" + \
            (f" \\pm {half.replace(',', '{,}')}" if half else "") + \
            (r"^\dagger" if mark else "") + "$"
    return text + (f" ($n={few}$)" if few is not None else "")


def tex_head(scheme):
    """A scheme's name with a line for each of its options."""
    return r"\shortstack[r]{" + r"\\".join(tex(part) for part in scheme.split(":")) + "}"


def tex_table(results, point, label):
    """A table of metrics by schemes in LaTeX, without a package."""
    comparison = results.comparison
    where = f" at {point_text(point)}" if point else ""
    censored = results.censored([point])
    lines = [r"\begin{table}", r"\centering",
             r"\caption{Scenario " + tex(comparison.name + where)
             + f": mean over {comparison.seed_count} seeds, half-width of its 95\\,\\% confidence "
             + r"interval. $\dagger$: no variance over the seeds, or a single value: no interval. "
             + f"$n$: how many runs have a value, where not all {comparison.seed_count} do. "
             + "--: none has." + tex(" " + censored if censored else "") + "}",
             r"\label{" + label + "}",
             r"\begin{tabular}{l" + "r" * len(comparison.schemes) + "}", r"\hline",
             " & ".join(["metric"] + [tex_head(name) for name in comparison.schemes]) + r" \\",
             r"\hline"]
    for metric in results.headlines():
        title = metrics.titled(metrics.label(metric), results.scale(metric)[0])
        cells = [tex_cell(cell(results, metric, scheme, point)) for scheme in comparison.schemes]
        lines.append(" & ".join([tex(title)] + cells) + r" \\")
    return "\n".join(lines + [r"\hline", r"\end{tabular}", r"\end{table}"]) + "\n"


def write_tex(path, results):
    """comparison.tex: a table for each point, to be \\input."""
    comparison = results.comparison
    parts = [f"% {comparison.command()}\n"]
    for index, point in enumerate(comparison.points()):
        parts.append(tex_table(results, point, f"tab:{comparison.name}-{index}"))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts))
