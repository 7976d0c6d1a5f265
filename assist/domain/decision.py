"""What the assistant can decide to do with a message, as a closed union."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from assist.domain.rules import Priority
from knowledge_base.models import RankedPassage


class DecisionKind(StrEnum):
    """The name of a decision in records and interfaces."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"


class Reason(StrEnum):
    """Why a decision was taken; a handoff by a written rule gives the rule's name instead."""

    SUPPORTED = "supported"
    VERBATIM = "verbatim"
    AMBIGUOUS = "ambiguous"
    NOT_SUPPORTED = "not_supported"
    NO_KNOWLEDGE = "no_knowledge"
    OFF_TOPIC = "off_topic"
    INTERNAL_ONLY = "internal_only"


@dataclass(frozen=True)
class Answer:
    """Reply from these passages, best first; `confidence` estimates the chance of being right."""

    passages: tuple[RankedPassage, ...]
    confidence: float
    reason: str = Reason.SUPPORTED


@dataclass(frozen=True)
class Clarify:
    """Ask one question whose answers are known."""

    choices: tuple[str, ...]
    confidence: float
    reason: str = Reason.AMBIGUOUS


@dataclass(frozen=True)
class Abstain:
    """Say that it is not known and offer a person."""

    reason: str
    confidence: float = 0.0


@dataclass(frozen=True)
class HandOff:
    """Pass the customer to a person; `say` replaces the client's general sentence."""

    reason: str
    say: str = ""
    queue: str = "general"
    priority: Priority = Priority.NORMAL
    confidence: float = 0.0
    skill: str = ""


@dataclass(frozen=True)
class Smalltalk:
    """Return a courtesy with a fixed phrase."""

    reason: str
    confidence: float = field(default=1.0)


Decision = Answer | Clarify | Abstain | HandOff | Smalltalk


@dataclass(frozen=True)
class HandoffTarget:
    """Which queue takes a handoff, how soon it must look, and what its agent must be able to do."""

    queue: str
    priority: Priority
    skill: str = ""


def kind_of(decision: Decision) -> DecisionKind:
    """Return the name of a decision."""
    match decision:
        case Answer():
            return DecisionKind.ANSWER
        case Clarify():
            return DecisionKind.CLARIFY
        case Abstain():
            return DecisionKind.ABSTAIN
        case HandOff():
            return DecisionKind.HANDOFF
        case Smalltalk():
            return DecisionKind.SMALLTALK
        case _:
            assert_never(decision)


def handoff_of(decision: Decision) -> HandoffTarget | None:
    """Return where a handoff goes, and `None` for all other decisions."""
    if isinstance(decision, HandOff):
        return HandoffTarget(decision.queue, decision.priority, decision.skill)
    return None
