# SPDX-License-Identifier: GPL-2.0-only
"""The trace files of one run as pandas tables; the only place that knows their names."""

import json
import os

import pandas


class TraceError(Exception):
    """A trace file is missing or is not what it should be; the text is for the user."""


# Columns that a table must have for the plots and the report; more are fine.
REQUIRED = {
    "summary": ["metric", "unit", "value"],
    "migrations": ["migration", "vm", "type", "method", "scheme", "source_nve",
                   "destination_nve", "order_s", "copy_start_s", "stop_s", "resume_s",
                   "register_s", "mn_updated_s", "source_route_s", "path_ready_s",
                   "first_packet_s", "control_converged_s", "data_converged_s",
                   "downtime_s", "outage_s", "detect_s", "register_delay_s", "inform_s",
                   "install_s", "propagate_s", "alignment_s", "outage_censored", "lost_packets", "triangle_packets",
                   "outcome"],
    "move_flows": ["migration", "flow", "direction", "turning_point", "sent", "delivered",
                   "lost", "outage_s", "hops_before", "hops_triangle", "hops_after"],
    "flows": ["flow", "direction", "from", "to", "sent", "delivered", "lost", "in_flight",
              "suppressed", "mean_delay_s", "p99_delay_s", "mean_hop_stretch",
              "max_hop_stretch"],
    "losses": ["time_s", "flow", "direction", "packet_id", "cause", "node"],
    "stretch": ["time_s", "flow", "direction", "hops", "shortest_hops", "delay_s",
                "shortest_delay_s"],
    "rounds": ["migration", "round", "start_s", "end_s", "sent_bytes", "dirtied_bytes",
               "rate_bps"],
    "routes": ["time_s", "node", "prefix", "action", "owner", "next_hops", "epoch"],
    "messages": ["time_s", "kind", "type", "from", "to", "vm", "bytes"],
    "throughput": ["bin_start_s", "flow", "bytes"],
    "transfers": ["flow", "id", "start_s", "end_s", "bytes", "fct_s", "outcome"],
}


class Results:
    """One results folder."""

    def __init__(self, folder):
        self.folder = folder
        if not os.path.isdir(folder):
            raise TraceError(f"{folder}: found no such folder, expected a results folder")
        self._tables = {}
        path = os.path.join(folder, "run.json")
        try:
            with open(path, encoding="utf-8") as file:
                self.run = json.load(file)
        except OSError:
            raise TraceError(f"{path}: found no such file, expected a run's description") from None
        except ValueError as error:
            raise TraceError(f"{path}: found {error}, expected JSON") from None

    def table(self, name):
        """The table of <name>.csv; names and outcomes stay text, everything else is a number."""
        if name not in self._tables:
            path = os.path.join(self.folder, name + ".csv")
            text = {column: str for column in
                    ("migration", "vm", "flow", "direction", "node", "from", "to", "cause",
                     "source_nve", "destination_nve", "turning_point")}
            try:
                table = pandas.read_csv(path, dtype=text, keep_default_na=False,
                                        na_values=[""])
            except FileNotFoundError:
                raise TraceError(f"{path}: found no such file, expected a trace") from None
            except (pandas.errors.ParserError, pandas.errors.EmptyDataError,
                    UnicodeDecodeError) as error:
                raise TraceError(f"{path}: found {error}, expected CSV") from None
            for column in REQUIRED.get(name, []):
                if column not in table.columns:
                    raise TraceError(f"{path}:1:1: found no column '{column}', expected one")
            self._tables[name] = table
        return self._tables[name]

    def has(self, name):
        """Whether there is a <name>.csv; older runs lack some."""
        return os.path.exists(os.path.join(self.folder, name + ".csv"))

    def summary(self):
        """The summary as a dictionary of texts."""
        table = self.table("summary")
        return dict(zip(table["metric"], table["value"]))

    def title(self):
        """Scenario, scheme and seed, for headings."""
        return " \u00b7 ".join(str(self.run.get(key)) for key in ("scenario", "scheme")
                          if self.run.get(key)) + f" \u00b7 seed {self.run.get('seed', '?')}"

    def moves(self):
        """The migrations that were ordered, in order of time."""
        return self.table("migrations").sort_values("order_s").to_dict("records")
