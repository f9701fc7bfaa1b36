# SPDX-License-Identifier: GPL-2.0-only
"""The folder of all runs: which results count, and how one takes its place in an instant.

    RUNS/SCHEME-HASH/seed-N/            the result of a run, as the program writes it
    RUNS/SCHEME-HASH/seed-N/KEY.stamp   what it was made from; it counts for this key alone
    RUNS/SCHEME-HASH/.seed-N.HOST.PID   a result that is being made
    RUNS/SCHEME-HASH/seed-N.failed      why there is none
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import socket

from launcher.common import say


def stamp_path(place, key):
    """The stamp of a run's result, below the folder of all runs."""
    return f"{place}/{key}.stamp"


def split_stamp(path):
    """(place, key) of a stamp's path below the folder of all runs."""
    place, name = os.path.split(path)
    return place, os.path.splitext(name)[0]


def counts(runs, place, key):
    """Whether the result at a place was made from what the key stands for."""
    return os.path.isfile(os.path.join(runs, stamp_path(place, key)))


def failure_path(runs, place):
    """The file that says why a run failed."""
    return os.path.join(runs, place + ".failed")


def write_failure(runs, place, failure):
    """Says why a run failed: a dictionary."""
    path = failure_path(runs, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(failure, file)
    os.replace(path + ".part", path)


def read_failure(runs, place, key):
    """Why the run with this key failed; None when nobody said."""
    try:
        with open(failure_path(runs, place), encoding="utf-8") as file:
            failure = json.load(file)
    except (OSError, ValueError):
        return None
    return failure if failure.get("key") == key else None


def forget_failure(runs, place):
    """Removes what an earlier attempt said."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(failure_path(runs, place))


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def remove_leftovers(runs, variant):
    """Removes what killed attempts at runs of a variant on this machine have left."""
    folder = os.path.join(runs, variant)
    mine = re.compile(r"\.seed-\d+\." + re.escape(socket.gethostname()) + r"\.(\d+)")
    for entry in os.listdir(folder) if os.path.isdir(folder) else []:
        found = mine.fullmatch(entry)
        if found and not _is_alive(int(found.group(1))):
            shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)


def work_path(runs, place):
    """A folder of this process beside the place, for a result that is being made."""
    folder, name = os.path.split(os.path.join(runs, place))
    return os.path.join(folder, f".{name}.{socket.gethostname()}.{os.getpid()}")


def commit(runs, place, key, result, stamp):
    """Puts a finished result in its place, in the stead of an older one."""
    with open(os.path.join(result, key + ".stamp"), "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=2, sort_keys=True)
        file.write("\n")
    final = os.path.join(runs, place)
    old = work_path(runs, place) + "/old"
    os.makedirs(os.path.dirname(old), exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        os.rename(final, old)
    os.rename(result, final)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def locked(runs):
    """One comparison at a time makes or reads runs in a folder. Yields the lock's file descriptor.

    A process that inherits it keeps the lock; it ends with the last of them, however they end."""
    os.makedirs(runs, exist_ok=True)
    with open(os.path.join(runs, ".lock"), "a", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another comparison with runs in " + runs)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()
