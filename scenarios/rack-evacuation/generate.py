#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv and traffic.csv: generate.py [VMs of each server of the rack, 1 to 250]."""

import os
import sys

FOLDER = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(FOLDER))

from generating import given_count, write  # noqa: E402  (the path has to be set first)

SERVERS = 4
RACKS = range(1, 5)
SIZES = ("1MiB", "2MiB", "4MiB")


def main(count):
    """VMs of three sizes in turn; every tenth is probed, every fiftieth has TCP connections."""
    vms = [(f"cn-{rack}", f"server-{rack}-0", "4MiB", "", "1s") for rack in RACKS]
    flows = []
    for number in range(SERVERS * count):
        server, index = divmod(number, count)
        name = f"vm-{server}-{index}"
        vms.append((name, f"server-0-{server}", SIZES[number % len(SIZES)], "2MiB/s", "1s"))
        peer = f"cn-{RACKS[number // 10 % len(RACKS)]}"
        if index % 10 == 0:
            flows.append((f"probe-{server}-{index}", peer, name, "udp-probe", "3s", "14s", "5ms",
                          "100B", "", ""))
        if index % 50 == 5:
            flows.append((f"inside-{server}-{index}", name, peer, "udp-probe", "3s", "14s", "5ms",
                          "100B", "", ""))
        if index % 50 == 7:
            flows.append((f"bulk-{server}-{index}", name, peer, "tcp-bulk", "3s", "14s", "", "",
                          "20Mbps", ""))
        if index % 50 == 9:
            flows.append((f"calls-{server}-{index}", peer, name, "rpc", "3s", "14s", "", "", "",
                          "5ms"))
    write(FOLDER, "vms.csv", ("vm", "nve", "memory", "dirty_rate", "create"), vms)
    write(FOLDER, "traffic.csv",
          ("flow", "from", "to", "application", "start", "stop", "period",
           "packet_size", "rate", "think_time"), flows)


if __name__ == "__main__":
    main(given_count(50, 250))
