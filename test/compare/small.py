# SPDX-License-Identifier: GPL-2.0-only
"""A scenario whose run takes a fraction of a second, and the command that compares on it."""

import os
import subprocess
import tempfile
import time
import unittest

from launcher.common import PYTHON, ROOT

FILES = {
    "scenario.csv": """key,value
fabric,leaf-spine
leaves,3
spines,2
servers,1
duration,2s
scheme,host-route
transfer,fluid
""",
    "vms.csv": """vm,nve,memory,dirty_rate
web,server-0-0,4MiB,1MiB/s
client,server-1-0,4MiB,
""",
    "traffic.csv": """flow,from,to,application,start,stop,period,packet_size
probe,client,web,udp-probe,500ms,1500ms,5ms,100B
back,web,client,udp-probe,500ms,1500ms,5ms,100B
""",
    "moves.csv": """migration,time,vm,to
first,1s,web,server-2-0
""",
    "README.md": "# Small\n\nFor a test.\n",
}


def write(folder, name, text):
    """A file of a folder that is made when it is not there."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(text)


def read(*path):
    """The bytes of a file."""
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def command(*words):
    """./vmm compare without set-up and build."""
    return [PYTHON, "-B", "-m", "launcher.compare"] + list(words)


def environment(**more):
    """What that command needs."""
    return dict(os.environ, PYTHONPATH=ROOT, PYTHONDONTWRITEBYTECODE="1", **more)


class SmallScenario(unittest.TestCase):
    """Each class has a folder of its own with the scenario in it."""

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="vmm compare ")  # the blank is meant
        cls.addClassCleanup(cls.holder.cleanup)
        cls.top = cls.holder.name
        cls.scenario = os.path.join(cls.top, "small")
        for name, text in FILES.items():
            write(cls.scenario, name, text)

    def path(self, *words):
        """A path in the folder."""
        return os.path.join(self.top, *words)

    def wait(self, condition):
        """Waits until something is so; fails after two minutes."""
        end = time.monotonic() + 120
        while not condition():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.02)

    def compare(self, *words, **more):
        """Runs the command; returns the finished process."""
        return subprocess.run(command(*words), cwd=self.top, env=environment(**more),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
