# SPDX-License-Identifier: GPL-2.0-only
"""Lists scenarios and schemes with a line each."""

import os
import subprocess

from launcher.common import PROGRAM, ROOT


def first_sentence(readme):
    """What the first paragraph after the title of a README says, as one line."""
    try:
        with open(readme, encoding="utf-8") as lines:
            text = lines.read()
    except OSError:
        return ""
    for block in text.split("\n\n"):
        words = [line for line in block.splitlines() if line and not line.startswith("#")]
        if words:
            sentence, dot, _ = " ".join(" ".join(words).split()).partition(". ")
            return sentence + dot.strip()
    return ""


def scenarios(folder=None):
    """[(name, line)] of the folders that hold a scenario.csv."""
    folder = folder or os.path.join(ROOT, "scenarios")
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if os.path.exists(os.path.join(folder, name, "scenario.csv")):
            found.append((name, first_sentence(os.path.join(folder, name, "README.md"))))
    return found


def schemes():
    """[(name, line)] as the program knows them; None when it is not built yet."""
    if not os.path.exists(PROGRAM):
        return None
    answer = subprocess.run([PROGRAM, "--schemes"], stdout=subprocess.PIPE, text=True, check=False)
    rows = [line.split("\t", 1) for line in answer.stdout.splitlines() if "\t" in line]
    return [(name, text) for name, text in rows] if answer.returncode == 0 else None


def show():
    """Prints both lists."""
    for title, rows in (("Scenarios (./vmm run scenarios/NAME):", scenarios()),
                        ("Schemes (--scheme NAME):", schemes())):
        print(title)
        if rows is None:
            print("  (known once the program is built: ./vmm build)")
        width = max((len(name) for name, _ in rows or []), default=0)
        for name, text in rows or []:
            print(f"  {name:{width}}  {text}".rstrip())
