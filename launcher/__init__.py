# SPDX-License-Identifier: GPL-2.0-only
"""The parts of the launcher ./vmm. Python's standard library only."""
