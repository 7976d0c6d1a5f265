from pathlib import Path

import pytest
from sqlalchemy import Engine

from ingest.pipeline import ingest
from ingest.reading import IngestRequest
from ingest.report import IngestReport
from ingest.sources import IngestError
from knowledge_base.models import Audience
from tests.fakes import ACME, Knowledge

RETURNS = "---\nid: returns\n---\n# Returns\n\nYou can return goods within 30 days of delivery.\n"
FEES = "# Fees\n\nThe late fee is $5 a month.\n"


@pytest.fixture
def knowledge(sqlite_engine: Engine) -> Knowledge:
    return Knowledge(sqlite_engine)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "documents"
    root.mkdir()
    (root / "returns.md").write_text(RETURNS)
    (root / "fees.md").write_text(FEES)
    return root


def run(
    knowledge: Knowledge, root: Path, *, mirror: bool = True, audience: Audience | None = None
) -> IngestReport:
    return ingest(IngestRequest(ACME, root, mirror, audience), knowledge.base)


def found(knowledge: Knowledge, text: str) -> list[str]:
    return [each.passage.text for each in knowledge.retrieve(text).passages]


def test_a_folder_becomes_the_published_version(knowledge: Knowledge, folder: Path) -> None:
    report = run(knowledge, folder)
    assert report.added == ("fees", "returns")
    assert (report.knowledge_version, report.published, report.passages) == (1, True, 2)
    assert found(knowledge, "late fee")[0] == "The late fee is $5 a month."


def test_an_unchanged_folder_costs_no_embedding_and_no_version(
    knowledge: Knowledge, folder: Path
) -> None:
    run(knowledge, folder)
    knowledge.embedder.embedded.clear()
    report = run(knowledge, folder)
    assert report.unchanged == ("fees", "returns")
    assert (report.knowledge_version, report.embedded) == (1, 0)
    assert knowledge.embedder.embedded == []


def test_only_what_changed_is_embedded(knowledge: Knowledge, folder: Path) -> None:
    run(knowledge, folder)
    (folder / "fees.md").write_text(FEES.replace("$5", "$6"))
    report = run(knowledge, folder)
    assert (report.changed, report.unchanged) == (("fees",), ("returns",))
    assert (report.knowledge_version, report.embedded) == (2, 1)
    assert found(knowledge, "late fee")[0] == "The late fee is $6 a month."


def test_an_article_whose_file_is_gone_is_removed(knowledge: Knowledge, folder: Path) -> None:
    run(knowledge, folder)
    (folder / "fees.md").unlink()
    assert run(knowledge, folder).removed == ("fees",)
    assert found(knowledge, "late fee") == ["You can return goods within 30 days of delivery."]


def test_adding_a_folder_keeps_the_other_articles(knowledge: Knowledge, folder: Path) -> None:
    run(knowledge, folder)
    more = folder.parent / "more"
    more.mkdir()
    (more / "hours.md").write_text("# Hours\n\nWe are open from nine to five.\n")
    report = run(knowledge, more, mirror=False)
    assert (report.added, report.unchanged) == (("hours",), ("fees", "returns"))


def test_adding_an_article_of_the_same_id_replaces_it(knowledge: Knowledge, folder: Path) -> None:
    run(knowledge, folder)
    more = folder.parent / "more"
    more.mkdir()
    (more / "new-returns.md").write_text(RETURNS.replace("30 days", "45 days"))
    report = run(knowledge, more, mirror=False)
    assert (report.changed, report.unchanged) == (("returns",), ("fees",))
    assert "You can return goods within 45 days of delivery." in found(knowledge, "return goods")
    assert "You can return goods within 30 days of delivery." not in found(knowledge, "return")


def test_a_bad_file_is_rejected_and_the_rest_goes_in(knowledge: Knowledge, folder: Path) -> None:
    (folder / "empty.md").write_text("")
    report = run(knowledge, folder)
    assert [each.path for each in report.rejected] == ["empty.md"]
    assert "empty" in report.rejected[0].reason
    assert report.added == ("fees", "returns")


