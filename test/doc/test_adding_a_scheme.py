# SPDX-License-Identifier: GPL-2.0-only
"""The page about schemes of one's own: its commands as they stand, and its tables."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from launcher import building
from launcher.common import BUILD, ROOT
from test_tutorial import Session, pattern, steps


def read(*path):
    """A file of the project."""
    with open(os.path.join(ROOT, *path), encoding="utf-8") as text:
        return text.read()


class AddingAScheme(unittest.TestCase):
    """In a folder that looks like the project's; its examples/schemes is the build's own folder of
    schemes meanwhile, so that nothing comes into the project."""

    def build(self, folder, *targets):
        """Builds with the schemes of a folder besides those that come along."""
        building.build(targets, ["VMM_SCHEME_FOLDER=" + folder])

    def make_project(self):
        """Such a folder."""
        folder = tempfile.mkdtemp(prefix="vmm-scheme-")
        self.addCleanup(shutil.rmtree, folder)
        for name in ("vmm", "scenarios", "build"):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
        schemes = os.path.join(folder, "examples", "schemes")
        os.makedirs(schemes)
        shutil.copy(os.path.join(ROOT, "examples", "schemes", "anchor-scheme.cc"), schemes)
        return folder, schemes

    def test_every_command(self):
        before = building.option("VMM_SCHEME_FOLDER") or ""
        folder, schemes = self.make_project()
        self.addCleanup(self.build, before, "vm-mobility-scenario")
        self.build(schemes, "vm-mobility-scenario")
        session = Session(folder)
        commands = steps(read("doc", "adding-a-scheme.md"))
        self.assertGreaterEqual(len(commands), 6)
        for command, expected in commands:
            status, output, everything = session.run(command)
            self.assertEqual(status, 0, f"{command}\n{everything}")
            if not re.fullmatch(pattern(expected), output):
                self.assertEqual(output.splitlines(), expected, f"{command}\n{everything}")
        self.check_conformance()

    def check_conformance(self):
        """The suite has taken the copy in. One case is enough: the original goes through all."""
        building.build(["test-conformance"])
        done = subprocess.run([os.path.join(BUILD, "test-conformance"),
                               "--gtest_filter=*.ReturnHome/my_scheme"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("[  PASSED  ] 1 test.", done.stdout)

    def test_example_is_short(self):
        self.assertLess(read("examples", "schemes", "anchor-scheme.cc").count("\n"), 150)

    def test_tables_have_every_function(self):
        header = re.sub(r"/\*.*?\*/|//[^\n]*", "", read("model", "nve", "mobility-scheme.h"),
                        flags=re.DOTALL)
        contexts, scheme = header.split("class MobilityScheme", 1)
        hooks = re.findall(r"virtual [\w:&*<>]+\s+(\w+)\(", scheme)
        calls = re.findall(r"^    (?:virtual )?(?:const )?[\w:&*<>]+\s+(\w+)\(",
                           contexts[contexts.index("class RouteContext"):], re.MULTILINE)
        page = read("doc", "adding-a-scheme.md")

        def listed(heading):
            section = page.split("\n## " + heading + "\n")[1].split("\n## ")[0]
            return set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))

        self.assertEqual(listed("The hooks"), set(hooks))
        self.assertEqual(listed("What a scheme can do") | {"SetAnnouncer"}, set(calls))


if __name__ == "__main__":
    unittest.main()
