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


def _configured(options):
    """Whether build/ is configured with these options."""
    cache = os.path.join(BUILD, "CMakeCache.txt")
    if not os.path.exists(os.path.join(BUILD, "build.ninja")) or not os.path.exists(cache):
        return False
    with open(cache, encoding="utf-8", errors="replace") as lines:
        text = lines.read()
    for option in options:
        key, _, value = option.partition("=")
        found = re.search("^" + re.escape(key) + r":\w+=(.*)$", text, re.MULTILINE)
        if not found or found.group(1) != value:
            return False
    return True


def build(targets=(), options=(), keep_going=False):
    """Builds targets (all when empty) after configuring with options like VMM_BENCH=ON.

    Returns what the compiler and ninja wrote. Raises VmmError (status 1) when it fails."""
    for tool in ("cmake", "ninja"):
        if not shutil.which(tool):
            raise VmmError(tool + " is not installed")
    with locked(), open(LOG, "w", encoding="utf-8") as log:
        steps = []
        if not _configured(options):
            say("configuring build/")
            steps.append(["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja"]
                         + ["-D" + option for option in options])
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
