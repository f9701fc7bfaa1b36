#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv and traffic.csv: generate.py [VMs of each server of the rack, 1 to 250]."""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
SERVERS = 4
RACKS = range(1, 5)
SIZES = ("1MiB", "2MiB", "4MiB")


def write(name, header, rows):
    """Writes one table."""
    with open(FOLDER / name, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


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
    write("vms.csv", ("vm", "nve", "memory", "dirty_rate", "create"), vms)
    write("traffic.csv", ("flow", "from", "to", "application", "start", "stop", "period",
                          "packet_size", "rate", "think_time"), flows)


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) == 2 else "50"
    if len(sys.argv) > 2 or not given.isdigit() or not 1 <= int(given) <= 250:
        sys.exit(f"found {' '.join(sys.argv[1:])}, expected a number of VMs from 1 to 250")
    main(int(given))