def test_a_file_that_turned_bad_keeps_its_last_good_content(
    knowledge: Knowledge, folder: Path
) -> None:
    run(knowledge, folder)
    (folder / "fees.md").write_bytes(b"\x00\x01\x02")
    report = run(knowledge, folder)
    assert "what it held before stays in use" in report.rejected[0].reason
    assert report.removed == ()
    assert found(knowledge, "late fee")[0] == "The late fee is $5 a month."


def test_nothing_is_published_when_no_file_can_be_read(knowledge: Knowledge, folder: Path) -> None:
    for path in folder.iterdir():
        path.write_text("")
    with pytest.raises(IngestError, match=r"nothing was published: fees\.md.*; returns\.md"):
        run(knowledge, folder)
    assert knowledge.base.publications.find_published(ACME) is None


def test_an_id_that_two_files_have_is_kept_once_and_reported(
    knowledge: Knowledge, folder: Path
) -> None:
    (folder / "z-returns.md").write_text(RETURNS)
    report = run(knowledge, folder)
    assert report.added == ("fees", "returns")
    assert "'returns', which returns.md has too" in report.rejected[0].reason


def test_a_changed_sidecar_changes_the_article(knowledge: Knowledge, folder: Path) -> None:
    run(knowledge, folder)
    (folder / "fees.md.meta.yaml").write_text("audience: internal\n")
    assert run(knowledge, folder).changed == ("fees",)
    assert "The late fee is $5 a month." not in found(knowledge, "late fee")


def test_the_default_audience_holds_for_files_that_do_not_say(
    knowledge: Knowledge, folder: Path
) -> None:
    run(knowledge, folder, audience=Audience.INTERNAL)
    assert found(knowledge, "late fee") == []


def test_rows_with_metadata_of_their_own_become_articles(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    (tmp_path / "faq.csv").write_text(
        "question,answer,id,audience\n"
        "What is the late fee?,It is $5.,fee,public\n"
        "What may an agent waive?,Up to $20.,waive,internal\n"
        "When are you open?,From nine to five.,,\n"
    )
    report = run(knowledge, tmp_path)
    assert set(report.added) == {"faq", "faq/fee", "faq/waive"}
    assert not any("$20" in text for text in found(knowledge, "what may an agent waive"))


def test_of_two_rows_with_one_id_the_second_is_rejected_with_its_place(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "faq.csv").write_text(
        "question,answer,tags\nWhat is the price?,It is $5.,a\nWhat is the price?,It is $9.,b\n"
    )
    report = run(knowledge, folder)
    assert len(report.added) == 1
    assert found(knowledge, "price") == ["It is $5."]
    assert "another row of this file" in report.rejected[0].reason
    assert report.rejected[0].place


def test_contradictions_and_duplicates_are_listed(knowledge: Knowledge, folder: Path) -> None:
    (folder / "charges.md").write_text("# Fees\n\nThe late fee is $8 a month.\n")
    (folder / "copy.md").write_text(RETURNS.replace("id: returns", "id: copy"))
    report = run(knowledge, folder)
    assert [(pair.first, pair.second) for pair in report.contradictions] == [("charges", "fees")]


def test_progress_is_told_by_phase(knowledge: Knowledge, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ingest(
        IngestRequest(ACME, folder),
        knowledge.base,
        progress=lambda phase, done, total: told.append((phase, done, total)),
    )
    assert told[:2] == [("reading", 1, 2), ("reading", 2, 2)]
    assert told[-1] == ("publishing", 1, 1)
    assert ("embedding", 2, 2) in told


def test_the_report_names_its_figures_as_scripts_read_them(
    knowledge: Knowledge, folder: Path
) -> None:
    (folder / "empty.md").write_text("")
    report = run(knowledge, folder).as_json()
    assert report["articles"] == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "rejected": 1,
    }
    assert set(report) >= {
        "knowledge_version",
        "published",
        "articles",
        "passages",
        "embedded",
        "rejected",
        "seconds",
    }
    assert set(report["rejected"][0]) >= {"path", "reason"}
