# SPDX-License-Identifier: GPL-2.0-only
"""Makes the results of a comparison from its runs: python3 -m launcher.compare.analyse PLAN DIR."""

import os
import sys

from launcher.common import VmmError, say
from launcher.compare import drawing, page, plan, samples, tables, wording


def main(plan_path, folder):
    """Writes everything into a new folder; returns the status."""
    comparison, stored = plan.read(plan_path)
    found = samples.Samples(comparison, stored)
    results = tables.Results(found)
    findings = wording.Findings(results)
    plots = os.path.join(folder, "plots")
    os.makedirs(plots)
    tables.write_comparison(os.path.join(folder, "comparison.csv"), results)
    tables.write_differences(os.path.join(folder, "differences.csv"), results)
    tables.write_markdown(os.path.join(folder, "comparison.md"), results, findings)
    tables.write_tex(os.path.join(folder, "comparison.tex"), results)
    with open(os.path.join(folder, "findings.txt"), "w", encoding="utf-8") as file:
        file.write(findings.text())
    figures = [(heading, drawing.save(figure, plots, name), name)
               for name, heading, figure in drawing.all_figures(results) if figure is not None]
    page.write(os.path.join(folder, "report.html"), results, findings, figures)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except VmmError as error:
        say(str(error))
        sys.exit(1)
