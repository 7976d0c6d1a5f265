"""Packs a conversation for the agent who takes it over, and tells a new message's situation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from assist.domain.client import ClientProfile
from assist.domain.conversation import Author, Message
from assist.domain.customer import Attribute
from assist.domain.decision import DecisionKind, Reason
from assist.domain.facts import FactKind, find_facts
from assist.domain.mood import Mood, read_mood
from assist.domain.opening import opening_reply
from assist.domain.packet import HandoffPacket
from assist.domain.situation import Situation
from assist.domain.summary import recent_mood, said_by_customer, sum_up
from assist.domain.tried import count_failures, list_tried
from assist.domain.turn import Citation, Turn
from assist.domain.wants import find_want

_MOST_PASSAGES = 5


def build_packet(
    messages: Sequence[Message],
    turns: Sequence[Turn],
    profile: ClientProfile,
    *,
    reason: str,
    language: str,
    passages: Sequence[Citation] = (),
    suggested_reply: str = "",
) -> HandoffPacket:
    """Pack what an agent needs to go on where the conversation stands.

    `turns` are those of the messages in any order, as far as they are at hand; `passages` were
    found for the agent and come before those that the customer has seen. Without a suggested reply
    a plain opening is made.
    """
    said = said_by_customer(messages)
    shown = _shown(messages)
    titles = dict.fromkeys(each.title for each in shown if each.in_reply)
    facts = find_facts(said, tuple(titles), language)
    mood, _ = recent_mood(said)
    name = next((fact.value for fact in facts if fact.kind is FactKind.NAME), "")
    wants, tried = find_want(said, language), list_tried(messages, turns)
    return HandoffPacket(
        reason=reason,
        reason_text=reason_text(reason, profile),
        wants=wants,
        facts=facts,
        mood=mood,
        tried=tried,
        passages=_distinct([*passages, *shown])[:_MOST_PASSAGES],
        language=language,
        summary=sum_up(messages, wants, facts, tried),
        suggested_reply=suggested_reply
        or opening_reply(language, name=name, apologises=mood is not Mood.NEUTRAL),
    )


def situation_of(
    messages: Sequence[Message],
    turns: Sequence[Turn],
    *,
    attributes: Mapping[str, Attribute] | None = None,
    is_verified: bool = False,
    unhelpful: Collection[int] = (),
) -> Situation:
    """Return the situation in which the customer's last message arrives.

    `turns` are those of the newest messages, in any order; `unhelpful` are the sequences of the
    replies that the customer called so. Attributes that nobody vouches for are left out.
    """
    return Situation(
        mood=read_mood(said_by_customer(messages)).mood,
        failures=count_failures(messages, turns, unhelpful),
        attributes=dict(attributes or {}) if is_verified else {},
        is_verified=is_verified,
        was_asked_back=_was_asked_back(messages),
    )


def _was_asked_back(messages: Sequence[Message]) -> bool:
    """Say whether the last message answers a question of the assistant."""
    before = [each for each in messages[:-1] if each.author is not Author.SYSTEM]
    return bool(before) and before[-1].decision is DecisionKind.CLARIFY


def reason_text(reason: str, profile: ClientProfile) -> str:
    """Say in a sentence for agents why a person is needed."""
    known = _REASONS.get(reason)
    if known:
        return known
    if any(rule.name == reason for rule in profile.handoff_rules):
        spoken = reason.replace("-", " ").replace("_", " ")
        return f'{profile.name} has a rule for this: "{spoken}".'
    return f"Handed over for {reason!r}."


_REASONS = {
    "safety": "Somebody may be in danger.",
    "fraud": "The customer reports fraud or a theft.",
    "legal": "The customer speaks of lawyers, courts, regulators or data rights.",
    "bereavement": "Somebody has died.",
    "hardship": "The customer has trouble paying.",
    "complaint": "The customer complains.",
    "third_party": "The customer acts for somebody else.",
    "asks_for_person": "The customer asks for a person.",
    "asked_for_person": "The customer asked for a person by the button.",
    "repeated_failure": "The assistant could not help several times in a row.",
    "unhappy_customer": "The customer is angry.",
    "account_action": "It takes somebody who can see or change the customer's account.",
    "assistant_failed": "The assistant could not reply for a technical reason.",
    "reopened": "The customer came back after an agent had resolved it.",
    "takeover": "An agent took over.",
    str(Reason.INTERNAL_ONLY): "Only internal knowledge answers this; customers must not see it.",
}


def _shown(messages: Sequence[Message]) -> list[Citation]:
    """Return what the customer has been shown, the newest reply first."""
    replies = [each for each in messages if each.author is Author.ASSISTANT]
    return [citation for reply in reversed(replies) for citation in reply.citations]


def _distinct(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    by_passage: dict[object, Citation] = {}
    for citation in citations:
        by_passage.setdefault(citation.passage_id, citation)
    return tuple(by_passage.values())
