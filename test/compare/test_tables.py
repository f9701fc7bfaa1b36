# SPDX-License-Identifier: GPL-2.0-only
"""The tables and sentences of a comparison whose runs are made by hand."""

import csv
import json
import os
import re
import types
import warnings

from matplotlib.collections import LineCollection, PolyCollection

import small
from launcher.compare import drawing, metrics, page, plan, samples, store, tables, wording

# Per scheme: (lost_packets, outage_mean or "", control_messages) of seeds 1 to 4.
RUNS = {
    "a_1": [("10", "0.001000000", "7"), ("12", "0.002000000", "7"), ("14", "", "7"),
            ("16", "0.003000000", "7")],
    "b:X=1": [("20", "0.001000000", "9"), ("22", "", "9"), ("24", "", "9"), ("26.5", "", "9")],
}


class Tables(small.SmallScenario):
    """Two schemes, four seeds, the last run of the second one fails in one of the cases."""

    def results(self, runs=None, censored=()):
        comparison = plan.make(self.scenario, "a_1,b:X=1", 4)
        folder = self.path(self._testMethodName)
        keys = {comparison.place(case): "0" * 32 for case in comparison.cases()}
        for case in comparison.cases():
            values = (runs or RUNS)[case.scheme][case.seed - 1]
            if values is None:
                continue
            place = os.path.join(folder, comparison.place(case))
            end = (case.scheme, case.seed) in censored
            flow, move = ("true", "yes") if end else ("false", "no")
            small.write(place, store.stamp_path("", "0" * 32)[1:], "{}")
            small.write(place, "summary.csv", "metric,unit,value\nlost_packets,packets,%s\n"
                        "outage_mean,s,%s\ncontrol_messages,messages,%s\nlost_ttl,packets,0\n" % values)
            small.write(place, "run.json", json.dumps({"scenario_hash": "1", "build_id": "2"}))
            small.write(place, "move_flows.csv", "direction,outage_s,censored\nforward,0.5,false\n"
                        f"reverse,0.7,true\nforward,,true\nforward,0.9,{flow}\n")
            small.write(place, "migrations.csv", f"migration,outage_censored\nm,no\nn,\no,{move}\n")
        return tables.Results(samples.Samples(comparison, {"runs": folder, "keys": keys}))

    def rows(self, write, results):
        path = self.path(self._testMethodName + ".csv")
        write(path, results)
        with open(path, newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    def test_comparison_csv(self):
        rows = {(row["metric"], row["scheme"]): row
                for row in self.rows(tables.write_comparison, self.results())}
        self.assertEqual(len(rows), 8)
        lost = rows["lost_packets", "a_1"]
        # 10 12 14 16: mean 13, sd sqrt(20 / 3), half-width t(0.975; 3) sd / 2 with t = 3.1824.
        self.assertEqual((lost["runs"], lost["n"], lost["mean"], lost["median"]),
                         ("4", "4", "13.0", "13.0"))
        self.assertAlmostEqual(float(lost["half_width_95"]), 3.18244631 * (20 / 3)**0.5 / 2, 6)
        self.assertAlmostEqual(float(lost["p99"]), 15.94, 9)
        outage = rows["outage_mean", "a_1"]
        self.assertEqual((outage["runs"], outage["n"], outage["mean"]), ("4", "3", "0.002"))
        single = rows["outage_mean", "b:X=1"]
        self.assertEqual((single["n"], single["half_width_95"], single["note"]),
                         ("1", "", "a single value: no interval"))
        constant = rows["control_messages", "a_1"]
        self.assertEqual((constant["mean"], constant["sd"], constant["half_width_95"]),
                         ("7.0", "0.0", ""))
        self.assertEqual(constant["note"], "no variance over the seeds: no interval")

    def test_differences_csv(self):
        rows = {row["metric"]: row for row in self.rows(tables.write_differences, self.results())}
        # -10 -10 -10 -10.5: mean -10.125, sd 0.25, half-width t / 8.
        lost = rows["lost_packets"]
        self.assertEqual((lost["scheme"], lost["other_scheme"], lost["n"]), ("a_1", "b:X=1", "4"))
        self.assertAlmostEqual(float(lost["difference"]), -10.125, 12)
        self.assertAlmostEqual(float(lost["half_width_95"]), 3.18244631 / 8, 7)
        self.assertAlmostEqual(float(lost["low_95"]), -10.125 - 3.18244631 / 8, 7)
        self.assertEqual((lost["p"], lost["significant"]), (lost["p_holm"], "yes"))
        self.assertEqual((rows["control_messages"]["difference"], rows["control_messages"]["p"],
                          rows["control_messages"]["significant"]), ("-2.0", "", "no"))
        self.assertEqual((rows["outage_mean"]["n"], rows["outage_mean"]["significant"]), ("1", "no"))
        self.assertNotIn("lost_ttl", rows)  # 0 everywhere

    def test_words(self):
        text = wording.Findings(self.results()).text()
        self.assertIn("1 paired differences were tested; 1 are significant and 0 are not "
                      "(paired t tests over the same seeds, p corrected after Holm over all that were "
                      "tested; the intervals are not corrected).", text)
        self.assertIn("\nSignificant (1):\n- packets lost: b:X=1 has 10.12 \u00b1 0.40 packets more "
                      "than a_1 (p < 0.0001)\n", text)
        self.assertIn("- control messages: b:X=1 has 2 messages more than a_1 in every run\n", text)
        self.assertIn("fewer than two seeds have a value for both schemes (1):\n"
                      "- outage, mean: a_1 and b:X=1, n = 1\n", text)

    def test_markdown(self):
        results = self.results()
        lines = tables.markdown(results, (), results.headlines()).splitlines()
        self.assertEqual(lines[0], "| metric | `a_1` | `b:X=1` |")
        self.assertEqual(lines[2], "| outage, mean, ms | 2.0 \u00b1 2.5 (n = 3) | 1\u2020 (n = 1) |")
        self.assertEqual(lines[3], "| packets lost | 13.0 \u00b1 4.1 | 23.1 \u00b1 4.4 |")
        self.assertEqual(lines[4], "| control messages | 7\u2020 | 9\u2020 |")
        self.assertEqual(len(lines), 5)

    def test_latex_is_well_formed(self):
        path = self.path("x.tex")
        tables.write_tex(path, self.results())
        text = small.read(path).decode("ascii")
        body = text.split("\n", 1)[1]
        self.assertTrue(text.startswith("% ./vmm compare "))
        self.assertEqual(re.findall(r"\\begin\{(\w+)\}", body),
                         re.findall(r"\\end\{(\w+)\}", body)[::-1])
        self.assertEqual(body.count("{"), body.count("}"))
        self.assertEqual(body.count("$") % 2, 0)
        self.assertIn(r"$\dagger$: no variance over the seeds, or a single value: no interval. $n$: how "
                      "many runs have a value, where not all 4 do. --: none has.}", body)
        rows = [line for line in body.splitlines() if line.endswith(r" \\")]
        self.assertEqual([line.count(" & ") for line in rows], [2] * 4)
        self.assertIn(r"metric & \shortstack[r]{a\_1} & \shortstack[r]{b\\X=1} \\", body)
        self.assertIn(r"packets lost & $13.0 \pm 4.1$ & $23.1 \pm 4.4$ \\", body)
        self.assertIn(r"outage, mean, ms & $2.0 \pm 2.5$ ($n=3$) & $1^\dagger$ ($n=1$) \\", body)

    def test_a_run_without_a_result_is_left_out_of_pairs(self):
        runs = dict(RUNS, **{"b:X=1": RUNS["b:X=1"][:3] + [None]})
        results = self.results(runs)
        self.assertEqual([(case.scheme, case.seed) for case, _ in results.samples.missing],
                         [("b:X=1", 4)])
        found = results.differences["lost_packets", (), "a_1", "b:X=1"]
        self.assertEqual((found.n, found.mean, found.half), (3, -10.0, None))
        self.assertIn("(n = 3)", tables.cell_text(tables.cell(results, "lost_packets", "b:X=1", ())))

    def test_outages_of_flows(self):
        results = self.results()
        self.assertEqual(results.samples.flow_outages("a_1", ()), [0.5, 0.9] * 4)
        x, y = drawing.steps([3, 1, 2, 2])
        self.assertEqual((list(x), list(y)), ([1, 1, 2, 2, 3], [0, 0.25, 0.5, 0.75, 1]))

    def test_censored_outages_are_told(self):
        results = self.results()
        self.assertEqual((results.censored([()]), results.censored([()], flows=True)), ("", ""))
        self.assertNotIn("censored", wording.Findings(results).text())
        # Two moves with an outage and two forward flows with one in each of four runs.
        results = self.results(censored=[("a_1", 1), ("a_1", 3)])
        self.assertEqual(results.samples.censored_flows("a_1", ()), (2, 8))
        self.assertEqual(results.samples.censored_moves("b:X=1", ()), (0, 8))
        words = "2 of 16 outages of moves are censored: they last at least so long (a_1: 2 of 8)."
        self.assertTrue(wording.Findings(results).verdict().endswith(" " + words))
        path = self.path("censored")
        tables.write_tex(path, results)
        self.assertIn(words.replace("_", r"\_") + "}\n", small.read(path).decode("ascii"))
        tables.write_markdown(path, results, wording.Findings(results))
        self.assertIn("|\n\n" + words + "\n", small.read(path).decode("utf-8"))
        flows = words.replace("moves", "flows")
        self.assertTrue(page.legend(results, "cdf").endswith(" " + flows))
        self.assertIn(page.note(words), page.table_parts(results))
        figure = drawing.distributions(results, ())
        self.assertEqual(figure.axes[0].get_title().splitlines()[1],
                         "2 last at least so long (censored)")
        drawing.pyplot.close(figure)

    def test_numbers_and_units_for_readers(self):
        self.assertEqual(metrics.scale("s", 0.02), ("ms", 1e-3))
        self.assertEqual(metrics.scale("s", 2), ("s", 1))
        self.assertEqual(metrics.scale("bytes", 5000), ("bytes", 1))
        self.assertEqual(metrics.scale("bytes", 20 * 2**20), ("MiB", 2**20))
        self.assertEqual(metrics.axis_scale("s", [5e-6, 5e-4]), ("us", 1e-6))
        self.assertEqual(metrics.rounded(12.3456, 0.0321), ("12.346", "0.032"))
        self.assertEqual(metrics.rounded(12345.6, 1234), ("12,346", "1,234"))
        self.assertEqual([metrics.plain(value) for value in (0, 7, 1e6, 0.125, 61.147)],
                         ["0", "7", "1,000,000", "0.125", "61.147"])
        self.assertEqual(metrics.titled("control messages", "messages"), "control messages")
        self.assertEqual(metrics.titled("outage, mean", "ms"), "outage, mean, ms")

    def test_a_swept_setting_is_an_axis(self):
        self.assertEqual(drawing.axis_of("Ttl", ("10s", "1min")), ([10, 60], None, "Ttl, s"))
        self.assertEqual(drawing.axis_of("rate", ("1Gbps", "10Gbps")),
                         ([1, 10], None, "rate, Gbit/s"))
        self.assertEqual(drawing.axis_of("k", ("4", "8")), ([4, 8], None, "k"))
        self.assertEqual(drawing.axis_of("k", ("tcp", "fluid")), ([0, 1], ("tcp", "fluid"), "k"))

    def test_swept_settings_that_end_alike_have_their_whole_names(self):
        self.assertEqual(drawing.key_name("n::A::Ttl", ("n::A::Ttl", "n::B::Gap")), "Ttl")
        sweeps = ["n::A::Ttl=1s,2s", "n::B::Ttl=1s,2s", "fabric_delay=1us", "fabric-delay=1us"]
        comparison = plan.make(self.scenario, "a", 2, sweeps=sweeps)
        results = types.SimpleNamespace(comparison=comparison, headlines=lambda: [])
        seen = {}
        for name, heading, _ in drawing.swept_figures(results):
            seen.setdefault(heading, []).append(name)
        names = [name for some in seen.values() for name in some]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("lines-n-a-ttl-0", names)
        self.assertIn("lines-n-b-ttl-0", names)
        self.assertEqual(len([text for text in seen if text.startswith("Means over n::A::Ttl, ")]), 2)
        self.assertEqual(len([text for text in seen if text.startswith("Means over n::B::Ttl, ")]), 2)

    def test_no_band_where_there_is_no_interval(self):
        figure, (axes,) = drawing.panels(1, 3)
        nothing = float("nan")
        rows = [(1, 10, 2), (2, 12, 3), (3, 12, nothing), (4, 12, nothing), (5, 20, 4)]
        drawing.draw_line(axes, rows, "a", drawing.Look(["a"]), False)
        bands = [one for one in axes.collections if isinstance(one, PolyCollection)]
        self.assertEqual(len(bands), 1)
        path, = bands[0].get_paths()
        self.assertEqual((path.vertices.min(axis=0).tolist(), path.vertices.max(axis=0).tolist()),
                         ([1, 8], [2, 15]))
        whisker, = [one for one in axes.collections if isinstance(one, LineCollection)]
        self.assertEqual([segment.tolist() for segment in whisker.get_segments()],
                         [[[5, 16], [5, 24]]])
        drawing.pyplot.close(figure)

    def test_drawing_without_any_interval_warns_of_nothing(self):
        for words in (False, True):
            figure, (axes,) = drawing.panels(1, 3)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                drawing.draw_line(axes, [(0, 10, float("nan")), (1, 12, float("nan"))], "a",
                                  drawing.Look(["a"]), words)
                figure.canvas.draw()
            self.assertEqual([one for one in axes.collections if isinstance(one, LineCollection)], [])
            self.assertEqual(axes.lines[0].get_ydata().tolist(), [10, 12])
            drawing.pyplot.close(figure)

    def test_a_scheme_looks_the_same_everywhere_and_unlike_the_others(self):
        schemes = [f"s{index}" for index in range(20)]
        look = drawing.Look(schemes)
        seen = {(look.colour(name), look.marker(name), look.line(name)) for name in schemes}
        self.assertEqual(len(seen), 20)


if __name__ == "__main__":
    small.unittest.main()
