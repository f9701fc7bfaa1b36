# SPDX-License-Identifier: GPL-2.0-only
"""The launcher from outside: a copy of it in a temporary project with stubs for every tool."""

import os
import pty
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

DPKG = r"""#!/bin/sh
# Prints what the file "installed" of the project lists, in dpkg-query's form.
while IFS= read -r name; do echo "$name installed"; done < "$STUB/installed"
"""

APT = r"""#!/bin/sh
echo "apt-get $*" >> "$STUB/log"
case "$*" in *"install"*) [ -e "$STUB/apt-fails" ] && exit 100
  echo "one" > "$STUB/installed"; echo "two" >> "$STUB/installed";; esac
exit 0
"""

CMAKE = r"""#!/bin/sh
echo "cmake $*" >> "$STUB/log"
while [ $# -gt 0 ]; do [ "$1" = -B ] && build="$2"; shift; done
mkdir -p "$build"; touch "$build/build.ninja"; : > "$build/CMakeCache.txt"
"""

NINJA = r"""#!/bin/sh
echo "ninja $*" >> "$STUB/log"
[ -e "$STUB/ninja-fails" ] && { echo "[1/2] Building CXX object x.o"; echo "x.cc:1:2: error: bad"; exit 1; }
echo "[2/2] Linking x"
while [ $# -gt 0 ]; do [ "$1" = -C ] && build="$2"; shift; done
cp "$STUB/scenario-program" "$build/vm-mobility-scenario"
chmod +x "$build/vm-mobility-scenario"
"""

PROGRAM = r"""#!/usr/bin/python3
import os, sys
stub = os.environ["STUB"]
open(stub + "/arguments", "w").write("\n".join(sys.argv[1:]))
mode = open(stub + "/mode").read().strip()
if "--schemes" in sys.argv:
    print("host-route\tHost routes.\nideal\tThe bound.")
    sys.exit(0)
if mode == "bad-input":
    print("scenario.csv:2:1: found foo, expected a key", file=sys.stderr)
    sys.exit(2)
if mode == "killed":
    os.kill(os.getpid(), 11)
if "--check" in sys.argv:
    print("the plan")
    sys.exit(0)
if "--progress" in sys.argv:
    print("progress: 1.5 3", file=sys.stderr)
    print("progress: junk 3", file=sys.stderr)
print("a warning of the program", file=sys.stderr)
print("a line of the program")
out = next((a[6:] for a in sys.argv if a.startswith("--out=")), "results/s/host-route/seed-1")
os.makedirs(out, exist_ok=True)
with open(out + "/summary.csv", "w") as f:
    f.write("metric,unit,value\nmoves_planned,,2\nmoves_completed,,1\ndowntime_mean,s,0.3\n"
            "outage_mean,s,0.3125\noutage_max,s,0.4\nlost_packets,,12\nlost_early,,2\n"
            "lost_vm-stopped,,10\nlost_ttl,,0\ntriangle_packets,,7\ntriangle_time_max,s,\n"
            "hop_stretch_mean,,1.25\nhop_stretch_max,,1.5\ndelay_stretch_max,,1.4\n")
print("output: " + out)
sys.exit(1 if mode == "unexpected" else 0)
"""

REPORT = """import sys
print("made a report")
open(sys.argv[1] + "/report.html", "w").write("<html></html>")
"""


