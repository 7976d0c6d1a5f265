"""Prints JSON and document text so that neither scripts nor terminals are surprised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable


def print_json(value: Any) -> None:
    """Print one JSON value on one line and flush it."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def printable(text: str) -> str:
    """Drop control characters: a document must not be able to steer the terminal."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def dim(text: str) -> str:
    """Return text that a terminal shows faintly."""
    return typer.style(text, dim=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show the phases of an ingest on standard error, when that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:

        def show(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase)
            bar.update(tasks[phase], completed=done, total=total or None)

        yield show
