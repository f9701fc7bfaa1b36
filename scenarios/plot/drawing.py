# SPDX-License-Identifier: GPL-2.0-only
"""Draws the topology with the path of a flow before, during and after a move."""

import os

import network
import numpy
import style
from matplotlib.lines import Line2D
from style import known, pyplot

MOST_NODES = 60    # drawn at once
MOST_LABELS = 40   # nodes that all have their names
PHASES = {"before": (style.COLOURS[0], "-", "before the move"),
          "during": (style.COLOURS[1], (0, (4, 1.5)), "while redirected"),
          "after": (style.COLOURS[2], (0, (6, 1.5, 1, 1.5)), "at the end")}
MARKS = {"correspondent": ("D", "correspondent"), "source": ("s", "source NVE"),
         "destination": ("^", "destination NVE")}


def window_end(results, move):
    """When the next order for the VM comes, or the end of time."""
    later = [other["order_s"] for other in results.moves()
             if other["vm"] == move["vm"] and other["order_s"] > move["order_s"]]
    return min(later, default=float("inf"))


def paths_of(results, move, flow, direction):
    """The paths of one flow direction in each phase, as lists of names; those that there are."""
    table = results.table("stretch")
    rows = table[(table["flow"] == flow) & (table["direction"] == direction)].to_dict("records")
    rows = [row for row in rows if row["time_s"] < window_end(results, move)]
    before = [row for row in rows if row["time_s"] < move["stop_s"]]
    later = [row for row in rows if row["time_s"] >= move["resume_s"]
             and str(row["path"]).split()[-1:] == [move["vm"]]]
    if not before or not later:
        return {}
    detours = [row for row in later if row["hops"] > row["shortest_hops"]]
    chosen = {"before": before[-1], "after": later[-1]}
    if detours:
        chosen["during"] = max(detours, key=lambda row: row["hops"])
    return {phase: str(chosen[phase]["path"]).split() for phase in PHASES if phase in chosen}


def choose_flow(results, move):
    """The flow towards the VM with the largest detour, the first of them; and its paths."""
    best = None
    table = results.table("move_flows")
    for row in table[table["migration"] == move["migration"]].to_dict("records"):
        paths = paths_of(results, move, row["flow"], row["direction"])
        if not paths or paths["before"][-1] != move["vm"]:
            continue
        extra = len(paths.get("during", paths["after"])) - len(paths["after"])
        rank = ("during" in paths, max(extra, 0), len(paths["before"]))
        if best is None or rank > best[0]:
            best = (rank, row["flow"], paths)
    return best[1:] if best else None


def shifted(axes, points, distance):
    """A line of points in data, each piece moved to the right of its direction, in pixels."""
    pixels = axes.transData.transform(points)
    line = []
    for start, end in zip(pixels[:-1], pixels[1:]):
        along = end - start
        length = numpy.hypot(*along)
        aside = numpy.array([along[1], -along[0]]) / length * distance if length else 0
        line += [start + aside, end + aside]
    return axes.transData.inverted().transform(line)


def draw_path(axes, points, way, phase, index):
    """Draws one path, with an arrow in the middle of each of its links."""
    colour, dashes, _ = PHASES[phase]
    line = shifted(axes, [points[name] for name in way], 1.5 + 4.5 * index)
    axes.plot(line[:, 0], line[:, 1], color=colour, ls=dashes, lw=2.2, zorder=3,
              solid_capstyle="round", scalex=False, scaley=False)
    for start, end in zip(line[::2], line[1::2]):
        middle = (start + end) / 2
        axes.annotate("", xy=middle + (end - start) * 0.02, xytext=middle, zorder=4,
                      arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.4,
                                  "mutation_scale": 11})


