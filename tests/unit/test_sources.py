import hashlib
import os
from pathlib import Path

import pytest

from ingest.sources import IngestError, Limits, Sources, list_sources
from tests.unit.hostile_files import fifo, sparse_file, write


def names(sources: Sources) -> list[str]:
    return [file.name for file in sources.files]


def only_rejection(sources: Sources) -> tuple[str, str]:
    (rejection,) = sources.rejected
    return rejection.path, rejection.reason


def test_files_come_sorted_with_posix_names_sizes_and_digests(tmp_path: Path) -> None:
    write(tmp_path / "b.md", "bee")
    write(tmp_path / "faq" / "a.md", "ay")

    sources = list_sources(tmp_path, Limits())

    assert names(sources) == ["b.md", "faq/a.md"]
    assert sources.files[1].path == tmp_path / "faq" / "a.md"
    assert sources.files[1].size_bytes == 2
    assert sources.files[1].digest == hashlib.sha256(b"ay").hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        *(".hidden.md", ".git/a.md", "~$letter.docx", "Thumbs.db", "desktop.ini"),
        *("__MACOSX/a.md", "manifest.yaml", "kept.md.meta.yaml", "kept.md.meta.yml"),
    ],
)
def test_files_that_are_no_articles_are_passed_over(tmp_path: Path, name: str) -> None:
    write(tmp_path / "kept.md", "text")
    write(tmp_path / name, "text")

    sources = list_sources(tmp_path, Limits())

    assert names(sources) == ["kept.md"]
    assert sources.rejected == ()


def test_a_manifest_below_the_root_is_not_passed_over_because_nobody_reads_it(
    tmp_path: Path,
) -> None:
    write(tmp_path / "faq" / "manifest.yaml", "articles: []")

    assert names(list_sources(tmp_path, Limits())) == ["faq/manifest.yaml"]


def test_a_single_file_may_be_the_root(tmp_path: Path) -> None:
    path = write(tmp_path / "faq.md", "text")
    write(tmp_path / "other.md", "text")

    assert names(list_sources(path, Limits())) == ["faq.md"]


def test_a_root_that_does_not_exist_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"nowhere.*does not exist"):
        list_sources(tmp_path / "nowhere", Limits())


def test_a_root_without_articles_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / ".hidden", "text")

    with pytest.raises(IngestError, match="holds no articles"):
        list_sources(tmp_path, Limits())


def test_a_file_over_the_limit_is_rejected_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparse_file(tmp_path / "huge.pdf", 500 * 2**20)
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("the file was read"))

    path, reason = only_rejection(list_sources(tmp_path, Limits()))

    assert path == "huge.pdf"
    assert "500.0 MB" in reason
    assert "50.0 MB" in reason


def test_a_pipe_is_rejected_without_being_opened(tmp_path: Path) -> None:
    fifo(tmp_path / "pipe.md")

    path, reason = only_rejection(list_sources(tmp_path, Limits()))

    assert path == "pipe.md"
    assert "not a regular file" in reason


def test_a_link_to_a_file_inside_the_root_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".data" / "faq.md", "text")
    (tmp_path / "faq.md").symlink_to(tmp_path / ".data" / "faq.md")

    assert names(list_sources(tmp_path, Limits())) == ["faq.md"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../secret.md", "leaves the folder"),
        ("..", "leaves the folder"),
        ("gone.md", "leads nowhere"),
        ("loop.md", "leads nowhere"),
        ("real", "link to a folder"),
    ],
)
def test_any_other_link_is_rejected(tmp_path: Path, target: str, reason: str) -> None:
    root = tmp_path / "root"
    write(tmp_path / "secret.md", "secret")
    write(root / "real" / "a.md", "text")
    (root / "loop.md").symlink_to(target)

    sources = list_sources(root, Limits())

    assert names(sources) == ["real/a.md"]
    path, given = only_rejection(sources)
    assert path == "loop.md"
    assert reason in given


def test_a_sidecar_without_its_file_is_rejected(tmp_path: Path) -> None:
    write(tmp_path / "returns.pdf", "text")
    write(tmp_path / "retruns.pdf.meta.yaml", "audience: internal")

    path, reason = only_rejection(list_sources(tmp_path, Limits()))

    assert path == "retruns.pdf.meta.yaml"
    assert "describes 'retruns.pdf'" in reason


def test_a_name_that_is_no_unicode_is_rejected_under_a_printable_name(tmp_path: Path) -> None:
    write(tmp_path / os.fsdecode(b"caf\xe9.md"), "text")

    path, reason = only_rejection(list_sources(tmp_path, Limits()))

    assert path == "caf?.md"
    assert "not valid UTF-8" in reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_rejected_alone(tmp_path: Path) -> None:
    write(tmp_path / "locked.md", "text").chmod(0)
    write(tmp_path / "open.md", "text")

    sources = list_sources(tmp_path, Limits())

    assert names(sources) == ["open.md"]
    assert "cannot be opened" in only_rejection(sources)[1]
