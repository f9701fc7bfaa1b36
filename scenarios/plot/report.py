#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes plots/*.png and report.html in a results folder, from the trace files in it alone."""

import base64
import html
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import figures  # noqa: E402
import style  # noqa: E402
import traces  # noqa: E402

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; margin: 2rem auto; max-width: 78rem;
  padding: 0 1rem; color: #1a1a1a; }}
h1 {{ font-size: 1.5rem; margin-bottom: 0; }} h2 {{ font-size: 1.15rem; margin-top: 2.2rem; }}
.sub {{ color: #555; margin-top: .2rem; }}
table {{ border-collapse: collapse; font-size: 13px; }}
.scroll {{ overflow-x: auto; margin-bottom: .9rem; }}
th, td {{ padding: .25rem .55rem; border-bottom: 1px solid #ddd; text-align: right;
  white-space: nowrap; }}
th {{ background: #f5f5f5; white-space: normal; vertical-align: bottom; }} td.t, th.t {{ text-align: left; }}
img {{ max-width: min(100%, 62rem); display: block; margin: .5rem 0 1.5rem; }}
.cards {{ display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; }}
.card {{ border: 1px solid #ddd; border-radius: 6px; padding: .6rem 1rem; min-width: 7rem; }}
.card b {{ display: block; font-size: 1.25rem; }} .card span {{ color: #555; font-size: 13px; }}
.note {{ color: #555; font-size: 13px; }}
.bad {{ color: #b00020; }}
</style></head><body>
{body}
</body></html>
"""

MOVE_COLUMNS = [
    ("migration", "move", "t"), ("vm", "VM", "t"), ("source_nve", "from", "t"),
    ("destination_nve", "to", "t"), ("outcome", "outcome", "t"), ("order_s", "ordered at s", "s"),
    ("rounds", "rounds", "n"), ("copied_bytes", "copied MiB", "mib"),
    ("lost_packets", "lost", "n"), ("triangle_packets", "triangle packets", "n"),
    ("max_hop_stretch", "max stretch", "r"), ("control_messages", "messages", "n")]
OUTAGE_COLUMNS = [
    ("migration", "move", "t"),
    ("outage_s", "worst outage ms", "ms"), ("outage_censored", "censored", "t"),
    ("downtime_s", "downtime ms", "ms"),
    ("detect_s", "detect ms", "ms"), ("register_delay_s", "register ms", "ms"),
    ("inform_s", "inform ms", "ms"), ("install_s", "install ms", "ms"),
    ("propagate_s", "propagate ms", "ms"), ("alignment_s", "alignment ms", "ms"),
    ("control_converged_s", "control converged at s", "s"),
    ("data_converged_s", "data converged at s", "s")]
FLOW_COLUMNS = [
    ("flow", "flow", "t"), ("direction", "direction", "t"), ("from", "from", "t"), ("to", "to", "t"),
    ("sent", "sent", "n"), ("delivered", "delivered", "n"), ("lost", "lost", "n"),
    ("in_flight", "in flight", "n"), ("suppressed", "suppressed", "n"),
    ("reordered", "reordered", "n"), ("mean_delay_s", "mean delay ms", "ms"),
    ("p99_delay_s", "p99 delay ms", "ms"), ("mean_hop_stretch", "mean stretch", "r"),
    ("max_hop_stretch", "max stretch", "r")]
MOVE_FLOW_COLUMNS = [
    ("migration", "move", "t"), ("flow", "flow", "t"), ("direction", "direction", "t"),
    ("turning_point", "turning point", "t"), ("sent", "sent", "n"), ("lost", "lost", "n"),
    ("outage_s", "outage ms", "ms"), ("longest_stall_s", "longest stall ms", "ms"),
    ("hops_before", "links before", "n"), ("hops_triangle", "links in triangle", "n"),
    ("hops_after", "links after", "n"), ("max_hop_stretch", "max stretch", "r"),
    ("triangle_packets", "triangle packets", "n"), ("survived", "survived", "t")]


MOST_ROWS = 60  # of a table


def cell(value, kind):
    """A value as a reader wants it; empty where it did not happen."""
    if not style.known(value) or value == "":
        return ""
    if kind == "t":
        return html.escape(str(value))
    number = float(value)
    if kind == "n":
        return f"{number:,.0f}"
    if kind == "ms":
        return f"{number * 1e3:,.3f}"
    if kind == "mib":
        return f"{number / 2**20:,.1f}"
    return f"{number:.3f}"


def table(rows, columns):
    """An HTML table of the columns that the rows have, of the first rows if they are many."""
    if not rows:
        return "<p class='note'>none</p>"
    left = len(rows) - MOST_ROWS
    note = f"<p class='note'>{left:,} more rows are in the trace file.</p>" if left > 0 else ""
    rows = rows[:MOST_ROWS]
    columns = [column for column in columns if column[0] in rows[0]]
    head = "".join(f"<th class='{'t' if kind == 't' else ''}'>{html.escape(text)}</th>"
                   for _, text, kind in columns)
    body = ""
    for row in rows:
        body += "<tr>" + "".join(
            f"<td class='{'t' if kind == 't' else ''}'>{cell(row[name], kind)}</td>"
            for name, _, kind in columns) + "</tr>\n"
    return f"<div class='scroll'><table><tr>{head}</tr>\n{body}</table></div>" + note


def busy(rows):
    """The flow directions that sent anything."""
    return [row for row in rows if row["sent"] > 0]


def cards(summary):
    """The figures that a reader looks for first."""
    def number(name, scale=1.0, digits=0):
        text = summary.get(name)
        return f"{float(text) * scale:,.{digits}f}" if style.known(text) and text != "" else "\u2013"

    values = [
        (f"{number('moves_completed')} of {number('moves_planned')}", "moves completed"),
        (number("downtime_mean", 1e3, 2) + " ms", "mean downtime"),
        (number("outage_max", 1e3, 2) + " ms", "worst outage"),
        (number("lost_packets"), "packets lost"),
        (number("triangle_packets"), "triangle packets"),
        (number("hop_stretch_max", 1, 2), "largest stretch"),
        (number("control_messages"), "control messages"),
    ]
    return "<div class='cards'>" + "".join(
        f"<div class='card'><b>{html.escape(value)}</b><span>{text}</span></div>"
        for value, text in values) + "</div>"


def loss_rows(results):
    """Losses by flow and cause."""
    losses = results.table("losses")
    if losses.empty:
        return []
    counted = losses.groupby(["flow", "direction", "cause"]).size().reset_index(name="packets")
    return counted.to_dict("records")


def embed(path):
    """A picture's file as the source of an <img>."""
    with open(path, "rb") as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode("ascii")


def make(folder):
    """Writes the plots and the report; returns the report's path."""
    results = traces.Results(folder)
    plots = os.path.join(folder, "plots")
    parts = [f"<h1>{html.escape(results.title())}</h1>",
             f"<p class='sub'>{html.escape(results.run.get('command', ''))}</p>",
             cards(results.summary()),
             "<h2>Moves</h2>",
             table(results.moves(), MOVE_COLUMNS),
             table(results.moves(), OUTAGE_COLUMNS),
             "<p class='note'>The outage is the longest gap between arrivals, less one period, of "
             "the flow that the move hit hardest: downtime + detect + register + inform + install "
             "+ propagate + alignment. The alignment, from minus one period to 0, is due to where "
             "in the flow's period the VM stopped. No split: the longest gap is not the one from "
             "the stop to the first arrival after the resume. Censored: nothing arrived after the "
             "stop.</p>",
             "<h2>Flows</h2>",
             table(busy(results.table("flows").to_dict("records")), FLOW_COLUMNS),
             "<p class='note'>For every row: sent = delivered + lost + in flight. A TCP "
             "retransmission is a packet of its own; the reverse direction holds "
             "acknowledgements and responses. Directions that sent nothing are left out.</p>",
             "<h2>Losses by cause</h2>",
             table(loss_rows(results), [("flow", "flow", "t"), ("direction", "direction", "t"),
                                        ("cause", "cause", "t"), ("packets", "packets", "n")]),
             "<h2>Each flow at each move</h2>",
             table(busy(results.table("move_flows").to_dict("records")), MOVE_FLOW_COLUMNS)]
    drawn = figures.all_figures(results)
    os.makedirs(plots, exist_ok=True)
    for name, heading, figure in drawn:
        parts.append(f"<h2>{html.escape(heading)}</h2>")
        path = os.path.join(plots, name + ".png")
        style.save(figure, path)
        parts.append(f"<img alt='{html.escape(heading, quote=True)}' src='{embed(path)}'>")
    parts.append("<h2>Settings</h2>")
    settings = [{"key": key, "value": value}
                for key, value in sorted(results.run.get("settings", {}).items())]
    parts.append(table(settings, [("key", "key", "t"), ("value", "value", "t")]))
    parts.append("<p class='note'>" + html.escape(
        ", ".join(f"{key} {value}" for key, value in
                  sorted(results.run.get("versions", {}).items()))) + "</p>")
    report = os.path.join(folder, "report.html")
    temporary = report + ".part"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(PAGE.format(title=html.escape(results.title()), body="\n".join(parts)))
    os.replace(temporary, report)
    return report


def main(arguments):
    """Command line: one results folder."""
    if len(arguments) != 2 or arguments[1] in ("-h", "--help"):
        print("usage: report.py RESULTS\n\nMakes plots/*.png and report.html in a results folder.")
        return 0 if arguments[1:] in (["-h"], ["--help"]) else 2
    try:
        print(make(arguments[1]))
    except traces.TraceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
