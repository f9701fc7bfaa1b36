# SPDX-License-Identifier: GPL-2.0-only
"""What BGP did in a run: waves of UPDATEs, and how the routers follow one after the other."""

import re

import numpy
import style
from matplotlib.ticker import MaxNLocator
from style import known, pyplot

QUIET = 1.0  # s without a change of a FIB that end a wave
LINKS = 20  # lines of a heat map
WAVES = 6  # that get a figure
BINS = 60  # of a wave
TIERS = ["WAN", "border", "core, spine", "aggregation", "leaf, edge", "server"]


def tier_of(node):
    """The place of a node in TIERS, by its name; past the last for names of a user's own."""
    name = re.sub(r"^dc\d+-", "", node)
    for index, starts in enumerate((("wan-",), ("br-",), ("core-", "spine-"), ("agg-",),
                                    ("leaf-", "edge-"), ("server-", "nve-"))):
        if name.startswith(starts):
            return index
    return len(TIERS)


def routes_of(results):
    """The FIB changes that BGP made."""
    routes = results.table("routes")
    return routes[routes["owner"] == "bgp"].sort_values("time_s")


def updates_of(results):
    """The UPDATEs sent."""
    messages = results.table("messages")
    return messages[(messages["kind"] == "bgp") & (messages["type"] == "update")]


def waves(results):
    """Start and end of each wave of FIB changes; between two nothing changes for QUIET."""
    times = routes_of(results)["time_s"].to_numpy()
    if not len(times):
        return []
    cuts = numpy.flatnonzero(numpy.diff(times) > QUIET)
    starts = numpy.concatenate(([times[0]], times[cuts + 1]))
    ends = numpy.concatenate((times[cuts], [times[-1]]))
    return list(zip(starts.tolist(), ends.tolist()))


def cause_of(results, start, end):
    """Name and instant of what set a wave off: a move's resume, or the first UPDATE."""
    resumed = [(move["resume_s"], move["migration"]) for move in results.moves()
               if known(move["resume_s"]) and move["order_s"] <= start
               and move["resume_s"] <= end]
    if resumed:
        near = [name for time, name in resumed if time >= resumed[-1][0] - QUIET]
        others = f" and {len(near) - 1} more" if len(near) > 1 else ""
        last_order = max(move["order_s"] for move in results.moves()
                         if move["migration"] in near)
        if start <= last_order + 600 and not settled_before(results, near, start):
            return f"move {near[0]}{others}", min(time for time, name in resumed if name in near)
    updates = updates_of(results)["time_s"].to_numpy()
    before = updates[(updates <= start) & (updates > start - QUIET)]
    return f"a change at {start:.3f} s", float(before.min()) if len(before) else start


def settled_before(results, names, start):
    """Whether the moves had converged before a wave began, so that it has another cause."""
    ends = [move["control_converged_s"] for move in results.moves()
            if move["migration"] in names and known(move["control_converged_s"])]
    return bool(ends) and max(ends) < start


def convergence(results, start, end, origin):
    """Seconds from origin to the last change of each router's FIB in a wave, ascending."""
    routes = routes_of(results)
    routes = routes[(routes["time_s"] >= start) & (routes["time_s"] <= end)]
    last = routes.groupby("node")["time_s"].max() - origin
    return last.sort_values(kind="stable")


def link_counts(results, start, end):
    """UPDATEs per link and bin of a wave: names, bin edges, matrix, number of links left out."""
    updates = updates_of(results)
    updates = updates[(updates["time_s"] >= start) & (updates["time_s"] <= end)]
    edges = numpy.linspace(start, end, BINS + 1)
    names = [" \u2013 ".join(sorted(pair)) for pair in zip(updates["from"], updates["to"])]
    totals = {}
    for name in names:
        totals[name] = totals.get(name, 0) + 1
    chosen = sorted(totals, key=lambda name: (-totals[name], name))[:LINKS]
    chosen.sort()
    rows = {name: row for row, name in enumerate(chosen)}
    matrix = numpy.zeros((len(chosen), BINS))
    for name, time in zip(names, updates["time_s"]):
        if name in rows:
            column = min(int((time - start) / (end - start) * BINS), BINS - 1)
            matrix[rows[name], column] += 1
    return chosen, edges, matrix, len(totals) - len(chosen)


