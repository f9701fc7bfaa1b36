#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv, moves.csv and traffic.csv: generate.py [VMs of each server, 1 to 250]."""

import os
import sys

FOLDER = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(FOLDER))

from generating import given_count, write  # noqa: E402  (the path has to be set first)

SERVERS = 4
RACKS = range(1, 8)


def main(count):
    """Spreads the VMs of the first rack over the others, one after the other."""
    vms = [(f"cn-{rack}", f"server-{rack}-0", "4MiB", "", "2s") for rack in RACKS]
    moves = []
    flows = []
    for number in range(SERVERS * count):
        server, index = divmod(number, count)
        turn, rack = divmod(number, len(RACKS))
        name = f"vm-{server}-{index}"
        vms.append((name, f"server-0-{server}", "1MiB", "", "2s"))
        moves.append((f"m-{server}-{index}", "5s", name, f"server-{1 + rack}-{turn % SERVERS}"))
        if index % 10 == 0:
            prober = f"cn-{1 + number // 10 % len(RACKS)}"
            flows.append((f"p-{server}-{index}", prober, name, "udp-probe", "4s", "12s", "10ms",
                          "100B"))
    write(FOLDER, "vms.csv", ("vm", "nve", "memory", "dirty_rate", "create"), vms)
    write(FOLDER, "moves.csv", ("migration", "time", "vm", "to"), moves)
    write(FOLDER, "traffic.csv",
          ("flow", "from", "to", "application", "start", "stop", "period",
           "packet_size"), flows)


if __name__ == "__main__":
    main(given_count(200, 250))
