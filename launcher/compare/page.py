# SPDX-License-Identifier: GPL-2.0-only
"""report.html of a comparison: one file with everything in it."""

import base64
import html
import platform
from importlib import metadata

from launcher.common import PYTHON
from launcher.compare import metrics, tables
from launcher.compare.plan import point_text

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; margin: 2rem auto; max-width: 78rem;
  padding: 0 1rem; color: #1a1a1a; }}
h1 {{ font-size: 1.5rem; margin-bottom: 0; }} h2 {{ font-size: 1.15rem; margin-top: 2.2rem; }}
h3 {{ font-size: 1rem; }}
table {{ border-collapse: collapse; font-size: 13px; }}
.scroll {{ overflow-x: auto; margin-bottom: .9rem; }}
th, td {{ padding: .25rem .55rem; border-bottom: 1px solid #ddd; text-align: right;
  white-space: nowrap; }}
th {{ background: #f5f5f5; vertical-align: bottom; }} td.t, th.t {{ text-align: left; }}
td.w {{ white-space: normal; overflow-wrap: anywhere; }}
img {{ max-width: 100%; display: block; margin: .5rem 0 1.5rem; }}
pre {{ background: #f5f5f5; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }}
.note {{ color: #555; font-size: 13px; }} .bad {{ color: #b00020; }}
summary {{ cursor: pointer; font-weight: 600; }}
</style></head><body>
{body}
</body></html>
"""


def module_versions():
    """Versions of what made the runs start and the figures."""
    names = ["snakemake", "numpy", "scipy", "pandas", "matplotlib"]
    return [("Python", f"{platform.python_version()} ({PYTHON})")] + \
        [(name, metadata.version(name)) for name in names]


def row(cells, kind="td"):
    """A row of a table; the first cell is a name."""
    return "<tr>" + "".join(f"<{kind}{' class=t' if index == 0 else ''}>{cell}</{kind}>"
                            for index, cell in enumerate(cells)) + "</tr>\n"


def scheme_head(scheme):
    """A scheme's name with a line for each of its options."""
    return "<br>".join(html.escape(part) for part in scheme.split(":"))


def means(results, point, names):
    """A table of metrics by schemes."""
    schemes = results.comparison.schemes
    text = row(["metric"] + [scheme_head(name) for name in schemes], "th")
    for metric in names:
        title = metrics.titled(metrics.label(metric), results.scale(metric)[0])
        text += row([html.escape(title)] + [
            html.escape(tables.cell_text(tables.cell(results, metric, scheme, point)))
            for scheme in schemes])
    return f"<div class='scroll'><table>{text}</table></div>"


def difference_rows(results, point):
    """The rows of the table of differences at a point."""
    for (metric, where, one, other), found in results.differences.items():
        if where != point or found.mean is None:
            continue
        unit, divisor = results.difference_scale(metric, [found])
        if found.half is None:
            mean, interval = metrics.plain(found.mean / divisor), "none"
        else:
            mean, half = metrics.rounded(found.mean / divisor, found.half / divisor)
            interval = f"{tables.PLUS_MINUS} {half}"
        p_value = "" if found.p_holm is None else f"{found.p_holm:.2g}"
        yield [html.escape(metrics.titled(metrics.label(metric), unit)), html.escape(one),
               html.escape(other), str(found.n), mean, interval, p_value,
               "yes" if found.significant else "no", html.escape(found.note)]


def differences(results, point):
    """A table of all paired differences at a point."""
    text = row(["metric", "scheme", "minus scheme", "n", "difference", "95 % interval",
                "p after Holm", "significant", ""], "th")
    text += "".join(row(cells) for cells in difference_rows(results, point))
    return f"<div class='scroll'><table>{text}</table></div>"


def folded(summary, inner):
    """Something that a reader opens when he wants it."""
    return f"<details><summary>{html.escape(summary)}</summary>{inner}</details>"


def note(text):
    """A remark below a table or plot; nothing when there is nothing to say."""
    return f"<p class='note'>{html.escape(text)}</p>" if text else ""


def legend(results, name):
    """What one sees in a plot."""
    kind, _, index = name.partition("-")
    text = LEGENDS[kind]
    if kind == "cdf":
        point = results.comparison.points()[int(index or 0)]
        text += " " + results.censored([point], flows=True)
    return text.strip()


def table_parts(results):
    """The tables of all points."""
    parts = []
    for point in results.comparison.points():
        where = f" at {point_text(point)}" if point else ""
        parts.append(f"<h2>Means{html.escape(where)}</h2>")
        parts.append(means(results, point, results.headlines()))
        parts.append(note(results.censored([point])))
        parts.append(folded("All metrics that are not 0 everywhere" + where,
                            means(results, point, results.metrics())))
        parts.append(folded("All paired differences" + where, differences(results, point)))
    parts.append(note(tables.notes(results)))
    return parts


def failures(samples):
    """The runs that have no result."""
    if not samples.missing:
        return []
    parts = ["<h2 class='bad'>Runs without a result</h2><ul>"]
    for case, why in samples.missing:
        where = point_text(case.point)
        parts.append(f"<li>{html.escape(case.scheme)}{html.escape(', ' + where if where else '')}, "
                     f"seed {case.seed}: {html.escape(why)}</li>")
    return parts + ["</ul><p>All figures are of the other runs, and differences of the seeds that "
                    "both schemes have.</p>"]


def origin(results):
    """How everything was made, and how it is made again."""
    comparison, samples = results.comparison, results.samples
    seeds = comparison.seeds
    rows = [("seeds", f"{seeds[0]} to {seeds[-1]}, the same for every scheme"),
            ("runs", f"{len(samples.done)} of {len(comparison.cases())}"),
            ("scenario", f"{comparison.shown_scenario()}, hash "
             + ", ".join(sorted(samples.scenario_hashes))),
            ("build id", samples.described.get("build_id", ""))]
    rows += sorted(samples.described.get("versions", {}).items()) + module_versions()
    text = "".join(f"<tr><td class='t'>{html.escape(name)}</td>"
                   f"<td class='t w'>{html.escape(str(value))}</td></tr>" for name, value in rows)
    return ["<h2>How this was made</h2>", f"<table>{text}</table>",
            "<p>One of the runs, with a report of its own:</p>",
            f"<pre>{html.escape(comparison.run_command(samples.done[0]))}</pre>"]


def picture(heading, path):
    """A plot with its heading."""
    with open(path, "rb") as file:
        data = base64.b64encode(file.read()).decode("ascii")
    return (f"<h2>{html.escape(heading)}</h2><img alt='{html.escape(heading, quote=True)}' "
            f"src='data:image/png;base64,{data}'>")


LEGENDS = {
    "bars": "Whiskers are 95 % confidence intervals of the mean over the seeds. A bar without "
            "whiskers has no variance over the seeds, or is a single value.",
    "lines": "Bands, or whiskers, are 95 % confidence intervals of the mean over the seeds; none is "
             "drawn where there is no variance or a single value. A thinner line may lie on a "
             "thicker one.",
    "cdf": "Share of the values that are at most so large. The marker is at the largest one. A "
           "thinner line may lie on a thicker one.",
    "differences": "First scheme minus second, paired over the seeds; metrics in which no two "
                   "schemes differ are left out. Filled and orange: significant after Holm's "
                   "correction; hollow: not significant; cross: no variance over the seeds, hence "
                   "no interval and no test. Whiskers are 95 % intervals before the correction. "
                   "Of more than ten pairs those with the first scheme are drawn; differences.csv "
                   "has all.",
}


def write(path, results, findings, figures):
    """The page. figures is [(heading, path of the PNG file, name)]."""
    comparison = results.comparison
    title = f"Comparison on {comparison.name}: " + ", ".join(comparison.schemes)
    parts = [f"<h1>{html.escape(title)}</h1>", f"<pre>{html.escape(comparison.command())}</pre>"]
    parts += failures(results.samples)
    parts += ["<h2>What differs, and what does not</h2>", findings.page()]
    parts += table_parts(results)
    for heading, picture_path, name in figures:
        parts.append(picture(heading, picture_path))
        parts.append(note(legend(results, name)))
    parts += origin(results)
    with open(path, "w", encoding="utf-8") as file:
        file.write(PAGE.format(title=html.escape(title), body="\n".join(parts)))
