"""From rows to the figures of a desk: what is counted, of what, and over which days."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from assist.domain.desk_rows import ConversationRow, DayRange, HandoffRow, Outcome, RatingRow
from assist.domain.figures import Share, Spread
from knowledge_base.models import ClientId

GOOD_SCORE = 4
"""Ratings from here to 5 count as satisfied, as the field counts them."""


@dataclass(frozen=True)
class ReasonShare:
    """How many of the handoffs had one reason."""

    reason: str
    share: Share


@dataclass(frozen=True)
class DayOutcomes:
    """What became of the conversations that started on one day."""

    day: date
    counts: dict[Outcome, int]

    @property
    def started(self) -> int:
        """How many started."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Ratings:
    """The customers' ratings; the mean is `None` without any."""

    count: int
    mean: float | None
    satisfied: Share


@dataclass(frozen=True)
class SuggestionCounts:
    """What agents did with suggestions; `edit_distance` is the mean over the edited ones."""

    offered: int = 0
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    ignored: int = 0
    edit_distance: float | None = None

    @property
    def settled(self) -> int:
        """How many have an outcome."""
        return self.accepted + self.edited + self.rejected + self.ignored

    def share_of(self, count: int) -> Share:
        """Return a count as a share of those with an outcome."""
        return Share(count, self.settled)


@dataclass(frozen=True)
class DeskNow:
    """The conversations that people have to look after at this moment."""

    waiting: int = 0
    with_agent: int = 0
    waiting_on_client: int = 0

    @classmethod
    def total(cls, each: Iterable[DeskNow]) -> DeskNow:
        """Add up several."""
        parts = list(each)
        return cls(
            sum(part.waiting for part in parts),
            sum(part.with_agent for part in parts),
            sum(part.waiting_on_client for part in parts),
        )


@dataclass(frozen=True)
class Figures:
    """The figures of one client, or of several, over a range of days."""

    started: int
    ended: int
    involved: Share
    confirmed: Share
    assumed: Share
    contained: Share
    handed_off: Share
    handoffs: int
    reasons: tuple[ReasonShare, ...]
    reopened: Share
    first_response: Spread
    handle_time: Spread
    queue_wait: Spread
    sla_met: Share
    abandoned: Share
    assistant_ratings: Ratings
    human_ratings: Ratings
    suggestions: SuggestionCounts
    now: DeskNow
    days: tuple[DayOutcomes, ...]


@dataclass(frozen=True)
class DeskReport:
    """Figures per client, in its own days, and of all together, in days of UTC.

    There is no `overall` when one client was asked for.
    """

    days: DayRange
    as_of: datetime
    clients: dict[ClientId, Figures]
    overall: Figures | None


@dataclass
class Tally:
    """Counts the conversations that started within its days, one by one."""

    days: DayRange
    now: datetime
    zone: tzinfo = UTC
    _counts: Counter[str] = field(default_factory=Counter)
    _reasons: Counter[str] = field(default_factory=Counter)
    _outcomes: Counter[tuple[date, Outcome]] = field(default_factory=Counter)
    _scores: Counter[tuple[str, int]] = field(default_factory=Counter)
    _first_responses_s: array[float] = field(default_factory=lambda: array("d"))
    _handle_times_s: array[float] = field(default_factory=lambda: array("d"))
    _waits_s: array[float] = field(default_factory=lambda: array("d"))

    def __post_init__(self) -> None:
        self._since, self._until = self.days.bounds(self.zone)

    def includes(self, row: ConversationRow) -> bool:
        """Say whether a conversation started within the days."""
        return self._since <= row.created_at < self._until

    def add(self, row: ConversationRow) -> None:
        """Count a conversation; one of other days is passed over."""
        if not self.includes(row):
            return
        outcome = row.outcome(self.now)
        self._outcomes[row.created_at.astimezone(self.zone).date(), outcome] += 1
        has_ended = row.has_ended(self.now)
        self._count(
            started=True,
            ended=has_ended,
            involved=row.assistant_messages > 0,
            confirmed=outcome is Outcome.CONFIRMED,
            assumed=outcome is Outcome.ASSUMED,
            contained=has_ended and not row.had_people,
            handed_off=bool(row.handoffs),
            resolved=row.was_resolved,
            reopened=row.reopened > 0,
        )
        for handoff in row.handoffs:
            self._add_handoff(handoff)
        if row.rating:
            self._add_rating(row.rating)

    def figures(self, suggestions: SuggestionCounts, now: DeskNow) -> Figures:
        """Return the figures of everything that was counted."""
        counts = self._counts
        started, ended, handoffs = counts["started"], counts["ended"], counts["handoffs"]
        return Figures(
            started=started,
            ended=ended,
            involved=Share(counts["involved"], started),
            confirmed=Share(counts["confirmed"], ended),
            assumed=Share(counts["assumed"], ended),
            contained=Share(counts["contained"], ended),
            handed_off=Share(counts["handed_off"], started),
            handoffs=handoffs,
            reasons=self._reason_shares(),
            reopened=Share(counts["reopened"], counts["resolved"]),
            first_response=Spread.of(self._first_responses_s),
            handle_time=Spread.of(self._handle_times_s),
            queue_wait=Spread.of(self._waits_s),
            sla_met=Share(counts["in_time"], counts["due"]),
            abandoned=Share(counts["abandoned"], handoffs),
            assistant_ratings=self._ratings("assistant"),
            human_ratings=self._ratings("human"),
            suggestions=suggestions,
            now=now,
            days=self._day_outcomes(),
        )

    def _count(self, **facts: bool) -> None:
        for name, holds in facts.items():
            self._counts[name] += holds

    def _add_handoff(self, handoff: HandoffRow) -> None:
        self._reasons[handoff.reason] += 1
        in_time = handoff.met_deadline(self.now)
        self._count(
            handoffs=True,
            due=in_time is not None,
            in_time=in_time is True,
            abandoned=handoff.is_abandoned,
        )
        for times_s, time_s in (
            (self._first_responses_s, handoff.first_response_s),
            (self._handle_times_s, handoff.handle_s),
            (self._waits_s, handoff.wait_s),
        ):
            if time_s is not None:
                times_s.append(time_s)

    def _add_rating(self, rating: RatingRow) -> None:
        self._scores[rating.served_by, rating.score] += 1

    def _reason_shares(self) -> tuple[ReasonShare, ...]:
        """Return the most frequent reason first."""
        ordered = sorted(self._reasons.items(), key=lambda item: (-item[1], item[0]))
        total = self._counts["handoffs"]
        return tuple(ReasonShare(reason, Share(count, total)) for reason, count in ordered)

    def _ratings(self, served_by: str) -> Ratings:
        scores = {score: self._scores[served_by, score] for score in range(1, 6)}
        count = sum(scores.values())
        total = sum(score * number for score, number in scores.items())
        good = sum(number for score, number in scores.items() if score >= GOOD_SCORE)
        return Ratings(count, total / count if count else None, Share(good, count))

    def _day_outcomes(self) -> tuple[DayOutcomes, ...]:
        return tuple(
            DayOutcomes(day, {outcome: self._outcomes[day, outcome] for outcome in Outcome})
            for day in self.days.days()
        )
