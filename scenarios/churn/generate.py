#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv and traffic.csv: generate.py [VMs of each server, 1 to 50]."""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
LEAVES = 8
SERVERS = 4
SIZES = ("2GiB", "4GiB", "8GiB", "16GiB")
RATES = ("5MiB/s", "20MiB/s")


def write(name, header, rows):
    """Writes one table."""
    with open(FOLDER / name, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(count):
    """Sizes and dirty rates in turn; one VM of each rack is probed from the next rack."""
    vms = []
    flows = []
    number = 0
    for leaf in range(LEAVES):
        for server in range(SERVERS):
            for index in range(count):
                vms.append((f"vm-{leaf}-{server}-{index}", f"server-{leaf}-{server}",
                            SIZES[number % len(SIZES)], "2", RATES[number % len(RATES)]))
                number += 1
        peer = f"vm-{(leaf + 1) % LEAVES}-1-0"
        flows.append((f"probe-{leaf}", peer, f"vm-{leaf}-0-0", "udp-probe", "5s", "3610s", "100ms",
                      "100B"))
    write("vms.csv", ("vm", "nve", "memory", "vcpus", "dirty_rate"), vms)
    write("traffic.csv", ("flow", "from", "to", "application", "start", "stop", "period",
                          "packet_size"), flows)


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) == 2 else "4"
    if len(sys.argv) > 2 or not given.isdigit() or not 1 <= int(given) <= 50:
        sys.exit(f"found {' '.join(sys.argv[1:])}, expected a number of VMs from 1 to 50")
    main(int(given))
