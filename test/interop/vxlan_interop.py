# SPDX-License-Identifier: GPL-2.0-only
"""What NVEs send through their tunnels, as tshark reads it.

    python3 test/interop/vxlan_interop.py BUILD_FOLDER [Interop.test_NAME]

CTest runs each test on its own. Exit status 77: there is no tshark.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from tshark_interop import tshark

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")

# Two tenants whose VMs have the same addresses, one of which moves.
FILES = {
    "scenario.csv": """key,value
fabric,leaf-spine
leaves,2
spines,2
servers,2
server_rate,1Gbps
server_delay,5us
fabric_rate,10Gbps
fabric_delay,5us
duration,3s
scheme,nva-overlay
randomness,off
""",
    "vms.csv": "vm,nve,memory,vn\n"
               "a7,server-0-0,1MiB,7\nb7,server-1-0,1MiB,7\n"
               "a8,server-0-0,1MiB,8\nb8,server-1-0,1MiB,8\n",
    "moves.csv": "migration,time,vm,to\nm1,1500ms,a7,server-1-1\n",
    "traffic.csv": "flow,from,to,application,start,stop,period,packet_size\n"
                   "one,a7,b7,udp-probe,1s,2500ms,10ms,100B\n"
                   "two,b7,a7,udp-probe,1s,2500ms,10ms,100B\n"
                   "three,a8,b8,udp-probe,1s,2500ms,10ms,100B\n",
}


class Interop(unittest.TestCase):
    """One run of a small fabric for each family."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="vmm-vxlan-")
        scenario = os.path.join(cls.folder.name, "overlay")
        os.mkdir(scenario)
        cls.captures = {}
        for family in ("ipv4", "ipv6"):
            for name, text in FILES.items():
                with open(os.path.join(scenario, name), "w", encoding="ascii") as file:
                    file.write(text + (f"family,{family}\n" if name == "scenario.csv" else ""))
            out = os.path.join(cls.folder.name, family)
            subprocess.run([os.path.join(BUILD, "vm-mobility-scenario"), "--scenario=" + scenario,
                            "--pcap", "--out=" + out], capture_output=True, check=True)
            cls.captures[family] = sorted(glob.glob(os.path.join(out, "pcap", "*.pcap")))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def of_links(self, family):
        """Returns the captures of the leaves' links, all of which are of the fabric."""
        found = [name for name in self.captures[family]
                 if os.path.basename(name).startswith("leaf-")]
        self.assertTrue(found)
        return found

    def test_nothing_is_malformed(self):
        """Neither the tunnels nor what is in them, on any link and at any VM."""
        for family, captures in self.captures.items():
            self.assertTrue(captures, family)
            for capture in captures:
                self.assertEqual(tshark(capture, "_ws.malformed", "frame.number"), [], capture)

    def test_tunnels_are_dissected(self):
        """Flags, VNI, inner addresses and sizes of every packet of a tunnel."""
        for family, address, overhead in (("ipv4", "ip", 50), ("ipv6", "ipv6", 70)):
            networks = set()
            for capture in self.of_links(family):
                for packet in tshark(capture, "vxlan", "vxlan.flags", "vxlan.vni", "eth.type",
                                     f"{address}.src", f"{address}.dst", "udp.dstport",
                                     "udp.srcport", "udp.checksum", "frame.len"):
                    flags, vni, kind, sources, destinations, ports, origin, sums, size = packet
                    networks.add(vni)
                    self.assertEqual(int(flags, 16), 0x0800)
                    self.assertEqual(int(kind, 16), {"ipv4": 0x0800, "ipv6": 0x86dd}[family])
                    self.assertEqual(ports.split(",")[0], "4789")
                    self.assertGreaterEqual(int(origin.split(",")[0]), 49152)
                    self.assertEqual(int(sums.split(",")[0], 16), 0)
                    self.assertEqual(len(sources.split(",")), 2)  # NVE, and VM inside
                    self.assertNotEqual(*destinations.split(","))
                    # PPP 2, and inside 100 octets with UDP and IP headers.
                    inner = 100 + 8 + (20 if family == "ipv4" else 40)
                    self.assertEqual(int(size), 2 + overhead + inner)
            self.assertEqual(networks, {"7", "8"})

    def test_nothing_goes_bare(self):
        """No packet of a VM crosses the fabric outside a tunnel."""
        for family, address in (("ipv4", "10.0.0.0/14"), ("ipv6", "fd00::/24")):
            field = "ip" if family == "ipv4" else "ipv6"
            for capture in self.of_links(family):
                bare = tshark(capture, f"udp.port >= 20000 && udp.port < 30000 && !vxlan && "
                              f"{field}.addr == {address}", "frame.number")
                self.assertEqual(bare, [], capture)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        BUILD = os.path.abspath(sys.argv.pop(1))
    if not shutil.which("tshark"):
        print("tshark is not installed (Debian package tshark)")
        sys.exit(77)
    unittest.main()
