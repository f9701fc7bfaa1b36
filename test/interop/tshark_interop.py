# SPDX-License-Identifier: GPL-2.0-only
"""What simulated BGP routers send, as tshark reads it.

    python3 test/interop/tshark_interop.py BUILD_FOLDER [Interop.test_NAME]

CTest runs each test on its own. Exit status 77: there is no tshark.
"""

import collections
import csv
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")
TYPES = {"1": "open", "2": "update", "3": "notification", "4": "keepalive", "5": "route-refresh"}

# A move from one NVE to another, both of which speak BGP, and a link that fails and is mended.
FILES = {
    "scenario.csv": """key,value
fabric,leaf-spine
leaves,2
spines,2
servers,1
server_rate,1Gbps
server_delay,5us
fabric_rate,10Gbps
fabric_delay,5us
duration,14s
family,dual
scheme,bgp-host-route
Overlap,LocalPref
underlay,bgp
bgp_servers,on
ns3::vmm::BgpRouter::HoldTime,3s
ns3::vmm::Nve::Linger,2s
ns3::TcpSocket::ConnTimeout,1s
""",
    "vms.csv": "vm,nve,memory,create\nweb,server-0-0,1MiB,1s\nother,server-1-0,1MiB,1s\n",
    "moves.csv": "migration,time,vm,to\nm1,2s,web,server-1-0\n",
    "traffic.csv": "flow,from,to,application,start,stop,period,packet_size\n"
                   "probe,other,web,udp-probe,1500ms,3s,10ms,100B\n",
    "failures.csv": "time,what,target,until\n4s,link-down,leaf-0:spine-0,6s\n",
}


def tshark(capture, display_filter, *fields):
    """Returns a list of fields for each packet of a capture that passes a filter."""
    command = ["tshark", "-r", capture, "-Y", display_filter, "-T", "fields", "-E", "occurrence=a"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


class Interop(unittest.TestCase):
    """One run of a small fabric in both families."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="vmm-tshark-")
        scenario = os.path.join(cls.folder.name, "bgp")
        os.mkdir(scenario)
        for name, text in FILES.items():
            with open(os.path.join(scenario, name), "w", encoding="ascii") as file:
                file.write(text)
        cls.out = os.path.join(cls.folder.name, "out")
        subprocess.run([os.path.join(BUILD, "vm-mobility-scenario"), "--scenario=" + scenario,
                        "--pcap", "--out=" + cls.out], capture_output=True, check=True)
        cls.captures = sorted(glob.glob(os.path.join(cls.out, "pcap", "*.pcap")))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def of_node(self, node):
        """Returns the captures of a node's devices."""
        found = [name for name in self.captures if os.path.basename(name).startswith(node + "-")]
        self.assertTrue(found, node)
        return found

    def test_every_message_is_dissected(self):
        """As many messages of each type as messages.csv says cross the links of each router."""
        for node in ("leaf-0", "leaf-1", "spine-0", "spine-1"):
            seen = collections.Counter()
            for capture in self.of_node(node):
                for packet in tshark(capture, "bgp", "bgp.type"):
                    seen.update(TYPES[number] for number in packet[0].split(","))
            sent = collections.Counter()
            with open(os.path.join(self.out, "messages.csv"), encoding="ascii") as file:
                for row in csv.DictReader(file):
                    if row["kind"] == "bgp" and node in (row["from"], row["to"]):
                        sent[row["type"]] += 1
            self.assertEqual(seen, sent, node)
            self.assertLessEqual({"open", "update", "notification", "keepalive"}, set(seen))

    def test_nothing_is_malformed(self):
        """Neither BGP nor anything below or beside it."""
        for capture in self.captures:
            self.assertEqual(tshark(capture, "_ws.malformed", "frame.number"), [], capture)
            self.assertEqual(tshark(capture, "bgp && _ws.expert.severity >= 0x600000",
                                    "frame.number", "_ws.expert.message"), [], capture)

    def test_host_routes_are_what_they_should_be(self):
        """Prefixes, communities and AS paths of the VM's host routes on its first NVE's link."""
        lines = collections.Counter()
        for capture in self.of_node("server-0-0"):
            done = subprocess.run(["tshark", "-r", capture, "-Y", "bgp.type == 2", "-V"],
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                  check=True)
            lines.update(line.strip() for line in done.stdout.splitlines())
        asn = "64514"  # spines 64512, leaf-0 64513
        for line in ("NLRI prefix: 10.0.0.1", "MP Reach NLRI IPv6 prefix: fd00::1",
                     "Withdrawn prefix: 10.0.0.1", "MP Unreach NLRI IPv6 prefix: fd00::1",
                     "Path Attribute - COMMUNITIES: 65000:100",
                     "Path Attribute - COMMUNITIES: 65000:100 GRACEFUL_SHUTDOWN",
                     f"Path Attribute - AS_PATH: {asn}",
                     "Path Attribute - AS_PATH: 64513 64512 64515 64516",
                     f"Path Attribute - LARGE_COMMUNITY: {asn}:1:1",
                     "Path Attribute - LARGE_COMMUNITY: 64516:1:2"):
            self.assertIn(line, lines)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        BUILD = os.path.abspath(sys.argv.pop(1))
    if not shutil.which("tshark"):
        print("tshark is not installed (Debian package tshark)")
        sys.exit(77)
    unittest.main()
