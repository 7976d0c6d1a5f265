"""The report of an ingest as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.cli.output import printable

LISTED = 20
"""The most items of a list that are shown; `--json` has them all."""


def report_text(report: Mapping[str, Any], client: str) -> str:
    """Describe a report in the form of `IngestReport.as_json()`."""
    counts = ", ".join(f"{number} {name}" for name, number in report["articles"].items())
    lines = [
        f"{_headline(report, client)} ({report['seconds']:.1f} s)",
        f"  articles: {counts}",
        f"  passages: {report['passages']}, of which {report['embedded']} newly embedded",
        *_section("Rejected files", [_rejection(item) for item in report["rejected"]]),
        *_section("Near duplicates", [_pair(pair) for pair in report["duplicates"]]),
        *_section("Likely contradictions", [_pair(pair) for pair in report["contradictions"]]),
    ]
    return printable("\n".join(lines))


def _headline(report: Mapping[str, Any], client: str) -> str:
    version, counts = report["knowledge_version"], report["articles"]
    if not report["published"]:
        answers = "no knowledge" if version is None else f"version {version}"
        return f"Nothing was published for {client!r}; {answers} answers as before"
    if counts["added"] or counts["changed"] or counts["removed"]:
        return f"Version {version} of {client!r} is published"
    return f"Nothing has changed; version {version} of {client!r} answers"


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"\n{title}: {len(items)}"
        yield from items[:LISTED]
    if len(items) > LISTED:
        yield f"  and {len(items) - LISTED} more"


def _rejection(rejection: Mapping[str, str]) -> str:
    place = f" ({rejection['place']})" if rejection.get("place") else ""
    return f"  {rejection['path']}{place}: {rejection['reason']}"


def _pair(pair: Mapping[str, Any]) -> str:
    first, second = pair["articles"]
    quotes = "".join(f'\n      "{quote}"' for quote in pair["quotes"])
    return f"  {first} and {second} ({pair['score']:.2f}){quotes}"
