"""What reports know of each conversation, and what one conversation alone says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from assist.domain.conversation import ConversationId, ConversationState
from knowledge_base.models import ClientId

IDLE = timedelta(hours=24)
"""After this long without a message a conversation with the assistant counts as ended."""


@dataclass(frozen=True)
class DayRange:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def days(self) -> list[date]:
        """Return every day in order."""
        return [self.first + timedelta(days=number) for number in range(self.length)]

    def previous(self) -> DayRange:
        """Return the range of equal length just before."""
        return DayRange(self.first - timedelta(days=self.length), self.first - timedelta(days=1))

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return when the first day begins, and when the day after the last one does."""
        following = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time.min, zone),
            datetime.combine(following, time.min, zone),
        )


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """One handoff to people and how it went."""

    reason: str
    queue: str
    priority: str
    queued_at: datetime
    deadline_at: datetime | None = None
    is_after_hours: bool = False
    claimed_at: datetime | None = None
    first_reply_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""

    @property
    def first_response_s(self) -> float | None:
        """From the handoff to the first reply."""
        return _seconds(self.queued_at, self.first_reply_at)

    @property
    def wait_s(self) -> float | None:
        """From the handoff until somebody took it."""
        return _seconds(self.queued_at, self._taken_at)

    @property
    def handle_s(self) -> float | None:
        """From when somebody took it to its end."""
        return _seconds(self._taken_at, self.ended_at)

    @property
    def is_abandoned(self) -> bool:
        """Whether it ended before anybody took it."""
        return self.outcome == "abandoned" and self._taken_at is None

    @property
    def _taken_at(self) -> datetime | None:
        return self.claimed_at or self.first_reply_at

    def met_deadline(self, now: datetime) -> bool | None:
        """Say whether the first reply came in time; `None` while that is undecided.

        What ended before its deadline without a reply is never decided.
        """
        if self.deadline_at is None:
            return None
        if self.first_reply_at is not None:
            return self.first_reply_at <= self.deadline_at
        return False if self.deadline_at < min(now, self.ended_at or now) else None


@dataclass(frozen=True, slots=True)
class ResolutionRow:
    """How a conversation ended; `confirmed` is the customer's own word, if there was one."""

    by: str
    at: datetime
    disposition: str = ""
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class RatingRow:
    """The customer's rating from 1 to 5, and whether the assistant or a person had served."""

    score: int
    served_by: str


class Outcome(StrEnum):
    """What became of a conversation; every one has exactly one."""

    CONFIRMED = "confirmed"
    ASSUMED = "assumed"
    UNRESOLVED = "unresolved"
    WITH_PEOPLE = "with_people"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in numbers; `answered` tells of the last reply that was no small talk."""

    id: ConversationId
    client_id: ClientId
    created_at: datetime
    state: ConversationState
    last_message_at: datetime
    language: str = ""
    channel: str = ""
    customer_messages: int = 0
    assistant_messages: int = 0
    agent_messages: int = 0
    was_claimed: bool = False
    answered: bool = False
    helpful: bool | None = None
    resolution: ResolutionRow | None = None
    reopened: int = 0
    handoffs: tuple[HandoffRow, ...] = ()
    rating: RatingRow | None = None

    @property
    def had_people(self) -> bool:
        """Whether a person was asked for, had it, wrote, or ended it."""
        by_agent = self.resolution is not None and self.resolution.by == "agent"
        return bool(self.handoffs) or self.was_claimed or self.agent_messages > 0 or by_agent

    @property
    def was_resolved(self) -> bool:
        """Whether it was ever resolved, even if it was reopened since."""
        return self.state is ConversationState.RESOLVED or self.reopened > 0

    def has_ended(self, now: datetime) -> bool:
        """Say whether it is resolved, or the customer left the assistant without a word."""
        is_idle = now - self.last_message_at >= IDLE
        return self.state is ConversationState.RESOLVED or (
            self.state is ConversationState.ASSISTANT and is_idle
        )

    def outcome(self, now: datetime) -> Outcome:
        """Say what became of it."""
        if self.had_people:
            return Outcome.WITH_PEOPLE
        if not self.has_ended(now):
            return Outcome.OPEN
        word = self._customers_word()
        if word is None:
            return Outcome.ASSUMED if self.answered else Outcome.UNRESOLVED
        return Outcome.CONFIRMED if word and self.assistant_messages else Outcome.UNRESOLVED

    def _customers_word(self) -> bool | None:
        """Return whether the customer called it solved; what was said at the end counts first."""
        if self.resolution is not None and self.resolution.confirmed is not None:
            return self.resolution.confirmed
        return self.helpful


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start is not None and end is not None else None
