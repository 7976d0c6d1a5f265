"""The `assist` command; nothing heavy is imported before a command runs."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run the command line."""
    from api.cli.app import app

    # Read when numpy and the hub's client are imported, so they are set before any command runs.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app(prog_name="assist")
