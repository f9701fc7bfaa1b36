# SPDX-License-Identifier: GPL-2.0-only
"""What the result of a run depends on: the scenario's files, the settings, the seed, the build."""

import contextlib
import csv
import glob
import hashlib
import os
import re

from launcher.common import BUILD, PROGRAM, VmmError
from launcher.compare.plan import digest

# Counts up when results of the same program would have to be made anew all the same.
FORM = 1

# Files of a scenario folder that a run cannot depend on.
PROSE = re.compile(r"\.|README|.*(~|\.md|\.pyc)$")


# Where files are looked for that are not in the scenario's folder.
DISTRIBUTIONS = "../distributions/"


def file_hash(path):
    """Hexadecimal SHA-256 of a file's bytes."""
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            whole.update(block)
    return whole.hexdigest()


def own_files(folder):
    """The files of a scenario folder, at any depth, as sorted relative paths."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not PROSE.match(name) and name != "__pycache__"]
        found += [os.path.relpath(os.path.join(place, name), folder)
                  for name in names if not PROSE.match(name)]
    return sorted(found)


def entries(folder):
    """The names in a folder; none when there is no such one."""
    return set(os.listdir(folder)) if os.path.isdir(folder) else set()


def names_in(text):
    """Whatever in a text in CSV, or in a setting, may be the name of a file, blanks included."""
    fields = {text.partition("=")[2]}
    with contextlib.suppress(csv.Error):
        for row in csv.reader(text.splitlines()):
            fields.update(row)
    found = set(re.split(r"[\s,;:=\"]+", text))
    for field in fields:
        found.update(part.strip() for part in [field, field.partition("=")[2],
                                               *re.split("[;:=]", field)])
    return found


def referred(folder, texts):
    """Files that a field of one of the texts names, as paths relative to the folder."""
    places = {"": entries(folder), DISTRIBUTIONS: entries(os.path.join(folder, DISTRIBUTIONS))}
    found = set()
    for text in texts:
        for word in names_in(text):
            # A distribution is named without its .csv, and may be among those that come along.
            found.update(place + name for place, names in places.items()
                         for name in (word, word + ".csv") if name in names)
            if "/" in word and len(word) < 4096 and "\0" not in word:
                found.add(word)
    return {os.path.normpath(name) for name in found if os.path.isfile(os.path.join(folder, name))}


class ScenarioFiles:
    """The files of a scenario as they are now."""

    def __init__(self, folder):
        self._folder = folder
        self._names = set(own_files(folder))
        self._hashes = {}
        texts = []
        for name in self._names:
            if name.endswith(".csv"):
                # As Python reads the names in a folder, whatever bytes they have.
                with open(os.path.join(folder, name), encoding="utf-8",
                          errors="surrogateescape") as file:
                    texts.append(file.read())
        self._names |= referred(folder, texts)

    def hash(self, settings=()):
        """A hash over the names and bytes of the folder's files, and of all that they and the
        settings refer to."""
        try:
            return digest([[name, self._file(name)]
                           for name in sorted(self._names | referred(self._folder, settings))])
        except OSError as error:
            raise VmmError(f"{error.filename}: cannot be read: {error.strerror}") from error

    def _file(self, name):
        if name not in self._hashes:
            self._hashes[name] = file_hash(os.path.join(self._folder, name))
        return self._hashes[name]


def build_hash():
    """A hash over the program and the libraries that were built with it."""
    files = [PROGRAM] + sorted(glob.glob(os.path.join(BUILD, "*.so")))
    try:
        return digest([[os.path.basename(path), file_hash(path)] for path in files])
    except OSError as error:
        raise VmmError(f"{error.filename}: cannot be read: {error.strerror}", 1) from error


def run_key(files, build, case, settings):
    """What a result must have been made from to count: 32 hexadecimal digits.

    files and build are what ScenarioFiles.hash and build_hash said."""
    return digest([FORM, files, build, case.scheme, list(settings), case.seed], 32)
