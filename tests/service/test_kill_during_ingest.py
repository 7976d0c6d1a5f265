"""An ingest that is killed at any moment leaves the previous or the complete new knowledge."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
FILES = 30
KILLS = 8
SEED = 20261121
QUESTION = "What does the Alder desk lamp cost?"


def write_articles(folder: Path, price: int) -> None:
    """Write articles that all change with the price, so that nothing can be taken over."""
    folder.mkdir(exist_ok=True)
    names = ["Alder", *(f"Model {number}" for number in range(2, FILES + 1))]
    for number, name in enumerate(names):
        paragraphs = "\n\n".join(
            f"## Part {part}\n\nPart {part} of the {name} desk lamp has the edition {price}. " * 2
            for part in range(1, 3)
        )
        (folder / f"lamp-{number}.md").write_text(
            f"# {name} desk lamp\n\nThe {name} desk lamp costs £{price}.\n\n{paragraphs}\n"
        )


class Installation:
    def __init__(self, home: Path) -> None:
        self._environment = {**os.environ, "ASSIST_HOME": str(home)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def json(self, *arguments: str) -> Any:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
        return json.loads(stdout)

    def ingest(self, articles: Path) -> dict[str, Any]:
        report: dict[str, Any] = self.json("ingest", str(articles), "--client", "acme", "--json")
        return report

    def ingest_and_kill(self, articles: Path, after_s: float) -> bool:
        """Kill an ingest with its children after a while; say whether it was still running."""
        with self.start("ingest", str(articles), "--client", "acme") as process:
            time.sleep(after_s)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
        return process.returncode == -signal.SIGKILL

    def answering_state(self) -> tuple[int, int]:
        """Return the version that answers and the price that it says."""
        answer = self.json("ask", QUESTION, "--client", "acme", "--json")
        price = re.search(r"Alder desk lamp costs £(\d+)", answer["text"])
        assert price, answer
        return answer["knowledge_version"], int(price[1])


def test_knowledge_is_never_half_updated_by_a_kill(tmp_path: Path) -> None:
    moments = random.Random(SEED)  # noqa: S311 - chooses moments, keeps no secret
    installation, articles = Installation(tmp_path / "home"), tmp_path / "articles"
    with installation.start("client", "add", "acme") as adding:
        assert adding.wait(60) == 0
    write_articles(articles, price=100)
    started = time.monotonic()
    complete = installation.ingest(articles)
    duration_s = time.monotonic() - started
    version, killed = complete["knowledge_version"], 0

    for number in range(KILLS):
        price = 101 + number
        write_articles(articles, price=price)
        after_s = duration_s * (number + moments.random()) / KILLS
        killed += installation.ingest_and_kill(articles, after_s)

        answering, said = installation.answering_state()
        is_old = (answering, said) == (version, price - 1)
        assert is_old or (answering > version and said == price), (after_s, answering, said)

        report = installation.ingest(articles)
        version = report["knowledge_version"]
        counts = report["articles"]
        assert (counts["added"], counts["removed"], counts["rejected"]) == (0, 0, 0)
        assert counts["changed" if is_old else "unchanged"] == FILES
        assert report["passages"] == complete["passages"]

    assert installation.answering_state() == (version, 100 + KILLS)
    assert killed >= KILLS // 2, "most kills must hit a running ingest"
