# SPDX-License-Identifier: GPL-2.0-only
"""Makes the manual (Sphinx) out of doc/ and the API reference (Doxygen) out of the headers."""

import os
import re
import shutil
import subprocess

from launcher import building
from launcher.common import BUILD, PYTHON, ROOT, VmmError, say, short

DOC = os.path.join(ROOT, "doc")
OUT = os.path.join(BUILD, "doc")
REFERENCE = os.path.join(BUILD, "vmm-reference")

# A member that overrides one of ns-3, of which there is no source here. One that overrides a member
# of ours has that one's comment, or that one is named by a warning of its own.
OVERRIDE = re.compile(r"Member .* override \((function|signal)\) of class .* is not documented")


def run(command, what, folder=None):
    """Runs a tool of the documentation; returns all that it wrote and its status."""
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", env=environment, cwd=folder, check=False)
    except FileNotFoundError as error:
        raise VmmError(what + " is not installed") from error
    return done.stdout, done.returncode


def stage(pages, out, reference):
    """Copies the pages to where Sphinx reads them, with the page that the library writes."""
    source = os.path.join(out, "source")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(pages, source)
    text, status = run([reference], reference)
    if status != 0:
        raise VmmError(short(reference) + " ended with status " + str(status), 1)
    with open(os.path.join(source, "attributes.md"), "w", encoding="ascii") as page:
        page.write(text)
    return source


def manual(pages, out, reference=REFERENCE):
    """Makes the manual of a folder of pages in out/html. Returns Sphinx's warnings as lines."""
    source = stage(pages, out, reference)
    html = os.path.join(out, "html")
    shutil.rmtree(html, ignore_errors=True)
    text, status = run([PYTHON, "-m", "sphinx", "-E", "-q", "-W", "--keep-going", "-b", "html",
                        "-d", os.path.join(out, "doctrees"), source, html], "sphinx")
    found = [line.replace(source + os.sep, pages + os.sep) for line in text.splitlines() if line]
    return found or (["sphinx ended with status " + str(status)] if status else [])


def reference_config(out, root):
    """Doxygen's configuration for the headers of the project at root."""
    with open(os.path.join(DOC, "Doxyfile.in"), encoding="ascii") as text:
        return text.read().replace("@ROOT@", root).replace("@OUT@", out)


def reference(out, root=ROOT):
    """Makes the API reference in out/api. Returns the warnings as lines."""
    os.makedirs(out, exist_ok=True)
    shutil.rmtree(os.path.join(out, "api"), ignore_errors=True)
    config = os.path.join(out, "Doxyfile")
    with open(config, "w", encoding="utf-8") as text:
        text.write(reference_config(out, root))
    output, status = run(["doxygen", config], "doxygen", root)
    with open(os.path.join(out, "doxygen.log"), encoding="utf-8", errors="replace") as log:
        lines = log.read().splitlines() + output.splitlines()
    found = [line for line in lines if line and not OVERRIDE.search(line)]
    return found or (["doxygen ended with status " + str(status)] if status else [])


def document():
    """Makes both in build/doc and prints where they are; 1 and the list if there are warnings."""
    building.build(["vmm-reference"])
    with building.locked():
        os.makedirs(OUT, exist_ok=True)
        say("the manual")
        found = manual(DOC, OUT)
        say("the API reference")
        found += reference(OUT)
    for line in found:
        print(line)
    print("manual: " + short(os.path.join(OUT, "html", "index.html")))
    print("API reference: " + short(os.path.join(OUT, "api", "index.html")))
    if found:
        say(f"{len(found)} lines of warnings above")
    return 1 if found else 0
