# SPDX-License-Identifier: GPL-2.0-only
"""The figures of one run, each from the trace files alone."""

import bgp
import copies
import drawing
import numpy
import style
from style import known, pyplot

# The steps of a move in the order in which they happen, and what a reader calls them.
STEPS = [("order_s", "ordered"), ("copy_start_s", "copy starts"), ("stop_s", "VM stops"),
         ("resume_s", "VM resumes"), ("register_s", "registration sent"),
         ("mn_updated_s", "registrar updated"), ("path_ready_s", "routers told"),
         ("source_route_s", "route at source NVE"), ("first_packet_s", "first packet at new place"),
         ("control_converged_s", "control plane converged"),
         ("data_converged_s", "data plane converged"), ("source_released_s", "source NVE released")]


MOST_MOVES = 6  # that get figures of their own
MOST_LINES = 14  # in one figure


def label_of(move):
    """Names a move in a heading."""
    return (f"{move['migration']}: {move['vm']} from {move['source_nve']} "
            f"to {move['destination_nve']}")


def window(move, before=0.25, after=0.5):
    """The time around the switch-over that a figure shows, in seconds of the simulation."""
    start = move["stop_s"] if known(move["stop_s"]) else move["order_s"]
    ends = [move[key] for key in ("resume_s", "first_packet_s", "data_converged_s",
                                  "source_route_s") if known(move.get(key))]
    end = max(ends) if ends else start
    length = max(end - start, 0.05)
    return start - max(before, length), end + max(after, length)


def timeline(results, move):
    """What happened when: the long copy above, the switch-over enlarged below."""
    steps = [(move[key], name) for key, name in STEPS if known(move.get(key))]
    if not steps:
        return None
    figure, (whole, close) = pyplot.subplots(
        2, 1, figsize=(9, 4.6), height_ratios=[1, 2.4])
    origin = move["order_s"]
    rounds = results.table("rounds")
    rounds = rounds[rounds["migration"] == move["migration"]]
    for index, row in enumerate(rounds.to_dict("records")):
        whole.barh(0, row["end_s"] - row["start_s"], left=row["start_s"] - origin, height=0.6,
                   color=style.colour(0), alpha=0.85 if index % 2 == 0 else 0.5)
    if known(move["stop_s"], move["resume_s"]):
        whole.barh(0, move["resume_s"] - move["stop_s"], left=move["stop_s"] - origin, height=0.6,
                   color=style.colour(1))
    whole.set(yticks=[], xlabel="seconds after the order",
              title=f"{label_of(move)} \u2014 {len(rounds)} copy rounds, then the switch-over")
    origin = move["stop_s"] if known(move["stop_s"]) else move["order_s"]
    late = sorted((step for step in steps
                   if step[0] >= origin and step[1] != "source NVE released"),
                  key=lambda step: step[0])
    style.shade_phases(close, {**move, "copy_start_s": None}, origin)
    for index, (time, name) in enumerate(late):
        milliseconds = (time - origin) * 1e3
        close.plot([time - origin], [-index], "o", color="black", ms=4)
        close.annotate(f"{name}  {milliseconds:.3f} ms", (time - origin, -index),
                       xytext=(7, 0), textcoords="offset points", va="center", fontsize=8.5)
    span = max(late[-1][0] - origin, 1e-4) if late else 1e-3
    close.set(yticks=[], ylim=(-len(late) + 0.3, 0.7), xlim=(-0.04 * span, span * 1.45),
              xlabel="seconds after the VM stopped")
    close.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, fontsize=8)
    return figure


