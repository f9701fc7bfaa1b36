# SPDX-License-Identifier: GPL-2.0-only
"""What the copies of VMs did: their rounds, what they cost the VM's own flows, how many at once."""

import numpy
import style
from style import known, pyplot

MOST_ROUNDS = 16  # with a number at their bar
PHASE_NAMES = {"storage": "storage", "memory": "memory", "mirror": "mirrored writes",
               "last": "VM stopped", "push": "pushed after resume"}
PHASE_ORDER = list(PHASE_NAMES)


def value_of(row, column):
    """A number of a row; None where the column is missing or empty."""
    value = row.get(column)
    return float(value) if known(value) and value != "" else None


def rounds_of(results, move):
    """The rounds of a move in order, each with its phase; the last one ends with the VM stopped."""
    table = results.table("rounds")
    rows = table[table["migration"] == move["migration"]].to_dict("records")
    for row in rows:
        phase = row.get("phase")
        if not known(phase) or not phase:
            stopped = known(move["stop_s"]) and row["start_s"] >= move["stop_s"]
            phase = "last" if stopped else "memory"
        row["phase"] = phase
    return rows


def phase_colour(phase):
    """One colour for one phase in every figure."""
    return style.colour(PHASE_ORDER.index(phase) if phase in PHASE_ORDER else len(PHASE_ORDER))


def scaled(largest):
    """Unit and divisor in which a number of bytes is easily read."""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if largest >= 2 * size:
            return unit, size
    return "bytes", 1


def rate_unit(largest):
    """Unit and divisor in which a rate in bit/s is easily read."""
    return ("Gbit/s", 1e9) if largest >= 2e9 else ("Mbit/s", 1e6)


def rounds(results, move):
    """The rate of each round over time, and what each sent and what was written meanwhile."""
    rows = rounds_of(results, move)
    if not rows:
        return None
    figure, (rates, sizes) = pyplot.subplots(2, 1, figsize=(9, 5.2))
    origin = rows[0]["start_s"]
    unit, scale = rate_unit(max(row["rate_bps"] for row in rows))
    seen = set()
    for row in rows:
        length = row["end_s"] - row["start_s"]
        label = None if row["phase"] in seen else PHASE_NAMES.get(row["phase"], row["phase"])
        seen.add(row["phase"])
        rates.bar(row["start_s"] - origin, row["rate_bps"] / scale, width=length, align="edge",
                  color=phase_colour(row["phase"]), label=label, lw=0.8,
                  edgecolor=phase_colour(row["phase"]), alpha=0.9 if row["round"] % 2 else 0.6)
    throttles = [value_of(row, "throttle") or 0 for row in rows]
    if any(throttles):
        right = rates.twinx()
        right.step([row["start_s"] - origin for row in rows] + [rows[-1]["end_s"] - origin],
                   [100 * value for value in throttles + throttles[-1:]], where="post",
                   color="black", lw=1.2, ls="--")
        right.set(ylim=(0, 104), ylabel="guest throttled, % (dashed)")
        right.grid(False)
    rates.set(xlabel="seconds after the copy began", ylabel=unit, ylim=(0, None),
              title=f"{move['migration']}: rate of each round; its area is what it sent")
    rates.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.06 if any(throttles) else 1.0, 1))
    size_bars(sizes, rows)
    return figure


def size_bars(axes, rows):
    """Bars of what each round sent and of what was written during it."""
    unit, size = scaled(max(max(row["sent_bytes"], row["dirtied_bytes"]) for row in rows))
    places = numpy.arange(len(rows))
    sent = [row["sent_bytes"] / size for row in rows]
    written = [row["dirtied_bytes"] / size for row in rows]
    axes.bar(places - 0.2, sent, 0.4, label="sent in the round",
             color=[phase_colour(row["phase"]) for row in rows])
    axes.bar(places + 0.2, written, 0.4, color="#bbbbbb", label="written by the guest meanwhile")
    positive = [value for value in sent + written if value > 0]
    if positive and max(positive) > 20 * min(positive):
        axes.set_yscale("log")
    if len(rows) <= MOST_ROUNDS:
        for place, value in zip(places, sent):
            if value > 0:
                text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
                axes.annotate(text, (place - 0.2, value), ha="center", va="bottom",
                              fontsize=7)
    step = -(-len(rows) // 24)
    axes.set_xticks(places[::step], [str(row["round"]) for row in rows[::step]])
    axes.set(xlabel="round", ylabel=unit)
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))


