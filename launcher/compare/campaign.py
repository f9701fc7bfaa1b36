# SPDX-License-Identifier: GPL-2.0-only
"""Lets Snakemake make the runs that are missing, and shows how far it is."""

import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import threading
import time

from launcher.common import PYTHON, StatusLine, VmmError, say
from launcher.compare import store
from launcher.program import duration

HERE = os.path.dirname(os.path.abspath(__file__))
PROFILES = os.path.join(HERE, "profiles")
SNAKEFILE = os.path.join(HERE, "Snakefile")
GRACE = 20  # seconds that Snakemake and the runs have to end when they are asked to


def cores():
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def profile_folder(name):
    """What Snakemake's --profile gets: one of ours, a folder, or a name that Snakemake knows."""
    if name in (None, "local"):
        return None
    for folder in (os.path.join(PROFILES, name), name):
        if os.path.isfile(os.path.join(folder, "config.yaml")):
            return os.path.abspath(folder)
    homes = [os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "/etc/xdg"]
    for home in homes:
        folder = os.path.join(home, "snakemake", name)
        if os.path.isfile(os.path.join(folder, "config.yaml")):
            return folder
    ours = ["local"] + sorted(os.listdir(PROFILES))
    raise VmmError(f"--profile: found '{name}', expected one of {', '.join(ours)} or a folder with "
                   "a config.yaml for Snakemake")


def command(runs, plan_path, jobs=None, profile=None):
    """The Snakemake command; the plan file lies in the folder of runs."""
    words = [PYTHON, "-m", "snakemake", "--snakefile", SNAKEFILE, "--directory", runs,
             # Only the name: Snakemake reads the value as YAML, in which a path may mean anything.
             "--config", "plan=" + os.path.basename(plan_path), "--log-handler-script",
             os.path.join(HERE, "events.py"), "--keep-going",
             # Results take their places whole and stamps carry hashes, so that neither time stamps
             # nor Snakemake's own notes about interrupted jobs decide; our lock ends with us.
             "--rerun-triggers", "mtime", "--ignore-incomplete", "--drop-metadata", "--nolock",
             "--scheduler", "greedy", "--nocolor"]
    if profile:
        return words + ["--profile", profile] + (["--jobs", str(jobs)] if jobs else [])
    return words + ["--cores", str(jobs or cores()), "--latency-wait", "5"]


def progress_text(done, total, wall):
    """How far the runs are: 12 of 40 runs  30 %  wall 5 s  left about 12 s."""
    left = duration(wall * (total - done) / done) if done else "?"
    return (f"{done} of {total} runs  {100 * done / total:3.0f} %  wall {duration(wall)}  "
            f"left about {left}")


class Progress:
    """Shows events: a line that is written over on a terminal, else a line per tenth done."""

    def __init__(self, total, failed):
        self._total = total
        self._failed = failed  # called with a stamp's path
        self._line = StatusLine()
        self._started = time.monotonic()
        self._tenth = 0
        self._done = 0
        self.errors = []

    def take(self, event):
        """One event of events.py."""
        if "done" in event:
            self._done = min(event["done"], self._total)
            self.show()
        for path in event.get("failed", []):
            self._line.clear()
            self._failed(path)
            self.show()
        if "error" in event:
            self.errors.append(event["error"])

    def show(self):
        """Draws the line anew."""
        text = progress_text(self._done, self._total, time.monotonic() - self._started)
        self._line.show(text)
        tenth = 10 * self._done // self._total
        if not self._line.active and tenth > self._tenth:
            self._tenth = tenth
            say(text)

    def mute(self):
        """What fails from now on fails because we end it."""
        self._failed = lambda path: None

    def close(self):
        """Takes the line away."""
        self._line.clear()


def _listen(stream, progress):
    """Takes events until all writers are gone."""
    with stream:
        for line in stream:
            try:
                progress.take(json.loads(line))
            except ValueError:
                continue


def _descendants(pid):
    """A process and all that it has started."""
    found = [pid]
    for parent in found:
        # A child is listed under the thread that has started it, and Snakemake has many.
        for path in glob.glob(f"/proc/{parent}/task/*/children"):
            with contextlib.suppress(OSError), open(path, encoding="ascii") as children:
                found += [int(child) for child in children.read().split()]
    return found


def _take_interrupts():
    """In the process to be: takes interrupts even if we are a shell's job in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _send(number, pids):
    """A signal to those of some processes that are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _end(process):
    """Ends Snakemake and the runs here, and lets it cancel those on a cluster."""
    _send(signal.SIGINT, _descendants(process.pid))
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        _send(signal.SIGKILL, _descendants(process.pid))


def make_runs(runs, plan_path, targets, failed, jobs=None, profile=None):
    """Makes the runs of a plan file; failed(stamp) is called for those that fail.

    Raises VmmError when Snakemake itself does not work."""
    log = os.path.join(runs, "snakemake.log")
    reader, writer = os.pipe()
    environment = dict(os.environ, VMM_COMPARE_EVENTS=str(writer), PYTHONDONTWRITEBYTECODE="1",
                       XDG_CACHE_HOME=os.path.join(runs, ".snakemake", "cache"))
    environment.pop("SNAKEMAKE_PROFILE", None)
    progress = Progress(len(targets), failed)
    progress.show()
    with store.locked(runs) as lock, open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(command(runs, plan_path, jobs, profile), stdout=output,
                                   stderr=output, stdin=subprocess.DEVNULL, env=environment,
                                   pass_fds=(lock, writer), preexec_fn=_take_interrupts)
        os.close(writer)
        listener = threading.Thread(target=_listen, daemon=True,
                                    args=(os.fdopen(reader, encoding="utf-8"), progress))
        listener.start()
        try:
            status = process.wait()
        except BaseException:
            progress.mute()
            _end(process)
            raise
        finally:
            listener.join(5)
            progress.close()
    if status != 0 and not any(store.read_failure(runs, *store.split_stamp(target))
                               or store.counts(runs, *store.split_stamp(target))
                               for target in targets):
        why = "".join(progress.errors[:1]).strip().splitlines() or [f"status {status}"]
        raise VmmError(f"Snakemake failed: {why[0]} (see {log})", 1)
    shutil.rmtree(os.path.join(runs, ".snakemake", "cache"), ignore_errors=True)