def draw_nodes(axes, net, points, marked, named, flat):
    """Draws nodes and their names."""
    routers = [name for name in points if not net.is_end(name)]
    ends = [name for name in points if net.is_end(name) and name not in marked]
    axes.scatter([points[name][0] for name in routers], [points[name][1] for name in routers],
                 s=34, color="#bbbbbb", edgecolor="#666666", zorder=5)
    axes.scatter([points[name][0] for name in ends], [points[name][1] for name in ends],
                 s=14, color="white", edgecolor="#888888", zorder=5)
    for name, mark in marked.items():
        axes.scatter(*points[name], s=85, marker=MARKS[mark][0], color="black", zorder=6)
    centre = sum(point[0] for point in points.values()) / len(points)
    lowest = min(point[1] for point in points.values())
    for name, (x, y) in points.items():
        if name not in named:
            continue
        bottom = not flat and y == lowest
        left = bottom or (flat and x < centre and net.is_end(name))
        axes.annotate(name, (x, y), xytext=(0, -9) if bottom else (-8, -4) if left else (7, 7),
                      textcoords="offset points", fontsize=7.5 if name in marked else 7,
                      rotation=55 if bottom else 0, ha="right" if left else "left",
                      va="top" if left else "bottom", rotation_mode="anchor", zorder=7,
                      color="black" if name in marked else "#444444",
                      bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none",
                            "alpha": 0.6})


def add_legend(axes, ways, marked, stays, room):
    """Says what lines and marks are; before the layout is fixed, which makes room for it."""
    lines = []
    for phase in ways:
        colour, dashes, label = PHASES[phase]
        label = "from the move to the end" if stays and phase == "during" else label
        lines.append(Line2D([], [], color=colour, ls=dashes, lw=2.2, label=label))
    for mark, (shape, label) in MARKS.items():
        if mark in marked.values():
            lines.append(Line2D([], [], ls="", marker=shape, color="black", ms=8, label=label))
    axes.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -room), ncols=len(lines),
                fontsize=8, handlelength=3.5)


def marks_of(ways, move):
    """What the ends of the paths are."""
    marked = {ways["before"][0]: "correspondent"}
    for name, mark in ((move["source_nve"], "source"), (move["destination_nve"], "destination")):
        if any(name in way for way in ways.values()):
            marked[name] = mark
    return marked


def paths(results, move):
    """The topology with the path of the flow that the move sends on the largest detour."""
    place = os.path.join(results.folder, "topology.graphml")
    chosen = known(move["stop_s"], move["resume_s"]) and os.path.exists(place) \
        and "path" in results.table("stretch").columns and choose_flow(results, move)
    if not chosen:
        return None
    flow, names = chosen
    net = network.Network(place)
    ways = {phase: net.walk(way) for phase, way in names.items()}
    stays = ways.get("during") == ways["after"]
    if stays:
        del ways["after"]
    touched = [name for way in ways.values() for name in way]
    shown = net.around(touched, MOST_NODES)
    flat = net.is_map()
    if flat:
        shown = [name for name in shown if not net.is_end(name) or name in touched]
    points = net.place_on_map(shown) if flat else net.place_in_layers(shown)
    figure, axes = pyplot.subplots(figsize=(9.5, 5.4))
    for links, dashes in ((net.links, "-"), (net.blocked, ":")):
        for one, other in links:
            if one in points and other in points:
                axes.plot(*zip(points[one], points[other]), color="#cccccc", lw=1, ls=dashes,
                          zorder=1)
    axes.margins(0.12 if flat else 0.08, 0.12 if flat else 0.16)
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    if flat:
        axes.set_aspect("equal", adjustable="datalim")
    left = len(net.nodes) - len(shown)
    axes.set_title(f"Path of {flow} \u2014 {move['migration']}: {move['vm']} from "
                   f"{move['source_nve']} to {move['destination_nve']}"
                   + (f"\n{left} nodes that it does not touch are not drawn" if left else ""),
                   fontsize=10)
    marked = marks_of(ways, move)
    draw_nodes(axes, net, points, marked,
               shown if len(shown) <= MOST_LABELS else set(touched), flat)
    longest = max(len(name) for name in shown if flat or points[name][1] == 0)
    add_legend(axes, ways, marked, stays, 0 if flat else max(0, 0.011 * longest - 0.1))
    figure.canvas.draw()  # fixes the scales that the shifts are in
    figure.set_layout_engine("none")
    for index, (phase, way) in enumerate(ways.items()):
        draw_path(axes, points, way, phase, index)
    return figure