def guest_throughput(results, move):
    """What the VM's own flows deliver, all together, while its copy goes through the same links."""
    flows = results.table("move_flows")
    mine = set(flows[flows["migration"] == move["migration"]]["flow"])
    throughput = results.table("throughput")
    throughput = throughput[throughput["flow"].isin(mine)]
    rows = [row for row in rounds_of(results, move) if row["end_s"] > row["start_s"]]
    if throughput.empty or not rows:
        return None
    start = move["order_s"]
    ends = [move[key] for key in ("resume_s", "data_converged_s") if known(move.get(key))]
    end = max(ends + [rows[-1]["end_s"]])
    margin = max(0.25 * (end - start), 0.5)
    width = bin_width(throughput, end - start + 2 * margin)
    first = numpy.floor(max(start - margin, 0) / width) * width
    edges = first + width * numpy.arange(int(numpy.ceil((end + margin - first) / width)) + 1)
    counts, _ = numpy.histogram(throughput["bin_start_s"] + 1e-9, bins=edges,
                                weights=throughput["bytes"])
    goodput = counts * 8 / width
    figure, (guest, copy) = pyplot.subplots(2, 1, figsize=(9, 4.6), sharex=True,
                                            height_ratios=[1.6, 1])
    unit, scale = rate_unit(goodput.max())
    style.shade_phases(guest, move, start)
    guest.step(edges[:-1] - start, goodput / scale, where="post", color=style.colour(0), lw=1.4,
               label="delivered of its flow" if len(mine) == 1
               else f"delivered of its {len(mine)} flows")
    guest.set(ylabel=unit, ylim=(0, 1.1 * goodput.max() / scale or 1),
              title=f"{move['migration']}: throughput of {move['vm']} through the move")
    guest.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))
    unit, scale = rate_unit(max(row["rate_bps"] for row in rows))
    style.shade_phases(copy, move, start)
    times, rates = [], []
    for row in rows:
        times += [row["start_s"] - start, row["end_s"] - start]
        rates += [row["rate_bps"] / scale, 0]
    copy.step(times, rates, where="post", color=style.colour(1), lw=1.4, label="rate of its copy")
    copy.set(xlabel="seconds after the order", ylabel=unit, ylim=(0, None),
             xlim=(edges[0] - start, edges[-1] - start))
    copy.legend(handles=copy.lines, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))
    return figure


def bin_width(throughput, length):
    """A multiple of the trace's bins that makes some 150 of them."""
    starts = numpy.unique(throughput["bin_start_s"])
    width = numpy.diff(starts).min() if len(starts) > 1 else 0.01
    return width * max(1, int(round(length / 150 / width)))


def spans_of(moves):
    """Start and end of the time in which each move has the network: copy to the VM's resume."""
    spans = []
    for move in moves:
        start = move["copy_start_s"] if known(move["copy_start_s"]) else None
        ends = [move[key] for key in ("resume_s", "data_converged_s") if known(move.get(key))]
        stall = value_of(move, "stall_s") or 0
        if start is not None and ends:
            end = ends[0] + stall
            spans.append((start, max(end, start), move))
    return spans


def level(intervals):
    """Times and number of intervals open from each on."""
    changes = sorted([(start, 1) for start, _ in intervals] + [(end, -1) for _, end in intervals])
    times, counts = [changes[0][0]], [0]
    count = 0
    for time, change in changes:
        count += change
        if len(times) > 1 and times[-1] == time:
            counts[-1] = count
        else:
            times.append(time)
            counts.append(count)
    return times, counts


def concurrency(results):
    """How many moves are under way, how many wait, and the most at any one server."""
    moves = results.moves()
    spans = spans_of(moves)
    if len(spans) < 2:
        return None
    times, counts = level([(start, end) for start, end, _ in spans])
    if max(counts) < 2:
        return None
    figure, axes = pyplot.subplots(figsize=(9, 3.4))
    axes.fill_between(times, counts, step="post", color=style.colour(0), alpha=0.25, lw=0)
    axes.step(times, counts, where="post", color=style.colour(0), lw=1.4,
              label=f"copied at the same time, at most {max(counts)}")
    waiting = [(move["order_s"], start) for start, _, move in spans if start > move["order_s"]]
    waits = [value_of(move, "queue_s") or 0 for move in moves]
    if any(waits) and waiting:
        times, counts = level(waiting)
        axes.step(times, counts, where="post", color="#888888", lw=1.2, ls="--",
                  label=f"ordered and waiting, at most {max(counts)}")
    for column, name in (("source_nve", "from"), ("destination_nve", "to")):
        servers = {}
        for start, end, move in spans:
            servers.setdefault(move[column], []).append((start, end))
        most = {server: max(level(one)[1]) for server, one in servers.items()}
        server = min(most, key=lambda one: (-most[one], one))
        times, counts = level(servers[server])
        axes.step(times, counts, where="post", color=style.colour(1 if name == "from" else 2),
                  lw=1.4, ls="-" if name == "from" else ":", label=f"{name} {server}, which has the most: {most[server]}")
    axes.set(xlabel="seconds", ylabel="moves", ylim=(0, None), title="Moves at the same time")
    axes.yaxis.set_major_locator(style.whole_numbers())
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1))
    return figure


