#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The drawing of the topology and its paths, from traces made by hand."""

import os
import sys
import tempfile
import unittest

from test_report import FILES, PLOT

sys.path.insert(0, PLOT)
import drawing  # noqa: E402
import network  # noqa: E402
import style  # noqa: E402
import traces  # noqa: E402


def graphml(nodes, links):
    """A file of nodes (name, role, more) and links (a, b, blocked)."""
    keys = ["label", "role", "Latitude", "Longitude", "bridged"]
    text = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    text += "".join(f'<key id="{key}" for="node" attr.name="{key}" attr.type="string" />'
                    for key in keys)
    text += '<key id="cut" for="edge" attr.name="blocked" attr.type="long" />'
    text += '<graph edgedefault="undirected">'
    for name, role, more in nodes:
        data = {"label": name, "role": role, **more}
        text += f'<node id="x-{name}">' + "".join(
            f'<data key="{key}">{value}</data>' for key, value in data.items()) + "</node>"
    for one, other, blocked in links:
        text += (f'<edge source="x-{one}" target="x-{other}">'
                 f'<data key="cut">{blocked}</data></edge>')
    return text + "</graph></graphml>"


def leaf_spine(leaves, servers):
    """Leaves under spine-0, servers under leaves."""
    nodes = [("spine-0", "spine", {})]
    links = []
    for leaf in range(leaves):
        nodes.append((f"leaf-{leaf}", "leaf", {}))
        links.append((f"leaf-{leaf}", "spine-0", 0))
        for server in range(servers):
            nodes.append((f"server-{leaf}-{server}", "server", {}))
            links.append((f"server-{leaf}-{server}", f"leaf-{leaf}", 0))
    return graphml(nodes, links)


BEFORE = "vm-b server-2-0 leaf-2 spine-0 leaf-0 server-0-0 vm-a"
DURING = ("vm-b server-2-0 leaf-2 spine-0 leaf-0 server-0-0 leaf-0 spine-0 leaf-1 server-1-0 vm-a")
AFTER = "vm-b server-2-0 leaf-2 spine-0 leaf-1 server-1-0 vm-a"


class DrawingTest(unittest.TestCase):
    """drawing.py and network.py."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        files = dict(FILES)
        files["topology.graphml"] = leaf_spine(3, 2)
        files["stretch.csv"] = ("time_s,flow,direction,hops,shortest_hops,delay_s,"
                                "shortest_delay_s,path\n"
                                f"0.5,probe,forward,4,4,0.00002,0.00002,{BEFORE}\n"
                                f"0.5,bulk,forward,4,4,0.00002,0.00002,{BEFORE}\n"
                                f"2.04,bulk,forward,4,4,0.00002,0.00002,{AFTER}\n"
                                f"2.04,probe,forward,8,4,0.00004,0.00002,{DURING}\n"
                                f"2.4,probe,forward,4,4,0.00002,0.00002,{AFTER}\n")
        for name, text in files.items():
            self.write(name, text)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)

    def results(self):
        return traces.Results(self.folder.name)

    def net(self, text):
        self.write("net.graphml", text)
        return network.Network(os.path.join(self.folder.name, "net.graphml"))

    def test_the_flow_with_the_detour_is_drawn(self):
        results = self.results()
        flow, paths = drawing.choose_flow(results, results.moves()[0])
        self.assertEqual(flow, "probe")
        self.assertEqual({phase: " ".join(path) for phase, path in paths.items()},
                         {"before": BEFORE, "during": DURING, "after": AFTER})

    def test_figure_has_the_three_paths(self):
        results = self.results()
        figure = drawing.paths(results, results.moves()[0])
        axes = figure.axes[0]
        drawn = [line for line in axes.lines if line.get_linewidth() > 2]
        self.assertEqual([line.get_color() for line in drawn], style.COLOURS[:3])
        # Each piece of a path is two points: 4, 8 and 4 links.
        self.assertEqual([len(line.get_xdata()) for line in drawn], [8, 16, 8])
        self.assertEqual([text.get_text() for text in axes.get_legend().get_texts()],
                         ["before the move", "while redirected", "at the end", "correspondent",
                          "source NVE", "destination NVE"])
        names = {text.get_text() for text in axes.texts}
        self.assertIn("server-2-1", names)
        style.pyplot.close(figure)

    def test_a_detour_that_stays_is_one_path(self):
        with open(os.path.join(self.folder.name, "stretch.csv"), encoding="utf-8") as file:
            lines = file.readlines()
        self.write("stretch.csv", "".join(lines[:-1]))
        results = self.results()
        figure = drawing.paths(results, results.moves()[0])
        texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        self.assertEqual(texts[:2], ["before the move", "from the move to the end"])
        style.pyplot.close(figure)

    def test_no_topology_no_figure(self):
        os.remove(os.path.join(self.folder.name, "topology.graphml"))
        results = self.results()
        self.assertIsNone(drawing.paths(results, results.moves()[0]))

    def test_layers_rise_from_the_servers(self):
        net = self.net(leaf_spine(3, 2))
        points = net.place_in_layers(list(net.nodes))
        heights = {name.split("-")[0]: y for name, (_, y) in points.items()}
        self.assertEqual(heights, {"server": 0, "leaf": 1, "spine": 2})
        self.assertEqual(len(set(points.values())), len(points), "nothing covers another")
        order = sorted((x, name) for name, (x, y) in points.items() if y == 1)
        self.assertEqual([name for _, name in order], ["leaf-0", "leaf-1", "leaf-2"])

    def test_large_fabrics_are_cut_to_what_matters(self):
        net = self.net(leaf_spine(100, 20))
        shown = net.around(net.walk(BEFORE.split()), 60)
        self.assertEqual(len(shown), 60)
        for name in BEFORE.split()[1:-1]:
            self.assertIn(name, shown)
        self.assertEqual([name for name in shown if name.startswith("server")],
                         ["server-0-0", "server-2-0"])

    def test_bridges_are_put_in_and_pruned_links_left_out(self):
        bridge = {"bridged": "1"}
        net = self.net(graphml(
            [("a", "server", {}), ("s0", "switch", bridge), ("s1", "switch", bridge),
             ("b", "server", {})],
            [("a", "s0", 0), ("a", "s1", 1), ("s0", "s1", 0), ("s1", "b", 0)]))
        self.assertEqual(net.walk(["vm", "a", "b", "other-vm"]), ["a", "s0", "s1", "b"])
        self.assertEqual(net.blocked, [("a", "s1")])

    def test_positions_make_a_map(self):
        def at(latitude, longitude):
            return {"Latitude": latitude, "Longitude": longitude}
        nodes = [("west", "router", at(60, 0)), ("east", "router", at(60, 20)),
                 ("server", "server", at(60, 20))]
        net = self.net(graphml(nodes, [("west", "east", 0), ("server", "east", 0)]))
        self.assertTrue(net.is_map())
        points = net.place_on_map(["west", "east", "server"])
        # A degree of longitude at 60 degrees north is half of one of latitude.
        self.assertAlmostEqual(points["east"][0] - points["west"][0], 10)
        self.assertGreater(points["server"][0], points["east"][0])
        nodes[0] = ("west", "router", at("NaN", "NaN"))
        self.assertFalse(self.net(graphml(nodes, [])).is_map())


if __name__ == "__main__":
    sys.exit(unittest.main())
