#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The report and its figures, from a results folder made by hand."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PLOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scenarios", "plot")
REPORT = os.path.join(PLOT, "report.py")

FILES = {
    "summary.csv": """metric,unit,value
moves_planned,1,1
moves_completed,1,1
moves_failed,1,0
downtime_mean,s,0.030000000
outage_max,s,0.030200000
lost_packets,1,31
triangle_packets,1,400
hop_stretch_max,1,1.500000000
control_messages,1,10
""",
    "migrations.csv": """migration,vm,type,method,scheme,source_nve,destination_nve,order_s,\
copy_start_s,stop_s,resume_s,register_s,mn_updated_s,source_route_s,path_ready_s,first_packet_s,\
control_converged_s,data_converged_s,source_released_s,rounds,copied_bytes,wire_bytes,downtime_s,\
outage_s,outage_censored,detect_s,register_delay_s,inform_s,install_s,propagate_s,alignment_s,\
lost_packets,triangle_packets,\
via_source_packets,triangle_s,max_hop_stretch,max_delay_stretch,control_messages,control_bytes,\
outcome
m1,vm-a,hot,pre-copy,host-route,server-0-0,server-1-0,1,1.001,2,2.03,2.03,2.0301,2.0304,2.0303,\
2.0306,2.0304,,,2,1000000,1100000,0.03,0.0302,no,0,0.0001,0.0002,0.0001,0.0002,-0.0004,31,400,100,0.4,1.5,1.5,\
10,900,completed
""",
    "move_flows.csv": """migration,flow,direction,turning_point,sent,delivered,lost,outage_s,\
censored,longest_stall_s,hops_before,hops_triangle,hops_after,max_hop_stretch,triangle_packets,\
triangle_s,data_converged_s,survived
m1,probe,forward,leaf-0,1000,969,31,0.0302,no,,4,6,6,1.5,400,0.4,,yes
m1,bulk,forward,leaf-0,5000,5000,0,,no,0.2,4,4,4,1,0,0,,yes
""",
    "flows.csv": """flow,direction,from,to,sent,delivered,lost,in_flight,suppressed,duplicated,\
reordered,mean_delay_s,p99_delay_s,mean_hop_stretch,max_hop_stretch
probe,forward,vm-b,vm-a,1000,969,31,0,0,0,0,0.00002,0.00003,1.2,1.5
bulk,forward,vm-c,vm-a,5000,5000,0,0,0,0,0,0.00002,0.00003,1,1
""",
    "losses.csv": "time_s,flow,direction,packet_id,cause,node\n" + "".join(
        f"{2 + i / 1000:.9f},probe,forward,{i},vm-stopped,server-0-0\n" for i in range(31)),
    "stretch.csv": """time_s,flow,direction,hops,shortest_hops,delay_s,shortest_delay_s
0.5,probe,forward,4,4,0.00002,0.00002
2.0306,probe,forward,6,4,0.00003,0.00002
0.5,bulk,forward,4,4,0.00002,0.00002
""",
    "rounds.csv": """migration,round,start_s,end_s,sent_bytes,dirtied_bytes,rate_bps
m1,1,1.001,1.9,900000,100000,8000000
m1,2,1.9,2.03,100000,0,8000000
""",
    "routes.csv": "time_s,node,prefix,action,owner,next_hops,epoch\n",
    "messages.csv": "time_s,kind,type,from,to,vm,bytes\n",
    "throughput.csv": "bin_start_s,flow,bytes\n" + "".join(
        f"{i / 100:.9f},{flow},{size}\n" for i in range(300)
        for flow, size in (("probe", 1280), ("bulk", 125000)) if not 200 <= i < 203),
    "run.json": json.dumps({"scenario": "by-hand", "scheme": "host-route", "seed": 1,
                            "duration_s": 3, "settings": {"scheme": "host-route"},
                            "flow_applications": {"probe": "udp-probe", "bulk": "tcp-bulk"},
                            "versions": {"ns-3": "3.37"}}),
}


class ReportTest(unittest.TestCase):
    """report.py as `vmm plot` calls it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in FILES.items():
            self.write(name, text)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_report(self):
        return subprocess.run(["/usr/bin/python3", REPORT, self.folder.name],
                              capture_output=True, text=True, check=False)

    def test_makes_figures_and_page(self):
        done = self.run_report()
        self.assertEqual(done.returncode, 0, done.stderr)
        plots = sorted(os.listdir(os.path.join(self.folder.name, "plots")))
        self.assertEqual(plots, ["arrivals-m1.png", "goodput.png", "guest-m1.png",
                                 "rounds-m1.png", "stretch.png", "timeline-m1.png"])
        with open(os.path.join(self.folder.name, "report.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page.count("data:image/png;base64,"), 6)
        self.assertIn("30.20 ms", page)
        self.assertIn("alignment ms", page)
        self.assertIn(">-0.400</td>", page)
        self.assertIn("vm-stopped", page)
        self.assertNotIn("http://", page)
        self.assertNotIn("https://", page)

    def test_same_traces_same_page(self):
        self.assertEqual(self.run_report().returncode, 0)
        path = os.path.join(self.folder.name, "report.html")
        with open(path, "rb") as file:
            first = file.read()
        self.assertEqual(self.run_report().returncode, 0)
        with open(path, "rb") as file:
            self.assertEqual(first, file.read())

    def test_names_the_missing_file(self):
        os.remove(os.path.join(self.folder.name, "flows.csv"))
        done = self.run_report()
        self.assertEqual(done.returncode, 2)
        self.assertIn("flows.csv: found no such file, expected a trace", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder.name, "report.html")))

    def test_names_the_missing_column(self):
        self.write("flows.csv", "flow,direction\n")
        done = self.run_report()
        self.assertEqual(done.returncode, 2)
        self.assertIn("flows.csv:1:1: found no column 'from', expected one", done.stderr)

    def test_runs_without_moves_and_losses(self):
        for name in ("migrations.csv", "move_flows.csv", "losses.csv", "rounds.csv"):
            self.write(name, FILES[name].split("\n")[0] + "\n")
        done = self.run_report()
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