def measured(results, move):
    """What a copy met: (bytes written per second, bit/s, downtime in s), from its rounds alone."""
    rows = [row for row in rounds_of(results, move)
            if row["phase"] == "memory" and row["end_s"] > row["start_s"]]
    downtime = value_of(move, "downtime_s")
    if not rows or downtime is None:
        return None
    time = sum(row["end_s"] - row["start_s"] for row in rows)
    return (sum(row["dirtied_bytes"] for row in rows) / time,
            sum(row["sent_bytes"] for row in rows) * 8 / time, downtime)


def downtimes(results):
    """Downtime of each move against the rate at which its guest wrote and at which it was copied."""
    points = [(move, measured(results, move)) for move in results.moves()]
    points = [(move, values) for move, values in points if values]
    if len(points) < 3:
        return None
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    unit, scale = rate_unit(max(values[1] for _, values in points))
    kinds = sorted({move["method"] for move, _ in points})
    for index, kind in enumerate(kinds):
        mine = [(move, values) for move, values in points if move["method"] == kind]
        for axes, place, divisor in ((left, 0, 2**20), (right, 1, scale)):
            axes.plot([values[place] / divisor for _, values in mine],
                      [values[2] * 1e3 for _, values in mine], "o", ms=5, alpha=0.8,
                      color=style.colour(index), label=kind)
            if len(points) <= 12 and axes is left:
                for move, values in mine:
                    axes.annotate(move["migration"], (values[place] / divisor, values[2] * 1e3),
                                  xytext=(2, 4), textcoords="offset points", fontsize=7,
                                  rotation=25)
    for axes in (left, right):
        axes.set_xlim(0, 1.2 * max(axes.get_xlim()[1], 1e-9))
    downs = [values[2] * 1e3 for _, values in points]
    left.set(xlabel="written by the guest during the copy, MiB/s", ylabel="downtime, ms")
    if min(downs) > 0 and max(downs) > 20 * min(downs):
        left.set(yscale="log", ylim=(min(downs) / 2, max(downs) * 3))
    else:
        left.set_ylim(0, 1.2 * max(downs) or 1)
    right.set(xlabel=f"rate of the copy, {unit}")
    if len(kinds) > 1:
        right.legend(fontsize=8)
    figure.suptitle("Downtime against dirty rate and against bandwidth, as the copies met them",
                    fontsize=11)
    return figure


def stalls(results):
    """How long the guest of each move stood still, and in page faults afterwards."""
    moves = [move for move in results.moves() if value_of(move, "faults")]
    if not moves:
        return None
    figure, (times, faults) = pyplot.subplots(
        1, 2, figsize=(9, 1.4 + 0.45 * len(moves)), sharey=True, width_ratios=[2, 1])
    places = numpy.arange(len(moves))
    down = [(value_of(move, "downtime_s") or 0) * 1e3 for move in moves]
    stall = [(value_of(move, "stall_s") or 0) * 1e3 for move in moves]
    times.barh(places, down, color=style.colour(1), label="stopped")
    times.barh(places, stall, left=down, color=style.colour(5), label="in page faults")
    for place, first, second in zip(places, down, stall):
        times.annotate(f" {first:,.1f} + {second:,.1f}", (first + second, place), va="center",
                       fontsize=8)
    times.set_yticks(places, [move["migration"] for move in moves])
    times.invert_yaxis()
    times.set(xlabel="ms in which the guest does nothing",
              xlim=(0, 1.25 * max(a + b for a, b in zip(down, stall)) or 1))
    times.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
    count = [value_of(move, "faults") or 0 for move in moves]
    faults.barh(places, count, color="#999999")
    for place, value in zip(places, count):
        faults.annotate(f" {value:,.0f}", (value, place), va="center", fontsize=8)
    faults.set(xlabel="page faults over the network", xlim=(0, 1.3 * max(count)))
    return figure


def of_move(results, move):
    """File name, heading and figure of what one move's copy did."""
    name = move["migration"]
    return [(f"rounds-{name}", f"Rounds of the copy of {move['vm']}: {name}",
             rounds(results, move)),
            (f"guest-{name}", f"Throughput of {move['vm']} through {name}",
             guest_throughput(results, move))]


def of_run(results):
    """File name, heading and figure of what all copies did together."""
    return [("concurrency", "Moves at the same time", concurrency(results)),
            ("downtimes", "Downtime against dirty rate and bandwidth", downtimes(results)),
            ("stalls", "Guests that wait for their pages", stalls(results))]
