"""Prints one table of quality over all data sets of a folder, beside a plain pipeline."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench_answers import CASES, bench_answers
from eval.bench_table import HEADER
from eval.bench_topics import bench_intents, bench_turns

if TYPE_CHECKING:
    from datetime import date

    from assist.bootstrap import Container, Settings

LINES = "dev.jsonl"
LINE_SETS: dict[str, Callable[..., Iterator[str]]] = {
    "clinc150": bench_intents,
    "banking77": bench_intents,
    "mtrag_un": bench_turns,
}
NOTES = (
    "Intervals are at 95 % (seeded bootstrap over cases; the difference is paired).",
    "Plain: LangChain and Chroma, chunks of 1,000 characters, the same embedding model, top 4,",
    "the last message alone, the best chunk shown, thresholds 0.45 and 0.60.",
    "Recall is the share of the gold articles; wrong shares are of all cases. Development figures.",
)


def bench_quality(data: Path, settings: Settings, only: frozenset[str]) -> Iterator[str]:
    """Yield the table line by line, each set as soon as it is measured; name what is missing."""
    yield HEADER
    folders = sorted(path.parent for path in data.glob(f"*/{CASES}"))
    for folder in [each for each in folders if not only or each.name in only]:
        with scratch_container(settings) as container:
            yield from bench_answers(container, folder, today=_today(container))
    for name, measure in LINE_SETS.items():
        path = data / name / LINES
        if only and name not in only:
            continue
        if not path.is_file():
            yield f"{name:<14}missing: there is no {path}"
            continue
        with scratch_container(settings) as container:
            yield from measure(container, path, today=_today(container))
    if not folders:
        yield f"{'answers':<14}missing: no folder of {data} holds {CASES} and articles/"
    yield from NOTES


@contextmanager
def scratch_container(settings: Settings) -> Iterator[Container]:
    """Open an installation with the same model in a folder that is deleted afterwards."""
    from assist.bootstrap import build_container

    with tempfile.TemporaryDirectory() as home:
        container = build_container(
            settings.model_copy(update={"home": Path(home), "database_url": ""})
        )
        try:
            yield container
        finally:
            container.close()


def _today(container: Container) -> date:
    return container.clock().date()
