# SPDX-License-Identifier: GPL-2.0-only
"""Reads the runs of a comparison: one number per run, metric by metric."""

import csv
import json
import os
from decimal import Decimal, InvalidOperation

import pandas

from launcher.common import VmmError
from launcher.compare import store


def number(text):
    """A field of summary.csv as an exact number; None where nothing happened."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


class Samples:
    """All results of a comparison that count."""

    def __init__(self, comparison, stored):
        self.comparison = comparison
        self._runs = stored["runs"]
        self.units = {}  # of every metric, in the order of the first summary that has it
        self._values = {}  # (metric, scheme, point) -> {seed: Decimal or None}
        self.done = []
        self.missing = []  # (case, why)
        self.described = None  # run.json of one of them; versions are the same in all
        self.scenario_hashes = set()
        for case in comparison.cases():
            place = comparison.place(case)
            key = stored["keys"][place]
            if store.counts(self._runs, place, key):
                self._read(case, os.path.join(self._runs, place))
                self.done.append(case)
            else:
                failure = store.read_failure(self._runs, place, key) or {}
                self.missing.append((case, failure.get("error", "ended without a result")))

    def _read(self, case, folder):
        try:
            with open(os.path.join(folder, "summary.csv"), newline="", encoding="utf-8") as lines:
                for row in csv.DictReader(lines):
                    self.units.setdefault(row["metric"], row["unit"])
                    self._values.setdefault((row["metric"], case.scheme, case.point), {})[
                        case.seed] = number(row["value"])
            with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
                described = json.load(file)
        except (OSError, ValueError, KeyError) as error:
            raise VmmError(f"{folder}: cannot be read: {error}", 1) from error
        self.scenario_hashes.add(described.get("scenario_hash", ""))
        self.described = self.described or described

    @property
    def metrics(self):
        """The names of all metrics."""
        return list(self.units)

    def values(self, metric, scheme, point):
        """{seed: value} of the runs in which the metric has a value."""
        found = self._values.get((metric, scheme, point), {})
        return {seed: value for seed, value in sorted(found.items()) if value is not None}

    def run_count(self, scheme, point):
        """How many runs of a scheme there are at a point."""
        return sum(case.scheme == scheme and case.point == point for case in self.done)

    def is_idle(self, metric):
        """Whether a metric is 0 or empty in every run: it says nothing in this comparison."""
        return not any(value for (name, _, _), found in self._values.items() if name == metric
                       for value in found.values())

    def _traces(self, name, columns, scheme, point):
        """Some columns of a trace of each run of a scheme at a point."""
        for case in self.done:
            if (case.scheme, case.point) == (scheme, point):
                path = os.path.join(self._runs, self.comparison.place(case), name)
                if os.path.exists(path):
                    yield pandas.read_csv(path, usecols=columns, dtype={columns[-1]: str})

    def _forward_outages(self, scheme, point):
        """The outage of each flow in its forward direction, and whether it is censored."""
        columns = ["direction", "outage_s", "censored"]
        for table in self._traces("move_flows.csv", columns, scheme, point):
            rows = table[table["direction"] == "forward"].dropna(subset=["outage_s"])
            yield from zip(rows["outage_s"].tolist(), (rows["censored"] == "true").tolist())

    def flow_outages(self, scheme, point):
        """The outage of each flow in its forward direction, of all moves and seeds, in s."""
        return [outage for outage, _ in self._forward_outages(scheme, point)]

    def censored_flows(self, scheme, point):
        """(how many of flow_outages() are censored, how many these are)."""
        found = [censored for _, censored in self._forward_outages(scheme, point)]
        return sum(found), len(found)

    def censored_moves(self, scheme, point):
        """(moves whose outage is censored, moves that have an outage), of all seeds."""
        found = []
        for table in self._traces("migrations.csv", ["outage_censored"], scheme, point):
            found += (table["outage_censored"].dropna() == "yes").tolist()
        return sum(found), len(found)