class Launcher(unittest.TestCase):
    """A project with two packages, one scenario, and stubs instead of apt, cmake and ninja."""

    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="vmm test ")  # the blank is meant
        self.addCleanup(shutil.rmtree, self.top)
        self.root = os.path.join(self.top, "project")
        self.stub = os.path.join(self.top, "stub")
        self.work = os.path.join(self.top, "elsewhere")
        for folder in (self.stub, self.work, self.root + "/scenarios/small",
                       self.root + "/scenarios/plot"):
            os.makedirs(folder)
        shutil.copy(os.path.join(ROOT, "vmm"), self.root)
        shutil.copytree(os.path.join(ROOT, "launcher"), os.path.join(self.root, "launcher"),
                        ignore=shutil.ignore_patterns("__pycache__"))
        self.write("project/packages.txt", "one\n# a comment\ntwo # why\n")
        self.write("project/scenarios/small/scenario.csv", "key,value\n")
        self.write("project/scenarios/small/README.md",
                   "# Small\n\nTwo hosts and\na router. More.\n\nRest.\n")
        self.write("project/scenarios/plot/report.py", REPORT)
        self.write("stub/installed", "one\ntwo\n")
        self.write("stub/mode", "good")
        self.write("stub/log", "")
        self.write("stub/scenario-program", PROGRAM)
        for name, text in (("dpkg-query", DPKG), ("apt-get", APT), ("cmake", CMAKE),
                           ("ninja", NINJA), ("sudo", '#!/bin/sh\nexec env "$@"\n')):
            self.write("stub/" + name, text)
            path = os.path.join(self.stub, name)
            os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def write(self, path, text):
        with open(os.path.join(self.top, path), "w", encoding="ascii") as out:
            out.write(text)

    def read(self, path):
        with open(os.path.join(self.top, path), encoding="ascii") as text:
            return text.read()

    def environment(self):
        return dict(os.environ, STUB=self.stub, PATH=self.stub + ":/usr/bin:/bin")

    def vmm(self, *words, cwd=None):
        return subprocess.run([self.root + "/vmm"] + list(words), cwd=cwd or self.work,
                              env=self.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)

    def one_line(self, done, expected):
        """The run ended with status 2 and one line that holds expected."""
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(expected, done.stderr)

    def test_run_prints_report_and_five_lines(self):
        done = self.vmm("run", "small")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(), [
            "a line of the program",
            "report: results/s/host-route/seed-1/report.html",
            "moves completed   1 of 2",
            "outage            mean 0.312 s, largest 0.400 s (hypervisor downtime 0.300 s)",
            "losses            12 packets (vm-stopped 10, early 2)",
            "triangle packets  7",
            "stretch           hops mean 1.250, largest 1.500; delay largest 1.400"])
        self.assertIn("a warning of the program", done.stderr)
        self.assertNotIn("progress", done.stderr)
        self.assertTrue(os.path.exists(self.work + "/results/s/host-route/seed-1/report.html"))

    def test_run_passes_everything_on(self):
        done = self.vmm("run", self.root + "/scenarios/small/", "--scheme",
                        "host-route:Redirect=Path:Optimize=None", "--seed", "7", "--set", "a=b,c",
                        "--set", "d=e\\f", "--out", "o", "--force", "--pcap", "--packets")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.read("stub/arguments").split("\n"), [
            "--scenario=../project/scenarios/small",
            "--scheme=host-route:Redirect=Path:Optimize=None", "--seed=7",
            "--set=a=b\\,c,d=e\\\\f", "--out=o", "--force", "--pcap", "--packets"])

    def test_scenario_is_found_from_anywhere(self):
        for cwd, name in ((self.root, "scenarios/small"), (self.work, "scenarios/small"),
                          (self.work, "small"), (self.root + "/scenarios/small", ".")):
            with self.subTest(cwd=cwd, name=name):
                self.assertEqual(self.vmm("check", name, cwd=cwd).returncode, 0)
                self.assertIn("small", self.read("stub/arguments").split("\n")[0])

    def test_check_runs_nothing(self):
        done = self.vmm("check", "small", "--seed", "3")
        self.assertEqual((done.returncode, done.stdout), (0, "the plan\n"))
        self.assertIn("--check", self.read("stub/arguments"))

    def test_unexpected_outcome_still_reports(self):
        self.write("stub/mode", "unexpected")
        done = self.vmm("run", "small")
        self.assertEqual(done.returncode, 1)
        self.assertIn("report: ", done.stdout)

    def test_bad_scenario_is_one_line_and_status_2(self):
        self.write("stub/mode", "bad-input")
        self.vmm("build")
        done = self.vmm("run", "small")
        self.one_line(done, "scenario.csv:2:1: found foo, expected a key")

    def test_crash_is_told(self):
        self.write("stub/mode", "killed")
        done = self.vmm("run", "small")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the simulation was ended by SIGSEGV", done.stderr)

    def test_bad_input_is_told_before_any_work(self):
        self.write("stub/installed", "one\n")
        for words, expected in (
                (("run", "nowhere"), "nowhere: no such scenario"),
                (("run", ""), "no such scenario"),
                (("build", "--schemes", "nowhere"),
                 "--schemes: found no folder 'nowhere', expected one with schemes"),
                (("run",), "SCENARIO"),
                (("run", "small", "--seed", "0"), "found '0', expected a number"),
                (("run", "small", "--seed", "-4"), "--seed"),
                (("run", "small", "--seed", "1", "--seed", "2"), "given twice"),
                (("run", "small", "--set", "novalue"), "found no KEY=VALUE"),
                (("run", "small", "--set", "=3"), "found no KEY=VALUE"),
                (("run", "small", "--scheme", "a b"), "expected NAME[:Option=Value]"),
                (("run", "small", "--scheme", "x:y"), "expected NAME[:Option=Value]"),
                (("run", "small", "--frob"), "--frob"),
                (("run", "small", "--forc"), "--forc"),
                (("compare", "small", "--schemes", "ideal", "--seeds", "1"), "expected 2 or more"),
                (("compare", "small", "--seeds", "2"), "--schemes"),
                (("compare", "nowhere", "--schemes", "ideal", "--seeds", "2"), "no such scenario"),
                (("fly",), "invalid choice: 'fly'"),
                ((), "COMMAND")):
            with self.subTest(words=words):
                self.one_line(self.vmm(*words), expected)
        self.assertEqual(self.read("stub/log"), "")

    def test_plot_wants_results(self):
        self.one_line(self.vmm("plot", self.work), "found no summary.csv")

    def test_plot_again(self):
        self.vmm("run", "small", "--out", "o")
        os.unlink(self.work + "/o/report.html")
        done = self.vmm("plot", "o")
        self.assertEqual((done.returncode, done.stdout), (0, "report: o/report.html\n"))

    def test_no_install_prints_the_command(self):
        self.write("stub/installed", "two\n")
        done = self.vmm("run", "small", "--no-install")
        self.one_line(done, "apt-get install -y --no-install-recommends one")
        self.assertEqual(self.read("stub/log"), "")

    def test_missing_packages_are_installed_and_named(self):
        self.write("stub/installed", "two\n")
        done = self.vmm("setup")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("vmm: installing one\n", done.stderr)
        self.assertEqual(self.read("stub/log").splitlines(),
                         ["apt-get -qq update",
                          "apt-get install -y --no-install-recommends one -qq"])

    def test_nothing_missing_asks_no_apt(self):
        self.assertEqual(self.vmm("setup").returncode, 0)
        self.assertEqual(self.read("stub/log"), "")

    def test_failed_installation_is_one_error(self):
        self.write("stub/installed", "two\n")
        self.write("stub/apt-fails", "")
        done = self.vmm("setup")
        self.assertEqual(done.returncode, 2)
        self.assertIn("apt-get could not install one", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root")
    def test_a_user_without_sudo_gets_the_command(self):
        self.write("stub/installed", "two\n")
        subprocess.run(["chmod", "-R", "a+rwX", self.top], check=True)
        command = [shutil.which("setpriv"), "--reuid=65534", "--clear-groups", self.root + "/vmm", "setup"]
        user = subprocess.run(command, cwd=self.work, env=self.environment(), check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(user.returncode, 0, user.stderr)
        self.assertIn("apt-get install", self.read("stub/log"))
        self.write("stub/installed", "two\n")
        os.unlink(os.path.join(self.stub, "sudo"))
        self.write("stub/log", "")
        # The machine may have a sudo of its own: only the stubs and the tools they need are on PATH.
        for tool in ("sh", "env"):
            os.symlink(shutil.which(tool), os.path.join(self.stub, tool))
        user = subprocess.run(command, cwd=self.work, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              env=dict(self.environment(), PATH=self.stub))
        self.one_line(user, "as root run: apt-get install")
        self.assertEqual(self.read("stub/log"), "")

    def test_build_configures_once(self):
        self.assertEqual(self.vmm("build").returncode, 0)
        self.assertEqual(self.vmm("build").returncode, 0)
        log = self.read("stub/log")
        self.assertEqual((log.count("cmake "), log.count("ninja ")), (1, 2))

    def test_build_takes_a_folder_of_schemes(self):
        os.mkdir(os.path.join(self.work, "own schemes"))
        self.assertEqual(self.vmm("build", "--schemes", "own schemes").returncode, 0)
        folder = os.path.realpath(os.path.join(self.work, "own schemes"))
        self.assertIn("-DVMM_SCHEME_FOLDER=" + folder + "\n", self.read("stub/log"))
        self.assertEqual(self.vmm("build", "--schemes", "").returncode, 0)
        self.assertIn("-DVMM_SCHEME_FOLDER=\n", self.read("stub/log"))

    def test_renamed_project_is_configured_afresh(self):
        self.vmm("build")
        self.write("project/build/CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL=/somewhere/else\n")
        self.assertEqual(self.vmm("build").returncode, 0)
        self.assertEqual(self.read("stub/log").count("cmake --fresh -S "), 1)

    def test_failed_build_shows_the_error(self):
        self.write("stub/ninja-fails", "")
        done = self.vmm("run", "small")
        self.assertEqual(done.returncode, 1)
        self.assertIn("x.cc:1:2: error: bad", done.stderr)
        self.assertIn("the build failed", done.stderr)

    def test_list(self):
        done = self.vmm("list")
        self.assertEqual(done.stdout.splitlines()[:2],
                         ["Scenarios (./vmm run scenarios/NAME):", "  small  Two hosts and a router."])
        self.assertIn("known once the program is built", done.stdout)
        self.vmm("build")
        self.assertEqual(self.vmm("list").stdout.splitlines()[-2:],
                         ["  host-route  Host routes.", "  ideal       The bound."])

    def test_every_command_has_help(self):
        for name in "setup build check run plot test bench validate compare topology doc list".split():
            with self.subTest(name):
                done = self.vmm(name, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertIn("usage: vmm " + name, done.stdout)

    def test_bench_without_benchmarks(self):
        self.one_line(self.vmm("bench"), "there are no benchmarks")

    def test_test_ends_with_the_count(self):
        # No ctest and no tests here: the build counts, ctest fails.
        self.write("stub/ctest", "#!/bin/sh\necho broken\nexit 8\n")
        os.chmod(self.stub + "/ctest", 0o755)
        done = self.vmm("test")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.splitlines()[-2:], ["failed: ctest", "2 passed, 1 failed"])

    def test_progress_on_a_terminal_only(self):
        self.vmm("build")
        master, slave = pty.openpty()
        done = subprocess.run([self.root + "/vmm", "run", "small"], cwd=self.work, stderr=slave,
                              stdout=subprocess.PIPE, env=self.environment(), text=True, check=False)
        os.close(slave)
        shown = os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(done.returncode, 0)
        self.assertIn("simulated 1.5 of 3 s   50 %  wall", shown)
        self.assertIn("a warning of the program", shown)
        self.assertNotIn("junk", shown)
        self.assertNotIn("progress:", shown)


if __name__ == "__main__":
    sys.path.insert(0, ROOT)
    unittest.main()
