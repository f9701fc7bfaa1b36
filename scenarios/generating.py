# SPDX-License-Identifier: GPL-2.0-only
"""What the scenarios' generate.py share: the number that they are given, and how tables are written."""

import csv
import os
import sys


def write(folder, name, header, rows):
    """Writes one table into a folder."""
    with open(os.path.join(folder, name), "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def given_count(standard, most):
    """The number of VMs on the command line, from 1 to most; ends the program if it is none."""
    given = sys.argv[1] if len(sys.argv) == 2 else str(standard)
    if len(sys.argv) > 2 or not given.isdigit() or not 1 <= int(given) <= most:
        sys.exit(f"found {' '.join(sys.argv[1:])}, expected a number of VMs from 1 to {most}")
    return int(given)
