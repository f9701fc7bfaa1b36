# SPDX-License-Identifier: GPL-2.0-only
"""Installs what packages.txt names and the machine lacks, with apt-get."""

import os
import shutil
import subprocess

from launcher.common import ROOT, VmmError, quote, say

LIST = os.path.join(ROOT, "packages.txt")


def wanted(path=None):
    """The package names of the list: one a line, # starts a comment."""
    names = []
    with open(path or LIST, encoding="ascii") as lines:
        for line in lines:
            names += line.split("#", 1)[0].split()
    return names


def missing(names):
    """Those of names that dpkg does not report as installed; none on a system without dpkg."""
    if not shutil.which("dpkg-query"):
        return []
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"] + names,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    installed = set()
    for line in answer.stdout.splitlines():
        name, _, status = line.partition(" ")
        if status == "installed":
            installed.add(name)
    return [name for name in names if name not in installed]


def install_command(names):
    """The apt-get command, with sudo for a user who is not root."""
    command = ["apt-get", "install", "-y", "--no-install-recommends"] + names
    return command if os.geteuid() == 0 else ["sudo"] + command


def setup(no_install=False):
    """Installs missing packages. Raises VmmError when that is not allowed or does not work."""
    if not shutil.which("dpkg-query"):
        say("no dpkg here: make sure that you have what packages.txt names")
        return
    names = missing(wanted())
    if not names:
        return
    command = install_command(names)
    if no_install:
        raise VmmError("packages are missing; install them with: " + quote(command))
    if command[0] == "sudo" and not shutil.which("sudo"):
        raise VmmError("packages are missing and there is no sudo; as root run: "
                       + quote(command[1:]))
    if not shutil.which("apt-get"):
        raise VmmError("packages are missing and there is no apt-get: " + " ".join(names))
    say("installing " + " ".join(names))
    prefix = command[: command.index("apt-get")]
    if prefix:
        prefix = ["sudo", "DEBIAN_FRONTEND=noninteractive"]
        command = prefix + command[1:]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    # Without a current index the installation may still work, so only its result counts.
    subprocess.run(prefix + ["apt-get", "-qq", "update"], env=environment, check=False)
    done = subprocess.run(command + ["-qq"], env=environment, check=False)
    left = missing(names)
    if done.returncode != 0 or left:
        raise VmmError("apt-get could not install " + " ".join(left or names))
