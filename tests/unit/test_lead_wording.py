"""How the lead's page words its numbers, changes and findings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.lead import charts, wording
from api.lead.lines import Line, groups, headline
from api.schemas.report_csv import COLUMNS
from api.schemas.reports import FiguresOut
from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.desk_report import DeskNow, Figures, SuggestionCounts, Tally
from assist.domain.desk_rows import ConversationRow, DayRange, HandoffRow, ResolutionRow
from assist.domain.figures import Share
from tests.fakes import ACME

MORNING = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TWO_DAYS = DayRange(date(2026, 11, 16), date(2026, 11, 17))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u2212", "-")


def conversation(confirmed: bool | None = None, *reasons: str) -> ConversationRow:
    return ConversationRow(
        ConversationId("c"),
        ACME,
        MORNING,
        ConversationState.RESOLVED,
        MORNING,
        assistant_messages=1,
        answered=True,
        resolution=ResolutionRow("customer", MORNING, confirmed=confirmed),
        handoffs=tuple(HandoffRow(reason, "q", "high", MORNING) for reason in reasons),
    )


def figures(
    *rows: ConversationRow, days: DayRange = TWO_DAYS, suggestions: SuggestionCounts | None = None
) -> Figures:
    tally = Tally(days, NOW)
    for row in rows:
        tally.add(row)
    return tally.figures(suggestions or SuggestionCounts(), DeskNow())


def find(label: str, now: Figures, before: Figures) -> Line:
    lines = [line for group in groups(now, before) for line in group.lines]
    return next(line for line in lines if line.label.startswith(label))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "\u2013"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3660, "1 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_time_is_written_with_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert plain(wording.duration(seconds)) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "\u2013"), (0.0, "0 %"), (0.001, "< 1 %"), (0.999, "> 99 %"), (1.0, "100 %")],
)
def test_a_share_is_rounded_but_never_to_none_or_all(share: float | None, text: str) -> None:
    assert plain(wording.percent(share)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), "20 Nov 2026"),
        (date(2026, 10, 24), date(2026, 11, 20), "24 Oct to 20 Nov 2026"),
        (date(2025, 12, 24), date(2026, 1, 6), "24 Dec 2025 to 6 Jan 2026"),
    ],
)
def test_a_range_says_once_what_its_ends_share(first: date, last: date, text: str) -> None:
    assert wording.day_range(DayRange(first, last)) == text


class TestChanges:
    def test_a_clear_change_is_called_better_or_worse(self) -> None:
        good = figures(*[conversation(True)] * 40)
        bad = figures(*[conversation(False)] * 40)
        up = find("Resolved by the assistant, confirmed", good, bad)
        down = find("Resolved by the assistant, confirmed", bad, good)
        assert (plain(up.change), up.verdict) == ("+100 points", "better")
        assert (plain(down.change), down.verdict) == ("-100 points", "worse")

    def test_what_chance_can_explain_is_not_judged(self) -> None:
        now = figures(conversation(True), conversation(False))
        before = figures(*[conversation(True), conversation(False), conversation(False)])
        line = find("Resolved by the assistant, confirmed", now, before)
        assert (plain(line.change), line.verdict) == ("+17 points, within chance", "")

    def test_a_change_of_what_is_neither_good_nor_bad_is_not_judged(self) -> None:
        now = figures(*[conversation(None, "fraud")] * 40)
        line = find("Conversations handed", now, figures(*[conversation()] * 40))
        assert (plain(line.change), line.verdict) == ("+100 points", "")

    def test_nothing_before_gives_no_change(self) -> None:
        lines = {line.label: line for line in headline(figures(conversation()), figures())}
        assert lines["Conversations"].change == "+1"
        assert lines["Assistant resolved, confirmed"].change == ""
        assert lines["First reply of people"].value == wording.NOTHING

    def test_every_figure_has_its_definition(self) -> None:
        for group in groups(figures(), figures()):
            assert all(line.definition for line in group.lines)


class TestFindings:
    def test_the_days_say_what_became_of_conversations(self) -> None:
        shown = figures(conversation(True), conversation(), conversation(None, "fraud"))
        assert plain(wording.days_finding(shown)) == (
            "Of 3 conversations, the assistant resolved 2 (67 %) by itself, and people took part "
            "in 1 (33 %). The busiest day was 16 Nov with 3."
        )

    def test_one_day_is_not_called_the_busiest(self) -> None:
        one = figures(conversation(), days=DayRange(date(2026, 11, 16), date(2026, 11, 16)))
        assert "busiest" not in wording.days_finding(one)

    def test_the_most_frequent_reason_is_named_with_its_interval(self) -> None:
        shown = figures(conversation(None, "asks_for_person"), *[conversation(None, "fraud")] * 3)
        assert plain(wording.reasons_finding(shown)) == (
            "“fraud” caused 3 of 4 handoffs: 75 % (95 % interval "
            f"{plain(wording.interval(Share(3, 4)))})."
        )

    def test_equally_frequent_reasons_are_not_ranked(self) -> None:
        shown = figures(conversation(None, "asks_for_person", "fraud"))
        expected = "2 reasons are equally frequent, with 1 of 2 handoffs each."
        assert wording.reasons_finding(shown) == expected


class TestCharts:
    def test_the_rarest_reasons_share_one_bar(self) -> None:
        shown = figures(conversation(None, *[f"reason_{number:02}" for number in range(14)]))
        rows = charts.reason_rows(shown).rows
        assert len(rows) == 13
        assert rows[0] == ("reason 00", 1, "")
        assert rows[-1] == ("other reasons", 2, "")

    @pytest.mark.parametrize("size", list(charts.Size))
    @pytest.mark.parametrize("theme", list(charts.Theme))
    def test_a_chart_shows_its_labels_and_counts(
        self, theme: charts.Theme, size: charts.Size
    ) -> None:
        shown = figures(*[conversation(None, "asks_for_person")] * 3, conversation())
        reasons = charts.draw_reasons(charts.reason_rows(shown), theme, size)
        days = charts.draw_days(charts.day_rows(shown), theme, size)
        assert ">asked in words<" in reasons
        assert ">3<" in reasons
        assert ">16 Nov<" in days
        assert all(f">{label}<" in days for label in charts.OUTCOME_LABELS.values())


def test_the_documentation_defines_every_figure_and_column() -> None:
    from pathlib import Path

    text = " ".join(Path("docs/leads.md").read_text().split())
    for name, figure in FiguresOut.model_fields.items():
        assert figure.description, name
        assert figure.description in text, name
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.description} |" in text
