# SPDX-License-Identifier: GPL-2.0-only
"""What every part of the launcher shares: the project's folder, the one-line error, the status line."""

import os
import shlex
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
BUILD = os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "vm-mobility-scenario")

# Debian's own Python: the one for which apt-get installs matplotlib and pandas. The first
# "python3" on PATH may be another.
PYTHON = "/usr/bin/python3"


class VmmError(Exception):
    """Ends the launcher with one line on standard error and a status (2: bad input or set-up)."""

    def __init__(self, message, status=2):
        super().__init__(message)
        self.status = status


def say(message):
    """Tells the user on standard error what is being done."""
    print("vmm: " + message, file=sys.stderr, flush=True)


def quote(command):
    """The command as one may type it in a shell."""
    return " ".join(shlex.quote(word) for word in command)


def short(path):
    """The shortest way to write a path: from here or from the root."""
    return min(os.path.relpath(path), os.path.abspath(path), key=len)


class StatusLine:
    """One line of a terminal that is written over and over; nothing at all without a terminal."""

    def __init__(self, stream=None):
        self._stream = stream or sys.stderr
        self.active = self._stream.isatty()
        self._shown = False

    def show(self, text):
        """Replaces the line by text, cut to the width of the terminal."""
        if self.active:
            width = shutil.get_terminal_size((80, 24)).columns
            self._stream.write("\r\033[K" + text[: width - 1])
            self._stream.flush()
            self._shown = True

    def clear(self):
        """Removes the line, so that ordinary output can follow."""
        if self._shown:
            self._stream.write("\r\033[K")
            self._stream.flush()
            self._shown = False
