# SPDX-License-Identifier: GPL-2.0-only
"""The command line of ./vmm."""

import argparse
import os
import re
import subprocess
import sys

from launcher import (benching, building, comparing, documenting, listing, packages, plotting,
                      program, summary, testing, validating)
from launcher.common import BUILD, VmmError, say, short
from launcher.compare import plan


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and which takes no abbreviations."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, allow_abbrev=False, **kwargs)

    def error(self, message):
        raise VmmError(f"{message} (see ./vmm{self.prog[len('vmm'):]} --help)")


class Once(argparse.Action):
    """An option that may be given once."""

    def __call__(self, parser, namespace, values, option_string=None):
        if getattr(namespace, self.dest) is not None:
            raise argparse.ArgumentError(self, "given twice")
        setattr(namespace, self.dest, values)


def seed(text):
    """A seed: 1 to 2^31-1."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 1 <= int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"found '{text}', expected a number from 1 to 2147483647")
    return int(text)


def count(text):
    """A number from 1 on."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found '{text}', expected a number from 1 to 999999")
    return int(text)


def scheme(text):
    """NAME or NAME:Option=Value:Option=Value."""
    name, *options = text.split(":")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or not all(
            re.fullmatch(r"[A-Za-z0-9._-]+=[^:]+", option) for option in options):
        raise argparse.ArgumentTypeError(f"found '{text}', expected NAME[:Option=Value]...")
    return text


def do_setup(options):
    """Installs packages."""
    packages.setup(options.no_install)
    say("all packages of packages.txt are there")
    return 0


def do_build(options):
    """Builds everything, tests included; of a change of schemes what runs scenarios."""
    own = options.schemes
    if own and not os.path.isdir(own):
        raise VmmError(f"--schemes: found no folder '{own}', expected one with schemes")
    packages.setup(options.no_install)
    if own is None:
        building.build()
    else:
        building.build(["vm-mobility-scenario"],
                       ["VMM_SCHEME_FOLDER=" + (os.path.abspath(own) if own else "")])
    say("built in " + BUILD)
    return 0


def prepare(options):
    """What run and check do before the program starts; returns the program's arguments."""
    # Wrong input is told before anything is installed or built.
    folder = program.find_scenario(options.scenario)
    program.join_settings(options.set)
    packages.setup(options.no_install)
    building.build(["vm-mobility-scenario"])
    return dict(scenario=folder, scheme=options.scheme, seed=options.seed, settings=options.set)


def do_check(options):
    """Checks a scenario and prints what it resolves to."""
    status, _ = program.follow(program.arguments(flags=["check"], **prepare(options)))
    return status


def do_run(options):
    """Runs a scenario, plots, reports."""
    given = prepare(options)
    flags = [flag for flag in ("force", "pcap", "packets") if getattr(options, flag)]
    status, folder = program.follow(program.arguments(out=options.out, flags=flags, **given))
    if folder is None:
        if status == 0:
            raise VmmError("the simulation ended without naming its output", 1)
        return status
    report = plotting.plot(folder)
    print("report: " + short(report))
    print("\n".join(summary.lines(summary.read(folder))))
    return status


def do_plot(options):
    """Plots again from the traces of a run."""
    packages.setup(options.no_install)
    for folder in options.results:
        print("report: " + short(plotting.plot(folder)))
    return 0


def do_test(options):
    """Builds and tests."""
    packages.setup(options.no_install)
    return testing.test(options.filter)


def do_bench(options):
    """Builds and runs the benchmarks."""
    packages.setup(options.no_install)
    return benching.bench(options.filter)


def do_validate(options):
    """Builds and runs the validation cases."""
    packages.setup(options.no_install)
    return validating.validate(options.filter or "")


def do_topology(options):
    """Says what a topology file is."""
    packages.setup(options.no_install)
    building.build(["vmm-topology"])
    words = [options.file] + (["--stretch"] if options.stretch else [])
    words += ["--nodes"] if options.nodes else []
    words += ["--graphml=" + options.graphml] if options.graphml else []
    words += ["--us_per_km=" + options.us_per_km] if options.us_per_km else []
    return subprocess.run([os.path.join(BUILD, "vmm-topology")] + words, check=False).returncode


def do_compare(options):
    """Runs schemes over seeds and settings, and compares them."""
    # Wrong input is told before anything is installed or built.
    comparison = plan.make(options.scenario, options.schemes, options.seeds, options.sweep,
                           options.set, options.first_seed or 1)
    made = comparing.Comparing(comparison, options.out, options.force, options.jobs,
                               options.profile)
    if not options.no_build:
        packages.setup(options.no_install)
        building.build(["vm-mobility-scenario"])
    return made.run()


def do_doc(options):
    """Makes the manual and the API reference."""
    packages.setup(options.no_install)
    return documenting.document()


def do_list(_):
    """Lists scenarios and schemes."""
    listing.show()
    return 0


