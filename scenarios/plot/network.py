# SPDX-License-Identifier: GPL-2.0-only
"""The topology of a run as topology.graphml has it, and a place on paper for each node."""

import math
import xml.etree.ElementTree as tree

import traces

ENDS = ("server", "host", "management")  # roles that carry nobody else's packets
TIERS = {"leaf": 1, "edge": 1, "aggregation": 2, "spine": 2, "core": 3, "border": 4, "wan": 5}


class Network:
    """Nodes by name, each a dictionary of its keys; and links as pairs of names."""

    def __init__(self, path):
        try:
            root = tree.parse(path).getroot()
        except OSError:
            raise traces.TraceError(f"{path}: found no such file, expected GraphML") from None
        except tree.ParseError as error:
            raise traces.TraceError(f"{path}: found {error}, expected GraphML") from None
        space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
        keys = {key.get("id"): key.get("attr.name") for key in root.iter(space + "key")}
        ids = {}
        self.nodes = {}
        for node in root.iter(space + "node"):
            data = {keys.get(item.get("key")): item.text or "" for item in node.iter(space + "data")}
            ids[node.get("id")] = data["label"]
            self.nodes[data["label"]] = data
        self.links = []
        self.blocked = []  # left out by a spanning tree
        self.neighbours = {name: [] for name in self.nodes}
        for edge in root.iter(space + "edge"):
            one, other = ids[edge.get("source")], ids[edge.get("target")]
            data = {keys.get(item.get("key")): item.text for item in edge.iter(space + "data")}
            if data.get("blocked") == "1":
                self.blocked.append((one, other))
                continue
            self.links.append((one, other))
            self.neighbours[one].append(other)
            self.neighbours[other].append(one)

    def is_end(self, name):
        """Whether the node only sends and receives."""
        return self.nodes[name]["role"] in ENDS

    def position(self, name):
        """Longitude and latitude in degrees, or None."""
        try:
            place = (float(self.nodes[name]["Longitude"]), float(self.nodes[name]["Latitude"]))
        except (KeyError, ValueError):
            return None
        return place if all(map(math.isfinite, place)) else None

    def is_map(self):
        """Whether the routers have places on the earth, not all the same."""
        places = [self.position(name) for name in self.nodes if not self.is_end(name)]
        return len(places) > 1 and None not in places and len(set(places)) > 1

    def walk(self, names):
        """The nodes of a packet's path, VMs left out and the bridges between two nodes put in."""
        names = [name for name in names if name in self.nodes]
        whole = names[:1]
        for name in names[1:]:
            whole += self._between(whole[-1], name) + [name]
        return whole

    def _between(self, start, end):
        """The bridges on the shortest way from one node to another."""
        came = {start: None}
        queue = [start]
        for name in queue:
            for other in self.neighbours[name]:
                if other == end:
                    way = []
                    while name != start:
                        way.append(name)
                        name = came[name]
                    return way[::-1]
                if other not in came and self.nodes[other].get("bridged") == "1":
                    came[other] = name
                    queue.append(other)
        return []

    def around(self, names, most):
        """The nodes to draw: all if they are few, else the named ones and routers beside them."""
        if len(self.nodes) <= most:
            return list(self.nodes)
        kept = set(names)
        for name in names:
            for other in self.neighbours[name]:
                if not self.is_end(other) and len(kept) < most:
                    kept.add(other)
        return [name for name in self.nodes if name in kept]

    def layers(self, names):
        """The layer of each of the nodes, ends lowest, hosts beside what they are attached to."""
        steps = {name: 0 for name in self.nodes if self.nodes[name]["role"] == "server"
                 or self.nodes[name].get("nve") == "1"}
        queue = list(steps)
        for name in queue:
            for other in self.neighbours[name]:
                if other not in steps and not self.is_end(other):
                    steps[other] = steps[name] + 1
                    queue.append(other)
        layer = {name: TIERS.get(self.nodes[name]["role"], steps.get(name, 1)) for name in names}
        for name in names:
            if self.nodes[name]["role"] in ("host", "management"):
                above = [TIERS.get(self.nodes[other]["role"], steps.get(other, 1))
                         for other in self.neighbours[name]]
                layer[name] = 0 if not above or min(above) <= 1 else min(above) + 1
        used = sorted(set(layer.values()))
        return {name: used.index(value) for name, value in layer.items()}

    def place_in_layers(self, names):
        """A point for each of the nodes, a row for each layer, above what it is linked to."""
        layer = self.layers(names)
        rows = [[name for name in names if layer[name] == row]
                for row in range(max(layer.values()) + 1)]
        width = max(len(row) for row in rows)
        points = {}
        for height, row in enumerate(rows):
            wish = {}
            for index, name in enumerate(row):
                below = [points[other][0] for other in self.neighbours[name] if other in points
                         and self.nodes[other]["role"] not in ("host", "management")]
                wish[name] = sum(below) / len(below) if below and height > 0 else index
            row = sorted(row, key=lambda name: (wish[name], names.index(name)))
            gap = width / len(row)
            for index, name in enumerate(row):
                even = (index + 0.5) * gap - 0.5
                points[name] = (even, float(height))
        return points

    def place_on_map(self, names):
        """A point for each of the nodes by its position; ends stand off what they belong to."""
        routers = [name for name in self.nodes if not self.is_end(name)]
        places = {name: self.position(name) for name in routers}
        scale = math.cos(math.radians(sum(place[1] for place in places.values()) / len(places)))
        points = {name: (places[name][0] * scale, places[name][1])
                  for name in routers if name in names}
        xs, ys = zip(*points.values())
        middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        reach = 0.06 * max(max(xs) - min(xs), max(ys) - min(ys), 1e-6)
        for name in names:
            if name in points:
                continue
            home = next(other for other in self.neighbours[name] if other in points)
            angle = math.atan2(points[home][1] - middle[1] or 1e-9, points[home][0] - middle[0])
            points[name] = (points[home][0] + reach * math.cos(angle),
                            points[home][1] + reach * math.sin(angle))
        return points
