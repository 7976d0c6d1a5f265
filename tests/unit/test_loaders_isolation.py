import multiprocessing
from pathlib import Path

import pytest

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders import isolation, load_files
from ingest.loaders.isolation import read_outcome
from ingest.sources import Limits, Rejection, SourceFile, list_sources
from tests.unit.hostile_files import pdf, truncated, word, workbook, write


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, path.stat().st_size, "")


@pytest.mark.slow
def test_results_come_in_the_order_of_the_files_and_a_bad_one_loses_no_other(
    tmp_path: Path,
) -> None:
    write(tmp_path / "a.md", "One.")
    truncated(word(tmp_path / "b.docx", ("Normal", "text")))
    write(tmp_path / "c.html", "<p>Three.</p>")
    write(tmp_path / "d.csv", "a,b\0")
    workbook(tmp_path / "e.xlsx", {"Five": [["a", "b"], [1, 2]]})
    sources = list_sources(tmp_path, Limits()).files

    results = list(load_files(sources, Limits(), workers=2))

    assert [file for file, _ in results] == list(sources)
    outcomes = [outcome for _, outcome in results]
    assert outcomes[0] == LoadedDocument("One.")
    assert isinstance(outcomes[1], Rejection)
    assert outcomes[2] == LoadedDocument("Three.")
    assert isinstance(outcomes[3], Rejection)
    assert (outcomes[3].path, outcomes[3].place) == ("d.csv", "line 1")
    assert isinstance(outcomes[4], LoadedDocument)


def test_plain_text_needs_no_child_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_context", lambda *_: pytest.fail("started"))
    write(tmp_path / "a.md", "One.")
    write(tmp_path / "b.txt", "Two.")

    results = load_files(list_sources(tmp_path, Limits()).files, Limits())

    assert [outcome for _, outcome in results] == [LoadedDocument("One."), LoadedDocument("Two.")]


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    def draw(canvas: object) -> None:
        for _ in range(400):
            for line in range(60):
                canvas.drawString(50, 50 + 10 * line, "word " * 15)  # type: ignore[attr-defined]
            canvas.showPage()  # type: ignore[attr-defined]

    slow = source(pdf(tmp_path / "a.pdf", draw))
    quick = source(write(tmp_path / "b.html", "<p>Two.</p>"))

    results = dict(load_files([slow, quick], Limits(timeout_s=3.0)))

    assert results[slow] == Rejection("a.pdf", "took longer than 3 s to read; split or simplify it")
    assert results[quick] == LoadedDocument("Two.")


@pytest.mark.slow
def test_a_file_that_needs_too_much_memory_is_rejected(tmp_path: Path) -> None:
    wide = source(write(tmp_path / "a.html", "<p>" + "word <b>x</b> " * 100_000))

    ((_, outcome),) = load_files([wide], Limits(memory_bytes=120 * 2**20))

    assert isinstance(outcome, Rejection)
    assert "memory" in outcome.reason


@pytest.mark.slow
def test_leaving_early_ends_the_children(tmp_path: Path) -> None:
    for name in "abcdefgh":
        write(tmp_path / f"{name}.html", "<p>text</p>")

    results = load_files(list_sources(tmp_path, Limits()).files, Limits())
    next(results)
    running = multiprocessing.active_children()
    results.close()  # type: ignore[attr-defined]

    assert running
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (UnreadableFileError("is bad", "page 3"), "is bad"),
        (MemoryError(), "needs more than 2,048 MB of memory"),
        (ZeroDivisionError("x"), "could not be read (ZeroDivisionError)"),
        (RecursionError(), "could not be read (RecursionError)"),
    ],
)
def test_whatever_a_loader_raises_becomes_a_rejection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, reason: str
) -> None:
    def fail(*_: object) -> LoadedDocument:
        raise raised

    monkeypatch.setattr(isolation, "load_file", fail)

    outcome = read_outcome(source(write(tmp_path / "a.md", "text")), Limits())

    assert isinstance(outcome, Rejection)
    assert outcome.path == "a.md"
    assert outcome.reason.startswith(reason)
