#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tells Snakemake how a Slurm job fares: status.py JOB prints running, success or failed."""

import re
import subprocess
import sys
import time

ALIVE = ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED", "RESIZING", "REQUEUED",
         "REQUEUE_HOLD", "REQUEUE_FED", "SIGNALING", "STAGE_OUT", "STOPPED")
TRIES = 4  # the accounting learns of a job a moment after sbatch has returned


def output(*command):
    """What a command prints; nothing when it fails or is not there."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def state(job):
    """The job's state in Slurm's words; empty when nobody knows it."""
    # The controller knows every job of the last minutes; the accounting, where there is one, all.
    found = re.search(r"JobState=([A-Z_]+)", output("scontrol", "-o", "show", "job", job))
    if found:
        return found.group(1)
    words = output("sacct", "-X", "-n", "-P", "-o", "State", "-j", job).split()
    return words[0].rstrip("+") if words else ""


def verdict(job):
    """running, success or failed. A job that nobody knows is lost: its run is simply made again."""
    for attempt in range(TRIES):
        word = state(job)
        if word == "COMPLETED":
            return "success"
        if word in ALIVE:
            return "running"
        if word:
            return "failed"
        if attempt + 1 < TRIES:
            time.sleep(2)
    return "failed"


if __name__ == "__main__":
    print(verdict(sys.argv[1].split(";")[0]))