def arrivals(results, move):
    """What arrived of every flow around the move, and what was lost and why."""
    edges = bins(results, *window(move))
    start, end = edges[0], edges[-1]
    throughput = results.table("throughput")
    throughput = throughput[(throughput["bin_start_s"] >= start - 1e-9) & (throughput["bin_start_s"] < end)]
    losses = results.table("losses")
    losses = losses[(losses["time_s"] >= start) & (losses["time_s"] < end)]
    flows = [name for name in results.table("flows")["flow"].unique()
             if name in set(throughput["flow"]) | set(losses["flow"])]
    if len(flows) > MOST_LINES:
        concerned = results.table("move_flows")
        concerned = set(concerned[concerned["migration"] == move["migration"]]["flow"])
        flows = [name for name in flows if name in concerned][:MOST_LINES]
        losses = losses[losses["flow"].isin(flows)]
    if not flows:
        return None
    origin = move["stop_s"] if known(move["stop_s"]) else move["order_s"]
    figure, rows = pyplot.subplots(len(flows) + 1, 1, sharex=True,
                                   figsize=(9, 1.25 * len(flows) + 2.2), squeeze=False,
                                   height_ratios=[1] * len(flows) + [1.2])
    for index, name in enumerate(flows):
        axes = rows[index][0]
        style.shade_phases(axes, move, origin)
        mine = throughput[throughput["flow"] == name]
        counts, _ = numpy.histogram(mine["bin_start_s"] + 1e-9, bins=edges, weights=mine["bytes"])
        rate = counts * 8 / (edges[1] - edges[0]) / 1e6
        axes.step(edges[:-1] - origin, rate, where="post", color=style.colour(0), lw=1)
        axes.set_ylabel(f"{name}\nMbit/s", fontsize=8)
        axes.set_ylim(bottom=0)
    rows[0][0].set_title(f"Arrivals per flow and losses \u2014 {label_of(move)}")
    rows[0][0].set_xlim(edges[0] - origin, edges[-1] - origin)
    rows[0][0].legend(loc="lower right", fontsize=7, ncols=2, frameon=True, framealpha=0.8)
    axes = rows[-1][0]
    style.shade_phases(axes, move, origin)
    bottom = numpy.zeros(len(edges) - 1)
    for cause in sorted(losses["cause"].unique()):
        counts, _ = numpy.histogram(losses[losses["cause"] == cause]["time_s"], bins=edges)
        axes.bar(edges[:-1] - origin, counts, width=edges[1] - edges[0], align="edge",
                 bottom=bottom, color=style.cause_colour(cause),
                 label=f"{cause} ({int(counts.sum())})")
        bottom += counts
    if losses.empty:
        axes.text(0.01, 0.8, "no packet of a traced flow was lost", transform=axes.transAxes,
                  fontsize=8)
    else:
        bars = [item for item in zip(*axes.get_legend_handles_labels()) if "(" in item[1]]
        axes.legend(*zip(*bars), loc="upper right", fontsize=8)
    axes.set(ylabel="lost packets", xlabel="seconds after the VM stopped")
    return figure


def bins(results, start, end):
    """Bin edges as in throughput.csv, from the smallest distance between two bins."""
    starts = numpy.unique(results.table("throughput")["bin_start_s"])
    width = numpy.diff(starts).min() if len(starts) > 1 else 0.01
    first = numpy.floor(start / width) * width
    return first + width * numpy.arange(int(numpy.ceil((end - first) / width)) + 1)


def stretch(results):
    """Hop stretch of every flow over the run; each change of path is a step."""
    table = results.table("stretch")
    table = table[table["shortest_hops"] > 0]
    if table.empty:
        return None
    end = float(results.run.get("duration_s") or table["time_s"].max())
    figure, axes = pyplot.subplots(figsize=(9, 3.6))
    groups = [group for group in table.groupby(["flow", "direction"], sort=True)
              if (group[1]["hops"] != group[1]["shortest_hops"]).any()]
    for index, ((flow, direction), rows) in enumerate(groups[:MOST_LINES]):
        ratio = rows["hops"] / rows["shortest_hops"]
        shift = 0.012 * index
        axes.step(list(rows["time_s"]) + [end], list(ratio + shift) + [ratio.iloc[-1] + shift],
                  where="post", color=style.colour(index), label=f"{flow} ({direction})")
    straight = table.groupby(["flow", "direction"]).ngroups - len(groups)
    if len(groups) > MOST_LINES:
        axes.plot([], [], " ", label=f"{len(groups) - MOST_LINES} more with detours not shown")
    if straight:
        axes.plot([], [], " ", label=f"{straight} more flow directions stay at 1")
    for move in worst_moves(results):
        if known(move["resume_s"]):
            axes.axvline(move["resume_s"], color="#777777", ls=":", lw=1)
            axes.annotate(f"{move['migration']} resumes", (move["resume_s"], 1), rotation=90,
                          xycoords=("data", "axes fraction"), va="top", ha="right", fontsize=7)
    axes.axhline(1, color="black", lw=0.8)
    axes.set(xlabel="seconds", ylabel="links crossed / fewest links",
             title="Path stretch (lines set apart where they would cover each other)")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return figure


