#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""A waf for the stand-alone wscript: test/waf/waf.py configure build.

waf is no Debian program. Package xmds2 carries waflib; it is taken out of the package into
build/waf without being installed."""

import glob
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PLACE = os.path.join(ROOT, "build", "waf")
LIBRARY = os.path.join(PLACE, "usr/lib/python3/dist-packages/xpdeint/waf")


def main():
    """Gets waflib when it is not there and hands the command line to it."""
    if not os.path.isdir(LIBRARY):
        os.makedirs(PLACE, exist_ok=True)
        subprocess.run(["apt-get", "-q", "download", "xmds2"], cwd=PLACE, check=True)
        for package in glob.glob(os.path.join(PLACE, "xmds2_*.deb")):
            subprocess.run(["dpkg", "-x", package, PLACE], check=True)
    sys.path.insert(0, LIBRARY)
    from waflib import Context, Scripting
    os.chdir(ROOT)
    Scripting.waf_entry_point(ROOT, Context.WAFVERSION, LIBRARY)


if __name__ == "__main__":
    main()