def parser():
    """The whole command line."""
    top = Parser(prog="vmm", description="Sets up, builds, runs, plots and tests vm-mobility.",
                 epilog="Each command has its own --help. Status: 0 good; 1 a failure or an "
                        "outcome that was not the expected one; 2 bad input or set-up.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True,
                                  parser_class=Parser)

    def command(name, function, text):
        made = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        made.set_defaults(function=function)
        if name != "list":
            made.add_argument("--no-install", action="store_true",
                              help="when packages are missing print the command that installs "
                                   "them and stop with status 2")
        return made

    def scenario_options(made):
        made.add_argument("scenario", metavar="SCENARIO", help="a scenario folder, or its name")
        made.add_argument("--scheme", type=scheme, action=Once, metavar="NAME[:Option=Value]...",
                          help="the mobility scheme; default: the scenario's")
        made.add_argument("--seed", type=seed, action=Once, metavar="N",
                          help="the seed; default: the scenario's")
        made.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                          help="overrides a row of scenario.csv or sets an option of the scheme; "
                               "may be given many times")

    def comparison_options(made):
        made.add_argument("scenario", metavar="SCENARIO", help="a scenario folder, or its name")
        made.add_argument("--schemes", action=Once, required=True, metavar="NAME,NAME...",
                          help="the mobility schemes, with options as NAME:Option=Value:...")
        made.add_argument("--seeds", type=count, action=Once, required=True, metavar="N",
                          help="how many seeds, the same ones for every scheme")
        made.add_argument("--first-seed", type=seed, action=Once, metavar="N",
                          help="the first of them; default: 1")
        made.add_argument("--sweep", action="append", default=[], metavar="KEY=V1,V2,...",
                          help="compares at each of these values of a row of scenario.csv; given "
                               "many times: at every combination")
        made.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                          help="overrides a row of scenario.csv in all runs; may be given many "
                               "times")
        made.add_argument("--jobs", type=count, action=Once, metavar="N",
                          help="how many runs at once; default: as many as cores, or as the "
                               "profile says")
        made.add_argument("--profile", action=Once, metavar="NAME",
                          help="where runs are made: local (default), slurm, or a Snakemake "
                               "profile")
        made.add_argument("--out", action=Once, metavar="DIR",
                          help="the folder of results and runs; default: "
                               "results/SCENARIO/compare-HASH, and results/SCENARIO/runs")
        made.add_argument("--force", action="store_true",
                          help="replace the results of another comparison in DIR")
        made.add_argument("--no-build", action="store_true",
                          help="use the program in build/ as it is")

    command("setup", do_setup, "installs the missing packages of packages.txt with apt-get")
    command("build", do_build, "builds the library, the examples and the tests in build/"
            ).add_argument("--schemes", action=Once, metavar="DIR",
                           help="a folder with mobility schemes of your own, one file each, that "
                                "this and later builds take in; '' for none any more")
    scenario_options(command("check", do_check,
                             "checks a scenario and prints what it resolves to, runs nothing"))
    run = command("run", do_run, "runs a scenario and makes its plots and report; "
                                 "sets up and builds first")
    scenario_options(run)
    run.add_argument("--out", action=Once, metavar="DIR",
                     help="the output folder; default: results/SCENARIO/SCHEME/seed-N")
    run.add_argument("--force", action="store_true", help="replace an output folder that is there")
    run.add_argument("--pcap", action="store_true", help="write pcap files too")
    run.add_argument("--packets", action="store_true", help="write packets.csv too")
    command("plot", do_plot, "makes plots and report again from the traces of a run").add_argument(
        "results", metavar="RESULTS", nargs="+", help="the folder of a run's results")
    command("test", do_test, "sets up, builds and runs all tests").add_argument(
        "--filter", metavar="REGEX", help="only tests whose name matches")
    comparison_options(command("compare", do_compare,
                               "runs schemes over the same seeds and compares them: tables with "
                               "confidence intervals, plots, report; makes only missing runs"))
    command("bench", do_bench, "builds and runs the benchmarks").add_argument(
        "--filter", metavar="REGEX", help="only benchmarks whose name matches")
    command("validate", do_validate,
            "compares published results with ours and writes the table of doc/validation.md"
            ).add_argument("--filter", metavar="TEXT",
                           help="only groups of cases whose name contains this; writes no file")
    topology = command("topology", do_topology,
                       "says what a topology is (GraphML, HPCC, a scenario), and exports it")
    topology.add_argument("file", metavar="FILE", help="a file, or a scenario folder")
    topology.add_argument("--stretch", action="store_true",
                          help="stretch of the triangles over all triples of nodes")
    topology.add_argument("--nodes", action="store_true", help="list nodes and links")
    topology.add_argument("--graphml", action=Once, metavar="OUT", help="write it as GraphML")
    topology.add_argument("--us-per-km", action=Once, metavar="N",
                          help="propagation between positions; default: 5")
    command("doc", do_doc, "makes the manual and the API reference in build/doc; fails when there "
                           "is a warning or something public without a comment")
    command("list", do_list, "lists scenarios and schemes with a line each")
    return top


def main(words):
    """Does what the words ask for; returns the status."""
    try:
        options = parser().parse_args(words)
        return options.function(options)
    except building.BuildError as error:
        print(error.text, file=sys.stderr)
        say(str(error))
        return error.status
    except VmmError as error:
        say(str(error))
        return error.status
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return 2