def goodput(results):
    """What each TCP flow delivered over the run."""
    throughput = results.table("throughput")
    if throughput.empty:
        return None
    applications = results.run.get("flow_applications", {})
    flows = [name for name in throughput["flow"].unique()
             if applications.get(name, "tcp-bulk") != "udp-probe"]
    if not flows:
        return None
    edges = bins(results, 0, throughput["bin_start_s"].max() + 0.1)
    step = max(1, int(round(0.1 / (edges[1] - edges[0]))))
    edges = edges[::step]
    figure, rows = pyplot.subplots(len(flows), 1, figsize=(9, 1.7 * len(flows) + 0.8),
                                   sharex=True, squeeze=False)
    for index, name in enumerate(flows):
        axes = rows[index][0]
        for move in results.moves():
            style.shade_phases(axes, move, 0)
        mine = throughput[throughput["flow"] == name]
        counts, _ = numpy.histogram(mine["bin_start_s"] + 1e-9, bins=edges, weights=mine["bytes"])
        axes.step(edges[:-1], counts * 8 / (edges[1] - edges[0]) / 1e6, where="post",
                  color=style.colour(index), lw=1.1)
        axes.set_ylabel(f"{name}\nMbit/s", fontsize=8)
        axes.set_ylim(bottom=0)
    rows[0][0].set_title("Delivered per TCP flow, 100 ms bins")
    rows[-1][0].set_xlabel("seconds")
    return figure


def transfers(results):
    """Completion times of requests and flows: when they began, and how many are how fast."""
    if not results.has("transfers"):
        return None
    table = results.table("transfers")
    table = table[table["outcome"] == "completed"]
    if table.empty:
        return None
    # The answers to one question of an incast are told by the row they belong to.
    names = list(table["flow"].unique())
    whole = set(names)
    names = [name for name in names if name.rpartition(".")[0] not in whole]
    figure, (over_time, share) = pyplot.subplots(1, 2, figsize=(9, 3.8), sharey=True,
                                                 width_ratios=[2, 1])
    for move in worst_moves(results):
        style.shade_phases(over_time, move, 0)
    over_time.legend(fontsize=7, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4)
    for index, name in enumerate(names[:MOST_LINES]):
        mine = table[table["flow"] == name]
        milliseconds = mine["fct_s"].to_numpy() * 1e3
        again = index >= len(style.COLOURS)
        over_time.plot(mine["start_s"], milliseconds, "x" if again else ".", ms=4, alpha=0.6,
                       color=style.colour(index))
        ordered = numpy.sort(milliseconds)
        share.step(100 * numpy.arange(1, len(ordered) + 1) / len(ordered), ordered, where="pre",
                   color=style.colour(index), lw=1.3, ls="--" if again else "-",
                   label=f"{name} ({len(ordered):,})")
    if len(names) > MOST_LINES:
        share.plot([], [], " ", label=f"{len(names) - MOST_LINES} more not shown")
    over_time.set(yscale="log", xlabel="began at s", ylabel="completion time, ms")
    share.set(xlabel="% complete in that time", xlim=(0, 101))
    share.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))
    return figure


def worst_moves(results):
    """The moves with the largest outages, in order of time; all when they are few."""
    moves = results.moves()
    worst = sorted(moves, key=lambda move: -(move["outage_s"] if known(move["outage_s"]) else 0))
    chosen = {move["migration"] for move in worst[:MOST_MOVES]}
    return [move for move in moves if move["migration"] in chosen]


def all_figures(results):
    """Every figure that the traces have something for: file name, heading, figure."""
    made = []
    for move in worst_moves(results):
        name = move["migration"]
        made.append((f"timeline-{name}", f"Timeline of {label_of(move)}", timeline(results, move)))
        made.append((f"arrivals-{name}", f"Arrivals and losses around {label_of(move)}",
                     arrivals(results, move)))
        made.append((f"paths-{name}", f"Paths before and after {label_of(move)}",
                     drawing.paths(results, move)))
        made += copies.of_move(results, move)
    made += copies.of_run(results)
    made += bgp.all_figures(results)
    made.append(("stretch", "Path stretch over time", stretch(results)))
    made.append(("goodput", "Delivered data of the TCP flows", goodput(results)))
    made.append(("transfers", "Completion times of requests and flows", transfers(results)))
    return [(file, heading, figure) for file, heading, figure in made if figure is not None]
