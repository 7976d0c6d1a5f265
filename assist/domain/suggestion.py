"""A suggestion: a draft for an agent, what it was based on, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from assist.domain.conversation import Author, ConversationId
from assist.domain.decision import DecisionKind
from assist.domain.policy import AnswerPolicy
from assist.domain.styling import Style
from assist.domain.turn import Citation
from knowledge_base.models import Audience, ClientId

SuggestionId = NewType("SuggestionId", str)


class SuggestionReason(StrEnum):
    """Why a draft says what it says, where no `Reason` of an answer tells it."""

    COURTESY = "courtesy"
    NOTHING_OPEN = "nothing_open"
    ALREADY_ANSWERED = "already_answered"
    NEEDS_DETAILS = "needs_details"
    NEEDS_ACTION = "needs_action"


class Outcome(StrEnum):
    """What became of a suggestion."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Line:
    """What one side said, as a suggestion reads a conversation; never an internal note.

    `is_fixed` marks a reply of the assistant that answers nothing: a courtesy, an abstention or
    the announcement of a handoff.
    """

    author: Author
    text: str
    is_fixed: bool = False


@dataclass(frozen=True)
class Drafted:
    """A finished draft.

    `note` tells the agent what internal knowledge says, and `choice` which of the possible drafts
    this is, counted from 0.
    """

    text: str
    decision: DecisionKind
    reason: str
    reason_text: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    note: str = ""
    warnings: tuple[str, ...] = ()
    choice: int = 0

    @property
    def uses_internal(self) -> bool:
        """Say whether internal knowledge is shown beside the draft."""
        return any(each.audience is Audience.INTERNAL for each in self.citations)


@dataclass(frozen=True)
class Ending:
    """What became of a suggestion, when, and why if it was rejected.

    `edit_distance` is the share of the text that was changed before it was sent, in [0, 1].
    """

    outcome: Outcome
    at: datetime
    edit_distance: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A draft with what it was based on.

    `thread` names the conversation, here or in another desk: a newer suggestion of the same thread
    takes the place of the older one. `after_sequence` is the last message that was read; of a
    transcript it is the number of its lines.
    """

    id: SuggestionId
    client_id: ClientId
    thread: str
    created_at: datetime
    style: Style
    drafted: Drafted
    policy: AnswerPolicy
    knowledge_version: int | None
    conversation_id: ConversationId | None = None
    after_sequence: int = 0
    agent: str = ""
    latency_ms: float = 0.0
    ending: Ending | None = None


def edit_distance(before: str, after: str) -> float:
    """Return the share of characters that were changed, in [0, 1]; white space counts as one."""
    from rapidfuzz.distance import Levenshtein

    return round(Levenshtein.normalized_distance(_flat(before), _flat(after)), 4)


def sent_ending(suggested: str, sent: str, at: datetime) -> Ending:
    """Return what became of a suggestion whose reply was sent like this."""
    distance = edit_distance(suggested, sent)
    return Ending(Outcome.EDITED if distance else Outcome.ACCEPTED, at, distance)


def _flat(text: str) -> str:
    return " ".join(text.split())
