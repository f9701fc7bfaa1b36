#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv, moves.csv and traffic.csv: generate.py [VMs of each server, 1 to 250]."""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
SERVERS = 4
RACKS = range(1, 8)


def write(name, header, rows):
    """Writes one table."""
    with open(FOLDER / name, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


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
    write("vms.csv", ("vm", "nve", "memory", "dirty_rate", "create"), vms)
    write("moves.csv", ("migration", "time", "vm", "to"), moves)
    write("traffic.csv", ("flow", "from", "to", "application", "start", "stop", "period",
                          "packet_size"), flows)


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) == 2 else "200"
    if len(sys.argv) > 2 or not given.isdigit() or not 1 <= int(given) <= 250:
        sys.exit(f"found {' '.join(sys.argv[1:])}, expected a number of VMs from 1 to 250")
    main(int(given))
