#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes vms.csv and traffic.csv: generate.py [VMs of each server, 1 to 50]."""

import os
import sys

FOLDER = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.dirname(FOLDER))

from generating import given_count, write  # noqa: E402  (the path has to be set first)

LEAVES = 8
SERVERS = 4
SIZES = ("2GiB", "4GiB", "8GiB", "16GiB")
RATES = ("5MiB/s", "20MiB/s")


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
    write(FOLDER, "vms.csv", ("vm", "nve", "memory", "vcpus", "dirty_rate"), vms)
    write(FOLDER, "traffic.csv",
          ("flow", "from", "to", "application", "start", "stop", "period",
           "packet_size"), flows)


if __name__ == "__main__":
    main(given_count(4, 50))
