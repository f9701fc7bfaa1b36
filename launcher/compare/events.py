# SPDX-License-Identifier: GPL-2.0-only
"""Snakemake's --log-handler-script: passes what the launcher wants to know on, as lines of JSON."""

import json
import os

_OUT = os.fdopen(int(os.environ["VMM_COMPARE_EVENTS"]), "w", 1, encoding="utf-8")


def log_handler(message):
    """Snakemake calls this for everything that it has to say."""
    level = message.get("level")
    if level == "progress":
        event = {"done": message["done"]}
    elif level == "job_error":
        event = {"failed": [str(path) for path in message.get("output") or []]}
    elif level == "error":
        event = {"error": str(message.get("msg", ""))}
    else:
        return
    try:
        _OUT.write(json.dumps(event) + "\n")
    except OSError:
        pass  # nobody listens any more
