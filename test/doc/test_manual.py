# SPDX-License-Identifier: GPL-2.0-only
"""The manual and the API reference are made without a warning, and read without a network."""

import glob
import html.parser
import os
import re
import shutil
import tempfile
import unittest
import urllib.parse

from launcher import building, documenting
from launcher.common import ROOT

HEADER = """// SPDX-License-Identifier: GPL-2.0-only
namespace ns3
{
namespace vmm
{
/// A class.
class Commented
{
  public:
    /// A function.
    virtual void Known();
%s
};
} // namespace vmm
} // namespace ns3
"""


class Links(html.parser.HTMLParser):
    """What a page links to, what it loads, and the names in it that a link may have."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.names = [], [], set()
        with open(path, encoding="utf-8") as text:
            self.feed(text.read())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.names.update(values[key] for key in ("id", "name") if values.get(key))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe") and values.get("src"):
            self.loads.append(values["src"])
        if tag == "link" and values.get("href") and values.get("rel") in ("stylesheet", "icon"):
            self.loads.append(values["href"])


class Manual(unittest.TestCase):
    """Made once, into a folder of its own."""

    @classmethod
    def setUpClass(cls):
        building.build(["vmm-reference"])
        cls.out = tempfile.mkdtemp(prefix="vmm doc ")  # the blank is meant
        cls.addClassCleanup(shutil.rmtree, cls.out)
        cls.manual = documenting.manual(documenting.DOC, cls.out)
        cls.reference = documenting.reference(cls.out)

    def test_manual_has_no_warning(self):
        self.assertEqual(self.manual, [])

    def test_reference_has_no_warning(self):
        self.assertEqual(self.reference, [])

    def test_links_lead_somewhere(self):
        pages = {path: Links(path) for path in glob.glob(self.out + "/html/*.html")}
        self.assertGreater(len(pages), 10)
        wrong = []
        for path, page in pages.items():
            for link in page.links + page.loads:
                target, _, name = link.partition("#")
                if re.match(r"[a-z]+:", target):
                    continue
                there = os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(
                    target.partition("?")[0]))) if target else path
                known = pages[there].names if there in pages else None
                if not os.path.exists(there) or (name and known is not None and name not in known):
                    wrong.append(f"{os.path.basename(path)}: {link}")
        self.assertEqual(wrong, [])

    def test_nothing_is_loaded_from_a_network(self):
        wrong = []
        for path in glob.glob(self.out + "/html/*.html") + [self.out + "/api/index.html"]:
            wrong += [f"{path}: {load}" for load in Links(path).loads if re.match(r"[a-z]*:?//", load)]
        for path in glob.glob(self.out + "/html/_static/*.css"):
            with open(path, encoding="utf-8") as text:
                wrong += [path for load in re.findall(r"@import[^;]*|url\([^)]*\)", text.read())
                          if "//" in load]
        self.assertEqual(wrong, [])

    def test_every_class_with_attributes_is_on_their_page(self):
        with open(self.out + "/source/attributes.md", encoding="ascii") as page:
            named = set(re.findall(r"<code>ns3::vmm::(\w+)</code>", page.read()))
        expected = set()
        for path in glob.glob(os.path.join(ROOT, "model", "*", "*.cc")) + glob.glob(
                os.path.join(ROOT, "helper", "*.cc")):
            with open(path, encoding="ascii") as text:
                for block in re.findall(r'TypeId\("ns3::vmm::(\w+)"\)(.*?);\n', text.read(), re.S):
                    if ".AddAttribute(" in block[1] or ".AddTraceSource(" in block[1]:
                        expected.add(block[0])
        self.assertEqual(named, expected)

    def reference_of(self, member):
        """The warnings about a project of one header with that member."""
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(root + "/model")
            os.makedirs(root + "/helper")
            shutil.copytree(documenting.DOC, root + "/doc")
            with open(root + "/model/commented.h", "w", encoding="ascii") as header:
                header.write(HEADER % member)
            return [line for line in documenting.reference(root + "/out", root)
                    if "api.dox" not in line]

    def test_whatever_is_public_needs_a_comment(self):
        self.assertEqual(self.reference_of("    /// Another one.\n    int Other();"), [])
        for member in ("    int Other();", "    int m_other;",
                       "    /// Colours.\n    enum Colour\n    {\n        RED\n    };",
                       "    struct Inner\n    {\n    };",
                       "    /// @param a one of two\n    int Other(int a, int b);"):
            with self.subTest(member):
                found = self.reference_of(member)
                self.assertTrue(found)
                self.assertIn("/model/commented.h:", found[0])

    def test_a_page_that_is_wrong_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            pages = folder + "/doc"
            os.makedirs(pages + "/static")
            for name in ("conf.py", "static/pages.css"):
                shutil.copy(os.path.join(documenting.DOC, name), os.path.join(pages, name))
            with open(pages + "/index.md", "w", encoding="ascii") as page:
                page.write("# Start\n\n```{toctree}\nattributes\n```\n\n[gone](gone.md)\n")
            with open(pages + "/alone.md", "w", encoding="ascii") as page:
                page.write("# Alone\n")
            found = documenting.manual(pages, folder + "/out")
        self.assertTrue([line for line in found if "gone" in line and pages + "/index.md" in line],
                        found)
        self.assertTrue([line for line in found if "alone.md" in line and "toctree" in line], found)


if __name__ == "__main__":
    unittest.main()
