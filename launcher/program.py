# SPDX-License-Identifier: GPL-2.0-only
"""Starts build/vm-mobility-scenario and follows it.

The program's side of the agreement:
  --scenario=DIR --scheme=NAME[:Option=Value]... --seed=N --set=K1=V1,K2=V2 --out=DIR
  --force --pcap --packets --check --progress, and --schemes.
In --set a comma or backslash that belongs to a value has a backslash before it.
With --progress it writes lines "progress: SIMULATED_SECONDS DURATION_SECONDS" to standard error,
a few each second; the launcher draws them and passes on every other line.
The last line of standard output of a run is "output: DIR".
With --schemes it writes a line "NAME<tab>DESCRIPTION" for each scheme and ends.
Status: 0; 1 when a run's outcome is not the expected one or its books do not balance; 2 for bad
input, after one line on standard error.
"""

import os
import signal
import subprocess
import sys
import threading
import time

from launcher.common import PROGRAM, ROOT, StatusLine, VmmError, short


def find_scenario(name):
    """The folder of a scenario given as a path, a path in this project, or a bare name."""
    for folder in (name, os.path.join(ROOT, name), os.path.join(ROOT, "scenarios", name)):
        if name and os.path.isdir(folder):
            folder = short(folder)
            return folder if os.path.basename(folder).strip(".") else os.path.abspath(folder)
    raise VmmError(f"{name}: no such scenario folder (./vmm list shows those that come along)")


def join_settings(settings):
    """Settings KEY=VALUE as one word for --set."""
    for setting in settings:
        key, equals, _ = setting.partition("=")
        if not equals or not key.strip():
            raise VmmError(f"--set {setting}: found no KEY=VALUE")
    return ",".join(s.replace("\\", "\\\\").replace(",", "\\,") for s in settings)


def arguments(scenario, scheme=None, seed=None, settings=(), out=None, flags=()):
    """The command that runs the program."""
    command = [PROGRAM, "--scenario=" + scenario]
    if scheme:
        command.append("--scheme=" + scheme)
    if seed is not None:
        command.append("--seed=" + str(seed))
    if settings:
        command.append("--set=" + join_settings(settings))
    if out:
        command.append("--out=" + out)
    return command + ["--" + flag for flag in flags]


def duration(seconds):
    """Seconds as a reader likes them: 8 s, 3 min 05 s, 2 h 10 min."""
    seconds = int(round(seconds))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def progress_text(simulated, total, wall):
    """The progress line, or None when the numbers make no sense."""
    if not 0 <= simulated <= total or total <= 0:
        return None
    share = simulated / total
    left = duration(wall * (1 - share) / share) if share > 0.01 else "?"
    return (f"simulated {simulated:.1f} of {total:g} s  {100 * share:3.0f} %  "
            f"wall {duration(wall)}  left about {left}")


def _follow_errors(stream, status_line, started):
    for line in stream:
        words = line.split()
        if len(words) == 3 and words[0] == "progress:":
            try:
                text = progress_text(float(words[1]), float(words[2]), time.monotonic() - started)
            except ValueError:
                continue
            if text:
                status_line.show(text)
        else:
            status_line.clear()
            sys.stderr.write(line)
            sys.stderr.flush()


def follow(command):
    """Runs the program, passes its output on, draws its progress. Returns (status, folder)."""
    status_line = StatusLine()
    if status_line.active:
        command = command + ["--progress"]
    started = time.monotonic()
    folder = None
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace") as process:
        errors = threading.Thread(target=_follow_errors,
                                  args=(process.stderr, status_line, started))
        errors.start()
        try:
            for line in process.stdout:
                if line.startswith("output: "):
                    folder = line[len("output: "):].rstrip("\n")
                else:
                    status_line.clear()
                    sys.stdout.write(line)
                    sys.stdout.flush()
            status = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            raise
        finally:
            errors.join()
            status_line.clear()
    if status < 0:
        raise VmmError(f"the simulation was ended by {signal.Signals(-status).name}", 1)
    return status, folder
