"""Takes pictures of every page and state of a played demo into build/screenshots.

    python -m scripts.screenshots [--only demo lead widget console]

The demo clients are loaded into a scratch folder, eight weeks at their desks are played, and then
scenes of the present, which Chromium shows on a phone and on a desk, light and dark.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from itertools import product
from pathlib import Path

from scripts.browser import open_browser
from scripts.screenshots.camera import FOLDER, SCHEMES, SIZES, Camera
from scripts.screenshots.console import show_console
from scripts.screenshots.history import History
from scripts.screenshots.pages import show_demo, show_lead
from scripts.screenshots.stage import Stage, open_stage, read_profile
from scripts.screenshots.widget import show_widget

SCENES = {"demo": show_demo, "lead": show_lead, "widget": show_widget, "console": show_console}
"""In this order: the report comes before the scenes of the present, which are not history."""


def main() -> None:
    """Load, play and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=SCENES, default=list(SCENES))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, open_stage(Path(scratch) / "home") as stage:
        History(stage, random.Random(7)).write()
        _take(stage, arguments.only)


def _take(stage: Stage, names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name in names:
            for client_id in stage.access.secrets:
                stage.set_hours(
                    client_id, read_profile(client_id)["hours"] if name == "demo" else {}
                )
            for old in FOLDER.glob(f"{name}-*.png"):
                old.unlink()
            for size, scheme in product(SIZES, SCHEMES):
                SCENES[name](Camera(stage, browser, size, scheme))
            print(f"{name}: {len(list(FOLDER.glob(f'{name}-*.png')))} pictures", flush=True)


if __name__ == "__main__":
    main()
