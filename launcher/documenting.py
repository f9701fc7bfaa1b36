# SPDX-License-Identifier: GPL-2.0-only
"""Makes the manual (Sphinx) out of doc/ and the API reference (Doxygen) out of the headers."""

import glob
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

from launcher import building
from launcher.common import BUILD, PYTHON, ROOT, VmmError, say, short

DOC = os.path.join(ROOT, "doc")
OUT = os.path.join(BUILD, "doc")
REFERENCE = os.path.join(BUILD, "vmm-reference")

# Of a class these need no comment: what is generated or forbidden, a destructor, and a constructor
# that takes nothing. Nor does what overrides: it has the comment of the member that it overrides,
# which is one of ours with a comment, or one of ns-3.
PLAIN = re.compile(r"=\s*(default|delete)$")


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


def has_comment(element):
    """Whether Doxygen found a comment on it."""
    return any("".join(part.itertext()).strip()
               for name in ("briefdescription", "detaileddescription")
               for part in element.findall(name))


def speaks_for_itself(member, owner):
    """Whether a member needs no comment."""
    arguments = member.findtext("argsstring") or ""
    name = member.findtext("name") or ""
    return (member.find("reimplements") is not None or " override" in arguments
            or bool(PLAIN.search(arguments)) or name.startswith("~")
            or (name == owner.split("::")[-1] and arguments == "()"))


def forgotten_parameters(member):
    """Parameters without a comment of a function whose comment names others."""
    named = {name.text for listed in member.iter("parameterlist") if listed.get("kind") == "param"
             for name in listed.iter("parametername")}
    every = [name.text for name in member.findall("param/declname")]
    return [name for name in every if name not in named] if named else []


def place(element, root):
    """Where a declaration stands, as FILE:LINE."""
    location = element.find("location")
    if location is None:
        return "?"
    return os.path.join(root, location.get("file")) + ":" + (location.get("line") or "0")


def uncommented(folder, root):
    """Whatever is public or protected and has no comment, from Doxygen's XML; a line for each."""
    found = set()
    for path in glob.glob(os.path.join(folder, "*.xml")):
        for compound in xml.etree.ElementTree.parse(path).getroot().iter("compounddef"):
            owner = compound.findtext("compoundname")
            at = place(compound, root)
            if compound.get("kind") in ("class", "struct", "union", "namespace") \
                    and compound.get("prot") != "private" and not has_comment(compound) \
                    and owner != "std" and "[generated]" not in at:
                found.add(f"{at}: {owner} has no comment")
            for member in compound.iter("memberdef"):
                if member.get("prot") == "private":
                    continue
                text = f"{place(member, root)}: {owner}::{member.findtext('name')}"
                if not has_comment(member) and not speaks_for_itself(member, owner):
                    found.add(text + " has no comment")
                found.update(f"{text}: the comment does not name {name}"
                             for name in forgotten_parameters(member))
                found.update(f"{text}::{value.findtext('name')} has no comment"
                             for value in member.findall("enumvalue") if not has_comment(value))
    return sorted(found)


def reference(out, root=ROOT):
    """Makes the API reference in out/api. Returns warnings, and what has no comment, as lines."""
    os.makedirs(out, exist_ok=True)
    for folder in ("api", "xml"):
        shutil.rmtree(os.path.join(out, folder), ignore_errors=True)
    config = os.path.join(out, "Doxyfile")
    with open(config, "w", encoding="utf-8") as text:
        text.write(reference_config(out, root))
    output, status = run(["doxygen", config], "doxygen", root)
    with open(os.path.join(out, "doxygen.log"), encoding="utf-8", errors="replace") as log:
        found = [line for line in log.read().splitlines() + output.splitlines() if line]
    found += uncommented(os.path.join(out, "xml"), root)
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
