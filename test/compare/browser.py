# SPDX-License-Identifier: GPL-2.0-only
"""Opens a page in headless Chromium and says what a reader would see of it."""

import html
import json
import os
import re
import subprocess
import tempfile

# Runs when the page has loaded; the answer is put into the page, whose text Chromium then prints.
PROBE = """<script>
window.addEventListener("load", function () {
  var images = Array.from(document.images).map(function (image) {
    return [image.alt, image.naturalWidth, image.naturalHeight];
  });
  var tables = Array.from(document.querySelectorAll("table")).map(function (table) {
    return Array.from(table.rows).map(function (row) {
      return Array.from(row.cells).map(function (cell) { return cell.innerText || cell.textContent; });
    });
  });
  var wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  document.body.setAttribute("data-probe", JSON.stringify(
    {title: document.title, text: document.body.innerText, images: images, tables: tables,
     wide: wide}));
});
</script>
</body>"""


def look_at(path):
    """A dictionary of the page's title, text, images [alt, width, height], tables as lists of rows
    of texts, how many pixels it is too wide, and the lines of the console."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    if page.count("</body>") != 1:
        raise ValueError(f"{path}: found {page.count('</body>')} ends of a body, expected one")
    with tempfile.TemporaryDirectory(prefix="vmm-browser-") as folder:
        copy = os.path.join(folder, "page.html")
        with open(copy, "w", encoding="utf-8") as file:
            file.write(page.replace("</body>", PROBE))
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
             "--user-data-dir=" + os.path.join(folder, "profile"), "--window-size=1300,1000",
             "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom",
             "file://" + copy],
            env=dict(os.environ, HOME=folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace", check=True, timeout=120)
    found = re.search(r'data-probe="([^"]*)"', done.stdout)
    if not found:
        raise ValueError(f"{path}: Chromium has not loaded it: {done.stderr[-2000:]}")
    seen = json.loads(html.unescape(found.group(1)))
    seen["console"] = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return seen
