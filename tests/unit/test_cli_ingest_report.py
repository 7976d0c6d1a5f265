"""The report of an ingest as a person reads it."""

from __future__ import annotations

from typing import Any

import pytest

from api.cli.ingest_report import report_text


def a_report(**changes: Any) -> dict[str, Any]:
    report: dict[str, Any] = {
        "knowledge_version": 3,
        "published": True,
        "articles": {"added": 2, "changed": 1, "unchanged": 5, "removed": 0, "rejected": 0},
        "passages": 40,
        "embedded": 9,
        "rejected": [],
        "duplicates": [],
        "contradictions": [],
        "seconds": 1.25,
    }
    return report | changes


def test_a_published_version_leads_with_its_number_and_counts() -> None:
    text = report_text(a_report(), "acme")

    assert text.splitlines()[0] == "Version 3 of 'acme' is published (1.2 s)"
    assert "2 added, 1 changed, 5 unchanged, 0 removed, 0 rejected" in text
    assert "40, of which 9 newly embedded" in text
    assert "Rejected files" not in text


def test_nothing_changed_is_said_so() -> None:
    counts = {"added": 0, "changed": 0, "unchanged": 8, "removed": 0, "rejected": 0}

    assert report_text(a_report(articles=counts), "acme").startswith(
        "Nothing has changed; version 3 of 'acme' answers"
    )


@pytest.mark.parametrize(("version", "answers"), [(2, "version 2"), (None, "no knowledge")])
def test_nothing_published_says_what_answers(version: int | None, answers: str) -> None:
    text = report_text(a_report(published=False, knowledge_version=version), "acme")

    assert text.startswith(f"Nothing was published for 'acme'; {answers} answers as before")


def test_rejected_files_are_named_with_place_and_reason() -> None:
    rejected = [
        {"path": "faq/a.csv", "place": "row 7", "reason": "has no answer"},
        {"path": "b.pdf", "reason": "is encrypted"},
    ]

    lines = report_text(a_report(rejected=rejected), "acme").splitlines()

    assert lines[-2:] == ["  faq/a.csv (row 7): has no answer", "  b.pdf: is encrypted"]


def test_long_lists_end_with_how_many_are_left_out() -> None:
    pairs = [
        {"articles": [f"a{i}", f"b{i}"], "quotes": ["one", "two"], "score": 0.9} for i in range(23)
    ]

    text = report_text(a_report(contradictions=pairs), "acme")

    assert "Likely contradictions: 23" in text
    assert "a19 and b19 (0.90)" in text
    assert "a20" not in text
    assert text.endswith("  and 3 more")


def test_control_characters_of_documents_do_not_reach_the_terminal() -> None:
    rejected = [{"path": "evil\x1b[2J.md", "reason": "is empty"}]

    assert "\x1b" not in report_text(a_report(rejected=rejected), "acme")
