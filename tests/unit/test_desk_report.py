"""The figures of a desk, against a history whose numbers were worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.desk_report import DeskNow, Figures, SuggestionCounts, Tally
from assist.domain.desk_rows import (
    ConversationRow,
    DayRange,
    HandoffRow,
    Outcome,
    RatingRow,
    ResolutionRow,
)
from assist.domain.figures import Share, Spread
from tests.fakes import ACME

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEEK = DayRange(date(2026, 11, 16), date(2026, 11, 22))
RESOLVED = ConversationState.RESOLVED
BY_CUSTOMER = ResolutionRow("customer", MONDAY)
SOLVED = ResolutionRow("customer", MONDAY, confirmed=True)
NOT_SOLVED = ResolutionRow("customer", MONDAY, confirmed=False)
BY_AGENT = ResolutionRow("agent", MONDAY, "answered")


def row(at: datetime = MONDAY, **values: object) -> ConversationRow:
    """Return a conversation in which the assistant answered once, unless said otherwise."""
    facts: dict[str, object] = {
        "id": ConversationId("c"),
        "client_id": ACME,
        "created_at": at,
        "state": RESOLVED,
        "last_message_at": at,
        "customer_messages": 1,
        "assistant_messages": 1,
        "answered": True,
    }
    return ConversationRow(**facts | values)  # type: ignore[arg-type]


def handoff(
    reason: str = "complaint",
    at: datetime = MONDAY,
    *,
    claimed: int | None = None,
    replied: int | None = None,
    ended: int | None = None,
    due: int | None = 300,
    outcome: str = "",
) -> HandoffRow:
    """Return a handoff; its times are seconds after its start."""

    def moment(seconds: int | None) -> datetime | None:
        return None if seconds is None else at + timedelta(seconds=seconds)

    return HandoffRow(
        reason,
        "general",
        "high",
        at,
        moment(due),
        claimed_at=moment(claimed),
        first_reply_at=moment(replied),
        ended_at=moment(ended),
        outcome=outcome,
    )


HISTORY = [
    # The assistant alone: three confirmed or assumed, one denied, one that knew no answer.
    row(resolution=SOLVED, rating=RatingRow(5, "assistant")),
    row(resolution=BY_CUSTOMER, helpful=True, rating=RatingRow(4, "assistant")),
    row(resolution=BY_CUSTOMER),
    row(TUESDAY, state=ConversationState.ASSISTANT),  # idle for three days
    row(resolution=NOT_SOLVED, rating=RatingRow(1, "assistant")),
    row(TUESDAY, resolution=BY_CUSTOMER, answered=False),
    # Still with the assistant, an hour ago.
    row(NOW - timedelta(hours=1), state=ConversationState.ASSISTANT),
    # With people.
    row(
        resolution=BY_AGENT,
        agent_messages=2,
        handoffs=(handoff(claimed=60, replied=120, ended=660, outcome="resolved"),),
        rating=RatingRow(5, "human"),
    ),
    row(
        TUESDAY,
        resolution=BY_AGENT,
        agent_messages=1,
        reopened=1,
        handoffs=(
            handoff("complaint", claimed=200, replied=400, ended=1200, outcome="resolved"),
            handoff("reopened", claimed=20, replied=30, ended=320, outcome="resolved"),
        ),
        rating=RatingRow(3, "human"),
    ),
    row(TUESDAY, resolution=BY_CUSTOMER, handoffs=(handoff(ended=90, outcome="abandoned"),)),
    row(  # late: nobody has replied, and the deadline is over
        NOW - timedelta(hours=2),
        state=ConversationState.QUEUED,
        assistant_messages=0,
        handoffs=(handoff("fraud", NOW - timedelta(hours=2)),),
    ),
    row(  # not due yet
        NOW - timedelta(minutes=2),
        state=ConversationState.WITH_AGENT,
        handoffs=(handoff("complaint", NOW - timedelta(minutes=2), claimed=10),),
    ),
]


def count(*rows: ConversationRow, days: DayRange = WEEK, zone: str = "UTC") -> Figures:
    tally = Tally(days, NOW, ZoneInfo(zone))
    for each in rows:
        tally.add(each)
    return tally.figures(SuggestionCounts(), DeskNow())


class TestHistory:
    @pytest.fixture
    def figures(self) -> Figures:
        return count(*HISTORY)

    def test_conversations_and_who_took_part(self, figures: Figures) -> None:
        assert (figures.started, figures.ended) == (12, 9)
        assert figures.involved == Share(11, 12)
        assert figures.handed_off == Share(5, 12)

    def test_what_the_assistant_resolved_alone(self, figures: Figures) -> None:
        assert figures.contained == Share(6, 9)
        assert figures.confirmed == Share(2, 9)
        assert figures.assumed == Share(2, 9)

    def test_handoffs_by_reason(self, figures: Figures) -> None:
        assert figures.handoffs == 6
        assert [(each.reason, each.share) for each in figures.reasons] == [
            ("complaint", Share(4, 6)),
            ("fraud", Share(1, 6)),
            ("reopened", Share(1, 6)),
        ]
        assert figures.abandoned == Share(1, 6)
        assert figures.reopened == Share(1, 8)

    def test_times_of_people(self, figures: Figures) -> None:
        spreads = (figures.first_response, figures.handle_time, figures.queue_wait)
        assert [(each.count, each.median_s) for each in spreads] == [(3, 120), (3, 600), (4, 40)]
        slow_ends = [each.p90_s for each in spreads]
        # of 30, 120, 400; of 300, 600, 1000; of 10, 20, 60, 200
        assert slow_ends == pytest.approx([344.0, 920.0, 158.0])

    def test_deadlines_met_count_only_what_was_due(self, figures: Figures) -> None:
        assert figures.sla_met == Share(2, 4)

    def test_ratings_of_assistant_and_people_apart(self, figures: Figures) -> None:
        assistant, human = figures.assistant_ratings, figures.human_ratings
        assert assistant.mean == pytest.approx(10 / 3)
        assert (assistant.count, assistant.satisfied) == (3, Share(2, 3))
        assert (human.count, human.mean, human.satisfied) == (2, 4.0, Share(1, 2))

    def test_every_conversation_has_one_outcome_on_its_day(self, figures: Figures) -> None:
        assert [each.day.day for each in figures.days] == [16, 17, 18, 19, 20, 21, 22]
        assert [each.started for each in figures.days] == [5, 4, 0, 0, 3, 0, 0]
        assert figures.days[0].counts == {
            Outcome.CONFIRMED: 2,
            Outcome.ASSUMED: 1,
            Outcome.UNRESOLVED: 1,
            Outcome.WITH_PEOPLE: 1,
            Outcome.OPEN: 0,
        }


def test_without_conversations_nothing_is_a_number_but_the_counts() -> None:
    figures = count()

    assert (figures.started, figures.handoffs, figures.reasons) == (0, 0, ())
    for share in (figures.involved, figures.contained, figures.sla_met, figures.reopened):
        assert (share.count, share.value, share.interval) == (0, None, None)
    assert figures.first_response == Spread(0, None, None)
    assert (figures.human_ratings.count, figures.human_ratings.mean) == (0, None)


class TestOutcomes:
    def test_a_customer_who_called_it_solved_after_a_bad_answer_is_believed(self) -> None:
        assert row(resolution=SOLVED, helpful=False).outcome(NOW) is Outcome.CONFIRMED

    def test_an_unhelpful_last_answer_resolved_nothing(self) -> None:
        assert row(resolution=BY_CUSTOMER, helpful=False).outcome(NOW) is Outcome.UNRESOLVED

    def test_what_the_assistant_never_answered_was_not_resolved_by_it(self) -> None:
        silent = row(resolution=SOLVED, assistant_messages=0, answered=False)
        assert silent.outcome(NOW) is Outcome.UNRESOLVED

    def test_an_agent_who_ended_it_was_involved_without_a_word(self) -> None:
        assert row(resolution=BY_AGENT).outcome(NOW) is Outcome.WITH_PEOPLE

    @pytest.mark.parametrize("trace", ["agent_messages", "was_claimed"])
    def test_a_takeover_involves_people_without_a_handoff(self, trace: str) -> None:
        taken = replace(row(resolution=BY_CUSTOMER), **{trace: 1})  # type: ignore[arg-type]
        assert taken.outcome(NOW) is Outcome.WITH_PEOPLE

    @pytest.mark.parametrize(("hours", "ended"), [(23.9, False), (24, True)])
    def test_a_day_without_a_message_ends_what_only_the_assistant_has(
        self, hours: float, ended: bool
    ) -> None:
        left = row(NOW - timedelta(hours=hours), state=ConversationState.ASSISTANT)
        assert left.has_ended(NOW) is ended
        assert row(left.created_at, state=ConversationState.QUEUED).has_ended(NOW) is False


class TestDeadlines:
    @pytest.mark.parametrize(
        ("times", "met"),
        [
            ({"replied": 300}, True),
            ({"replied": 301}, False),
            ({"ended": 299}, None),
            ({"ended": 301}, False),
            ({"due": None, "replied": 10}, None),
        ],
    )
    def test_a_reply_counts_at_the_deadline_and_an_early_end_not_at_all(
        self, times: dict[str, int | None], met: bool | None
    ) -> None:
        assert handoff(**times).met_deadline(NOW) is met  # type: ignore[arg-type]


class TestDays:
    def test_days_begin_and_end_in_the_given_time_zone(self) -> None:
        sunday_in_utc = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
        rows = [row(sunday_in_utc), row(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))]

        assert count(*rows).started == 1
        assert count(*rows, zone="Europe/Paris").days[0].started == 1
        assert count(*rows, zone="America/New_York").days[-1].started == 1

    def test_a_day_of_25_hours_is_whole(self) -> None:
        since, until = DayRange(date(2026, 10, 25), date(2026, 10, 25)).bounds(
            ZoneInfo("Europe/Berlin")
        )
        assert (until.astimezone(UTC) - since.astimezone(UTC)) == timedelta(hours=25)

    def test_the_previous_range_is_as_long_and_just_before(self) -> None:
        assert WEEK.previous() == DayRange(date(2026, 11, 9), date(2026, 11, 15))


class TestShares:
    def test_the_interval_is_wilsons(self) -> None:
        # Newcombe 1998, Statistics in Medicine 17:857, table I.
        assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
        assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
        assert Share(29, 29).interval == pytest.approx((0.8830, 1.0), abs=5e-5)

    def test_a_change_is_clear_when_its_interval_leaves_out_zero(self) -> None:
        # Newcombe 1998, Statistics in Medicine 17:873, table II: 0.0524 to 0.3339.
        change = Share(56, 70).change_since(Share(48, 80))
        assert change is not None
        assert change.difference == pytest.approx(0.2)
        assert change.is_clear
        near = Share(9, 10).change_since(Share(3, 10)), Share(5, 10).change_since(Share(4, 10))
        assert [each and each.is_clear for each in near] == [True, False]

    def test_there_is_no_change_from_nothing(self) -> None:
        assert Share(1, 2).change_since(Share(0, 0)) is None

    def test_one_time_is_its_own_median(self) -> None:
        assert Spread.of([7.0]) == Spread(1, 7.0, 7.0)


def test_suggestions_are_shares_of_those_with_an_outcome() -> None:
    counts = SuggestionCounts(10, accepted=3, edited=2, rejected=1, ignored=2)
    assert counts.share_of(counts.accepted) == Share(3, 8)
