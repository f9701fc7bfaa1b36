# SPDX-License-Identifier: GPL-2.0-only
"""Which runs a comparison consists of: schemes x points of the swept settings x seeds."""

import dataclasses
import hashlib
import itertools
import json
import os
import re

from launcher import program
from launcher.common import ROOT, VmmError, quote

MOST_SEED = 2**31 - 1


def digest(thing, digits=64):
    """Hexadecimal SHA-256 of anything that JSON can hold."""
    text = json.dumps(thing, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:digits]


def split_list(what, text):
    """The parts of a list with commas between them; a backslash keeps what follows it.

    Raises VmmError when nothing follows it; what is the option's name."""
    parts = [""]
    for token in re.findall(r"\\.|.", text, re.DOTALL):
        if token == "\\":
            raise VmmError(f"{what}: found a backslash at the end of '{text}', "
                           "expected what it keeps after it")
        if token == ",":
            parts.append("")
        else:
            parts[-1] += token[-1]
    return parts


def join_list(parts):
    """What split_list takes apart."""
    return ",".join(part.replace("\\", "\\\\").replace(",", "\\,") for part in parts)


def check_values(what, values):
    """Raises VmmError unless there are values, none of them empty or given twice."""
    for index, value in enumerate(values):
        if not value.strip():
            raise VmmError(f"{what}: found an empty entry, expected something between commas")
        if value in values[:index]:
            raise VmmError(f"{what}: found '{value}' twice, expected each once")


def parse_schemes(text):
    """The schemes of --schemes as a list of NAME[:Option=Value]..."""
    schemes = split_list("--schemes", text)
    check_values("--schemes", schemes)
    for scheme in schemes:
        name, *options = scheme.split(":")
        if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or not all(
                re.fullmatch(r"[A-Za-z0-9._-]+=[^:]+", option) for option in options):
            raise VmmError(f"--schemes: found '{scheme}', expected NAME[:Option=Value]...")
    return schemes


def parse_sweeps(texts):
    """The sweeps KEY=VALUE,VALUE,... as [(key, [values])]."""
    sweeps = []
    for text in texts:
        key, equals, rest = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise VmmError(f"--sweep {text}: found no KEY=VALUE,VALUE...")
        if key in ("scheme", "seed"):
            raise VmmError(f"--sweep {text}: found {key}, which --{key}s is for")
        if key in [known for known, _ in sweeps]:
            raise VmmError(f"--sweep {text}: found {key} twice, expected each key once")
        values = split_list("--sweep " + key, rest)
        check_values("--sweep " + key, values)
        sweeps.append((key, values))
    return sweeps


