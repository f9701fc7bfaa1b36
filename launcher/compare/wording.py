# SPDX-License-Identifier: GPL-2.0-only
"""Says in words which differences between schemes are significant and which are not."""

import html

from launcher.compare import metrics
from launcher.compare.plan import point_text
from launcher.compare.tables import PLUS_MINUS

KINDS = (("significant", "Significant"), ("not", "Not significant"),
         ("same", "The same in every run, so that there is nothing to test"),
         ("constant", "Different, but without variance over the seeds: no interval and no test"),
         ("few", "Not tested: fewer than two seeds have a value for both schemes"))


MOST_OPEN = 20  # sentences about what is not significant that a page shows without being asked


def kind_of(found):
    """Which of KINDS a difference belongs to."""
    if found.p is not None:
        return "significant" if found.significant else "not"
    if found.n < 2:
        return "few"
    return "same" if found.mean == 0 else "constant"


def p_text(value):
    """A p value as one writes it."""
    return "< 0.0001" if value < 0.0001 else f"= {value:.2g}"


class Findings:
    """The sentences about all differences of a comparison."""

    def __init__(self, results):
        self._results = results
        self._sorted = {}  # point -> kind -> [(metric, one, other, difference)]
        for (metric, point, one, other), found in results.differences.items():
            kinds = self._sorted.setdefault(point, {kind: [] for kind, _ in KINDS})
            kinds[kind_of(found)].append((metric, one, other, found))

    def count(self, kind):
        """How many differences are of a kind."""
        return sum(len(kinds[kind]) for kinds in self._sorted.values())

    def verdict(self):
        """One paragraph about all of them."""
        tested = self.count("significant") + self.count("not")
        text = (f"{tested} paired differences were tested; {self.count('significant')} are "
                f"significant and {self.count('not')} are not (paired t tests over the same seeds, "
                "p corrected after Holm over all that were tested; the intervals are not "
                "corrected).")
        untested = self.count("constant") + self.count("same")
        if untested:
            text += (f" {untested} more do not vary over the seeds and have no interval: "
                     f"{self.count('constant')} differ by the same amount in every run, "
                     f"{self.count('same')} not at all.")
        if self.count("few"):
            text += f" {self.count('few')} have fewer than two pairs of values."
        censored = self._results.censored(self._results.comparison.points())
        return text + (" " + censored if censored else "")

    def _amount(self, metric, found):
        """The difference in figures."""
        unit, divisor = self._results.difference_scale(metric, [found])
        unit = " " + unit if unit else ""
        mean = abs(found.mean) / divisor
        if found.half is None:
            return metrics.plain(mean) + unit
        return f" {PLUS_MINUS} ".join(metrics.rounded(mean, found.half / divisor)) + unit

    def sentence(self, metric, one, other, found):
        """What there is to say about one difference."""
        name = metrics.label(metric)
        kind = kind_of(found)
        few = f", n = {found.n}" if found.n < self._results.comparison.seed_count else ""
        if kind in ("few", "same"):
            return f"{name}: {one} and {other}{few}"
        larger, smaller = (one, other) if found.mean > 0 else (other, one)
        text = f"{name}: {larger} has {self._amount(metric, found)} more than {smaller}"
        if kind == "constant":
            return f"{text} in every run{few}"
        return f"{text} (p {p_text(found.p_holm)}{few})"

    def _sentences(self, kind, rows):
        """The sentences about differences of a kind; what is so for all pairs is said once."""
        schemes = self._results.comparison.schemes
        pairs = len(schemes) * (len(schemes) - 1) // 2
        made = []
        for metric in dict.fromkeys(row[0] for row in rows):
            found = [row for row in rows if row[0] == metric]
            if kind in ("same", "few") and len(found) == pairs > 1:
                made.append(f"{metrics.label(metric)}: all schemes")
            else:
                made += [self.sentence(*row) for row in found]
        return made

    def sections(self):
        """[(point's text, [(heading, [sentence])])] without the empty ones."""
        made = []
        for point, kinds in self._sorted.items():
            groups = [(f"{heading} ({len(kinds[kind])})", self._sentences(kind, kinds[kind]))
                      for kind, heading in KINDS if kinds[kind]]
            made.append((point_text(point), groups))
        return made

    def text(self):
        """All of it as plain text; the verdict comes first, before an empty line."""
        lines = [self.verdict()]
        for where, groups in self.sections():
            for heading, sentences in groups:
                lines += ["", (f"At {where}: " if where else "") + heading + ":"]
                lines += ["- " + sentence for sentence in sentences]
        return "\n".join(lines) + "\n"

    def markdown(self):
        """All of it in Markdown."""
        lines = [self.verdict(), ""]
        for where, groups in self.sections():
            for heading, sentences in groups:
                lines += [f"### {heading}" + (f" at {where}" if where else ""), ""]
                lines += ["- " + sentence for sentence in sentences] + [""]
        return "\n".join(lines)

    def page(self):
        """All of it in HTML; what has nothing to test is folded."""
        parts = [f"<p>{html.escape(self.verdict())}</p>"]
        for where, groups in self.sections():
            if where:
                parts.append(f"<h3>{html.escape(where)}</h3>")
            for heading, sentences in groups:
                shown = " open" if heading.startswith("Significant") or (
                    heading.startswith("Not significant") and len(sentences) <= MOST_OPEN) else ""
                rows = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
                parts.append(f"<details{shown}><summary>{html.escape(heading)}</summary>"
                             f"<ul>{rows}</ul></details>")
        return "\n".join(parts)
