"""What an agent gets at a handoff; made by `assist.domain.packing`, and stored as it was."""

from __future__ import annotations

from dataclasses import dataclass

from assist.domain.decision import DecisionKind
from assist.domain.facts import Fact
from assist.domain.mood import Mood
from assist.domain.turn import Citation


@dataclass(frozen=True)
class Tried:
    """A question of the customer and what the assistant did about it.

    `text` is the first sentence of the reply.
    """

    question: str
    decision: DecisionKind
    text: str


@dataclass(frozen=True)
class HandoffPacket:
    """A conversation so far, so that no agent has to ask for it again.

    `reason_text` is a sentence for agents; `wants` is in the customer's own words; `passages` are
    those cited or found, best first; `summary` has one labelled line each. Empty means unknown.
    """

    reason: str
    reason_text: str
    wants: str = ""
    facts: tuple[Fact, ...] = ()
    mood: Mood = Mood.NEUTRAL
    tried: tuple[Tried, ...] = ()
    passages: tuple[Citation, ...] = ()
    language: str = ""
    summary: str = ""
    suggested_reply: str = ""
