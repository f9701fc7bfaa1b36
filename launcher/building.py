# SPDX-License-Identifier: GPL-2.0-only
"""Configures and builds in build/ with cmake and ninja."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess

from launcher.common import BUILD, ROOT, StatusLine, VmmError, say

LOG = os.path.join(BUILD, "vmm-build.log")


def jobs():
    """How many compilers at once: a core each, and about 1.5 GiB of memory each."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, memory // (3 << 29)))


@contextlib.contextmanager
def locked():
    """Two launchers in one clone build one after the other."""
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, ".vmm-lock"), "w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another build in this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _run(command, log):
    """Runs command with its output in log; returns (status, output). Shows ninja's [n/m] lines."""
    status_line = StatusLine()
    output = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        for line in process.stdout:
            output.append(line)
            log.write(line)
            if re.match(r"\[\d+/\d+\]", line):
                status_line.show(line.rstrip())
    status_line.clear()
    return process.returncode, "".join(output)


def _cached():
    """The entries of build/CMakeCache.txt as {name: value}."""
    try:
        with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8",
                  errors="replace") as lines:
            return dict(re.findall(r"^(\w+):\w+=(.*)$", lines.read(), re.MULTILINE))
    except FileNotFoundError:
        return {}


def option(name):
    """The value of a variable with which build/ is configured; None if it has none."""
    return _cached().get(name)


def _configure_command(options):
    """The cmake command that configures build/ with these options; None when that is done."""
    entries = _cached()
    command = ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja"]
    moved = entries.get("CMAKE_HOME_DIRECTORY", ROOT) != ROOT
    if moved:
        command.insert(1, "--fresh")  # the project's folder was copied or renamed
    wanted = dict(option.split("=", 1) for option in options)
    if not moved and os.path.exists(os.path.join(BUILD, "build.ninja")) \
            and all(entries.get(key) == value for key, value in wanted.items()):
        return None
    return command + ["-D" + option for option in options]


def build(targets=(), options=(), keep_going=False):
    """Builds targets (all when empty) after configuring with options like VMM_BENCH=ON.

    Returns what the compiler and ninja wrote. Raises VmmError (status 1) when it fails."""
    for tool in ("cmake", "ninja"):
        if not shutil.which(tool):
            raise VmmError(tool + " is not installed")
    with locked(), open(LOG, "w", 1, "utf-8") as log:
        steps = []
        configure = _configure_command(options)
        if configure:
            say("configuring build/")
            steps.append(configure)
        ninja = ["ninja", "-C", BUILD, "-j", str(jobs())] + (["-k", "0"] if keep_going else [])
        steps.append(ninja + list(targets))
        output = ""
        for step in steps:
            status, output = _run(step, log)
            if status != 0:
                errors = [line for line in output.splitlines()
                          if not re.match(r"\[\d+/\d+\] (Building|Linking|Re-)", line)]
                raise BuildError("\n".join(errors[-60:]), output)
        return output


class BuildError(VmmError):
    """The build failed; the last lines of its output are in text, all of it in output."""

    def __init__(self, text, output):
        super().__init__("the build failed; all of its output is in " + LOG, 1)
        self.text = text
        self.output = output


def warnings(output):
    """The compiler's warning lines in a build's output."""
    return sorted(set(line for line in output.splitlines() if ": warning: " in line))
