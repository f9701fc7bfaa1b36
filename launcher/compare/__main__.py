# SPDX-License-Identifier: GPL-2.0-only
"""./vmm compare without its set-up and build: python3 -m launcher.compare SCENARIO ..."""

import sys

from launcher.cli import main

if __name__ == "__main__":
    sys.exit(main(["compare", "--no-build"] + sys.argv[1:]))