@dataclasses.dataclass(frozen=True)
class Case:
    """One run."""

    scheme: str
    point: tuple  # of (key, value): the swept settings
    seed: int


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What is compared. Two comparisons with equal fields are the same comparison."""

    scenario: str  # its folder
    schemes: tuple
    sweeps: tuple  # of (key, tuple of values)
    settings: tuple  # of KEY=VALUE, the same in all runs
    first_seed: int
    seed_count: int

    @property
    def name(self):
        """The scenario's name."""
        return os.path.basename(os.path.abspath(self.scenario))

    @property
    def seeds(self):
        """The seeds, the same ones for every scheme."""
        return range(self.first_seed, self.first_seed + self.seed_count)

    def points(self):
        """Every combination of the swept settings; one empty one without a sweep."""
        keys = [key for key, _ in self.sweeps]
        return [tuple(zip(keys, values))
                for values in itertools.product(*(values for _, values in self.sweeps))]

    def variants(self):
        """Every (scheme, point)."""
        return [(scheme, point) for point in self.points() for scheme in self.schemes]

    def cases(self):
        """Every run, seed after seed, so that early results are of all schemes."""
        return [Case(scheme, point, seed)
                for seed in self.seeds for scheme, point in self.variants()]

    def settings_of(self, point):
        """The settings KEY=VALUE at a point."""
        return list(self.settings) + [f"{key}={value}" for key, value in point]

    def variant(self, scheme, point):
        """The name of the folder of all seeds of a scheme at a point."""
        what = digest([os.path.realpath(self.scenario), scheme, self.settings_of(point)], 8)
        return scheme.split(":")[0] + "-" + what

    def place(self, case):
        """Where the result of a run lies, below the folder of all runs."""
        return f"{self.variant(case.scheme, case.point)}/seed-{case.seed}"

    def shown_scenario(self):
        """The scenario's path as a reader may type it in the project's folder."""
        path = os.path.realpath(self.scenario)
        inside = os.path.relpath(path, ROOT)
        return path if inside.startswith("..") else inside

    def identity(self):
        """A hash that is the same for the same comparison."""
        return digest([os.path.realpath(self.scenario), dataclasses.astuple(self)[1:]], 16)

    def command(self):
        """The command that makes this comparison, to be typed in the project's folder."""
        words = ["./vmm", "compare", self.shown_scenario(), "--schemes", join_list(self.schemes),
                 "--seeds", str(self.seed_count)]
        if self.first_seed != 1:
            words += ["--first-seed", str(self.first_seed)]
        for key, values in self.sweeps:
            words += ["--sweep", f"{key}={join_list(values)}"]
        for setting in self.settings:
            words += ["--set", setting]
        return quote(words)

    def run_command(self, case):
        """The command that makes one run with a report, to be typed in the project's folder."""
        words = ["./vmm", "run", self.shown_scenario(), "--scheme", case.scheme,
                 "--seed", str(case.seed)]
        for setting in self.settings_of(case.point):
            words += ["--set", setting]
        return quote(words)


def point_text(point):
    """A point as a reader sees it; empty without a sweep."""
    return ", ".join(f"{key}={value}" for key, value in point)


def check_options(schemes, keys):
    """Raises VmmError when a scheme sets what a setting of all runs sets too."""
    for scheme in schemes:
        for option in scheme.split(":")[1:]:
            name = option.partition("=")[0]
            for key in keys:
                if key == name or key.endswith("::" + name):
                    raise VmmError(f"--schemes: found {name} in '{scheme}' and as a setting of all "
                                   "runs, expected one of them")


def make(scenario, schemes, seeds, sweeps=(), settings=(), first_seed=1):
    """The comparison that the words of a command line ask for; raises VmmError."""
    folder = program.find_scenario(scenario)
    program.join_settings(settings)
    if seeds < 2:
        raise VmmError(f"--seeds: found {seeds}, expected 2 or more: "
                       "one run has no confidence interval")
    if first_seed + seeds - 1 > MOST_SEED:
        raise VmmError(f"--first-seed: found a last seed of {first_seed + seeds - 1}, "
                       f"expected at most {MOST_SEED}")
    swept = parse_sweeps(sweeps)
    fixed = [setting.partition("=")[0].strip() for setting in settings]
    for key in fixed:
        if key in ("scheme", "seed"):
            raise VmmError(f"--set {key}: found {key}, which --{key}s is for")
        if key in [known for known, _ in swept]:
            raise VmmError(f"--sweep {key}: found it in --set too, expected one of them")
    named = parse_schemes(schemes)
    check_options(named, fixed + [key for key, _ in swept])
    return Comparison(scenario=folder, schemes=tuple(named),
                      sweeps=tuple((key, tuple(values)) for key, values in swept),
                      settings=tuple(settings), first_seed=first_seed, seed_count=seeds)


def read(path):
    """The comparison and everything else of a plan file: (Comparison, dictionary)."""
    with open(path, encoding="utf-8") as file:
        stored = json.load(file)
    fields = stored["comparison"]
    fields["schemes"] = tuple(fields["schemes"])
    fields["settings"] = tuple(fields["settings"])
    fields["sweeps"] = tuple((key, tuple(values)) for key, values in fields["sweeps"])
    return Comparison(**fields), stored
