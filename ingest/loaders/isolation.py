"""Reads many files so that no single one can stop, slow down or crash the rest."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.loading import load_file
from ingest.sources import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ingest.sources import Limits, SourceFile

Outcome = LoadedDocument | Rejection

_READ_IN_PROCESS = {".md", ".markdown", ".txt", ".csv", ".tsv"}
_AHEAD_PER_WORKER = 4


def load_files(
    sources: Sequence[SourceFile], limits: Limits, *, workers: int = 1
) -> Iterator[tuple[SourceFile, Outcome]]:
    """Read files in the order given, each into a document or the reason why it stays out.

    Formats that large libraries parse are read in child processes with a limit on time and
    memory. The children start with the first such file; a script that calls this needs the
    usual `if __name__ == "__main__"` guard.
    """
    children = _Children(limits, workers)
    waiting: deque[tuple[SourceFile, Callable[[], Outcome]]] = deque()
    try:
        for source in sources:
            waiting.append((source, children.submit(source)))
            if len(waiting) > workers * _AHEAD_PER_WORKER:
                first, result = waiting.popleft()
                yield first, result()
        for source, result in waiting:
            yield source, result()
    finally:
        children.stop()


class _Children:
    """The pool of child processes, started when the first file needs it."""

    def __init__(self, limits: Limits, workers: int) -> None:
        self._limits = limits
        self._workers = workers
        self._pool: Any = None

    def submit(self, source: SourceFile) -> Callable[[], Outcome]:
        """Begin to read a file; calling the result waits for what came of it."""
        if source.path.suffix.lower() in _READ_IN_PROCESS:
            return partial(read_outcome, source, self._limits)
        future = self._started().schedule(
            read_outcome, args=(source, self._limits), timeout=self._limits.timeout_s
        )
        return partial(_await_outcome, future, source, self._limits)

    def stop(self) -> None:
        """End the children, also those that are still reading."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()

    def _started(self) -> Any:
        if self._pool is None:
            from pebble import ProcessPool

            self._pool = ProcessPool(
                max_workers=self._workers,
                context=multiprocessing.get_context("spawn"),
                initializer=_limit_memory,
                initargs=(self._limits.memory_bytes,),
            )
        return self._pool


def read_outcome(source: SourceFile, limits: Limits) -> Outcome:
    """Read one file; whatever a library raises over it becomes a rejection."""
    try:
        return load_file(source.path, limits)
    except UnreadableFileError as error:
        return Rejection(source.name, error.reason, error.place)
    except MemoryError:
        return Rejection(source.name, _memory_reason(limits))
    except Exception as error:  # noqa: BLE001 - one file must not end the run
        kind = type(error).__name__
        return Rejection(
            source.name, f"could not be read ({kind}); open it in its program and save it again"
        )


def _await_outcome(future: Any, source: SourceFile, limits: Limits) -> Outcome:
    from pebble import ProcessExpired

    try:
        outcome: Outcome = future.result()
    except TimeoutError:
        return Rejection(
            source.name, f"took longer than {limits.timeout_s:g} s to read; split or simplify it"
        )
    except ProcessExpired:
        return Rejection(
            source.name, "crashed the program that reads it; save it again or in another format"
        )
    except MemoryError:
        return Rejection(source.name, _memory_reason(limits))
    return outcome


def _memory_reason(limits: Limits) -> str:
    return f"needs more than {limits.memory_bytes / 2**20:,.0f} MB of memory to read; split it"


def _limit_memory(memory_bytes: int) -> None:
    """Run first in a child: cap its memory, and its threads, each of which reserves some."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    try:
        import resource
    except ImportError:  # Windows: the time limit has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