def wave_figure(results, start, end):
    """UPDATEs per link over time, and below when each router's FIB was as it stayed."""
    name, origin = cause_of(results, start, end)
    last = convergence(results, start, end, origin)
    margin = max((end - origin) * 0.05, 1e-5)
    links, edges, matrix, others = link_counts(results, min(origin, start) - margin, end + margin)
    scale, unit = (1, "s") if end - origin >= 1 else (1e3, "ms")
    height = 1.2 + 0.17 * max(len(links), 5)
    figure, (heat, dots) = pyplot.subplots(
        2, 1, figsize=(9, height + 2.9), sharex=True, height_ratios=[height, 2.6])
    shown = numpy.ma.masked_equal(matrix, 0)
    mesh = heat.pcolormesh((edges - origin) * scale, numpy.arange(len(links) + 1), shown,
                           cmap="viridis_r")
    figure.colorbar(mesh, ax=heat, label="UPDATEs", pad=0.01,
                    ticks=MaxNLocator(integer=True, min_n_ticks=1))
    heat.set_yticks(numpy.arange(len(links)) + 0.5, links, fontsize=7)
    heat.grid(False)
    left = f", {others} more links not shown" if others > 0 else ""
    heat.set_title(f"UPDATEs per link after {name}{left}")
    routes = routes_of(results)
    changes = routes[(routes["time_s"] >= start) & (routes["time_s"] <= end)]["time_s"] - origin
    if len(changes) > len(last):
        dots.step(changes * scale, 100 * numpy.arange(1, len(changes) + 1) / len(changes),
                  where="post", color="#999999", lw=1.2,
                  label=f"of {len(changes):,} changes\nof all FIBs")
    for tier, label in enumerate(TIERS + ["other"]):
        rows = [row for row, node in enumerate(last.index) if tier_of(node) == tier]
        if rows:
            dots.plot(last.iloc[rows] * scale, [100 * (row + 1) / len(last) for row in rows],
                      "o", ms=4, color=style.colour(tier), label=label)
    dots.set(xlabel=f"{unit} after {'the VM resumed' if name.startswith('move') else 'it began'}",
             ylabel="% so far", ylim=(0, 104),
             title=f"Last change of each router's FIB by BGP: {len(last)} routers")
    dots.legend(fontsize=8, loc="center left" if len(changes) > 10 * len(last) else "upper left",
                frameon=True)
    return figure


def triangles(results, move):
    """Flows that took a longer way than the shortest after a move: name, (start, end), to the end."""
    if not known(move["resume_s"]):
        return []
    flows = results.table("move_flows")
    flows = flows[flows["migration"] == move["migration"]]
    stretch = results.table("stretch")
    later = [other["order_s"] for other in results.moves()
             if other["vm"] == move["vm"] and other["order_s"] > move["order_s"]]
    end = min(later) if later else float(results.run.get("duration_s") or move["resume_s"])
    found = []
    for (flow, direction), rows in stretch.groupby(["flow", "direction"], sort=True):
        mine = flows[(flows["flow"] == flow) & (flows["direction"] == direction)]
        if mine.empty:
            continue
        rows = rows[(rows["time_s"] >= move["resume_s"]) & (rows["time_s"] < end)]
        longer = (rows["hops"] > rows["shortest_hops"]).to_numpy()
        if not longer.any():
            continue
        times = rows["time_s"].to_numpy()
        first = int(numpy.argmax(longer))
        last = len(longer) - 1 - int(numpy.argmax(longer[::-1]))
        keeps = last == len(longer) - 1
        label = flow if direction == "forward" else f"{flow} ({direction})"
        found.append((label, float(times[first]), end if keeps else float(times[last + 1]), keeps))
    return sorted(found, key=lambda row: (row[3], row[2], row[0]))


def triangle_figure(results, move):
    """How long each flow's triangle lasts, beside the share of routers that have followed."""
    resume = move["resume_s"]
    rows = triangles(results, move)
    window = [wave for wave in waves(results) if wave[1] >= resume]
    if not rows or not window or known(move["control_converged_s"]) and \
            window[0][0] > move["control_converged_s"]:
        return None
    rows, hidden = rows[:LINKS], len(rows[LINKS:])
    start, end = window[0]
    last = convergence(results, max(start, resume), end, resume)
    limit = max([end - resume] + [row[2] - resume for row in rows if not row[3]]) * 1.15
    figure, (bars, share) = pyplot.subplots(
        2, 1, figsize=(9, 2.6 + 0.24 * len(rows)), sharex=True,
        height_ratios=[0.8 + 0.24 * len(rows), 1.8])
    for index, (label, first, until, keeps) in enumerate(rows):
        shown = min(until - resume, limit)
        bars.barh(index, (shown - (first - resume)) * 1e3, left=(first - resume) * 1e3,
                  color=style.colour(1 if keeps else 2), height=0.7)
        if keeps:
            bars.annotate("keeps its triangle ", (shown * 1e3, index), va="center", ha="right",
                          fontsize=8, color="white")
    bars.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8)
    more = f" ({hidden} more)" if hidden else ""
    bars.set_title(f"Flows on a detour after {move['migration']}{more}")
    share.step([0] + [time * 1e3 for time in last] + [limit * 1e3],
               [0] + [100 * (row + 1) / len(last) for row in range(len(last))] + [100],
               where="post", color=style.colour(0))
    share.set(xlabel="ms after the VM resumed", ylabel="% of routers", ylim=(0, 104),
              xlim=(0, limit * 1e3), title="Routers whose FIB does not change any more")
    return figure


def all_figures(results):
    """File name, heading and figure of everything that BGP did; nothing in a run without BGP."""
    if updates_of(results).empty:
        return []
    made = []
    found = waves(results)
    sizes = [len(convergence(results, start, end, start)) for start, end in found]
    largest = sorted(sorted(range(len(found)), key=lambda i: (-sizes[i], i))[:WAVES])
    for index in largest:
        start, end = found[index]
        heading = "BGP after " + cause_of(results, start, end)[0]
        made.append((f"bgp-{index}", heading, wave_figure(results, start, end)))
    for move in results.moves()[:WAVES]:
        made.append((f"triangle-{move['migration']}",
                     f"The triangle while BGP converges: {move['migration']}",
                     triangle_figure(results, move)))
    return made
