"""Tells what a customer asked and what the assistant did about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assist.domain.conversation import Author, Message
from assist.domain.deciding import failures_after
from assist.domain.decision import DecisionKind
from assist.domain.masking import mask_secrets
from assist.domain.packet import Tried
from assist.domain.sentences import UnitKind, split_units
from assist.domain.turn import Turn, TurnId
from assist.domain.wants import cut
from knowledge_base.models import Audience

RECENT_TURNS = 5
"""How many of the assistant's newest turns are looked at: each one is a read."""
_LONGEST_QUESTION = 200
_LONGEST_TEXT = 160
_OPEN = {DecisionKind.ABSTAIN, DecisionKind.SMALLTALK, None}
"""Decisions that settle no question; of old messages the decision is not known."""
_MARKDOWN = re.compile(r"^[#>*\-\s]+|[*_`]{1,2}")


def recent_turn_ids(messages: Sequence[Message]) -> tuple[TurnId, ...]:
    """Return the turns of the assistant's newest replies, the oldest first."""
    return tuple(message.turn_id for message in messages if message.turn_id)[-RECENT_TURNS:]


def unsettled(messages: Sequence[Message], unhelpful: Collection[int] = ()) -> list[Message]:
    """Return the replies in which failures in a row can be, in order.

    It is the row's end that is looked for: a reply of a person, or one that settled a question.
    """
    found: list[Message] = []
    for message in reversed(messages):
        if message.author is Author.CUSTOMER or message.audience is not Audience.PUBLIC:
            continue
        is_settled = message.decision not in _OPEN and message.sequence not in unhelpful
        if message.author is not Author.ASSISTANT or is_settled:
            break
        found.append(message)
    return found[::-1]


def list_tried(messages: Sequence[Message], turns: Sequence[Turn]) -> tuple[Tried, ...]:
    """Return each question with what the assistant did, in order; courtesies are left out.

    A reply of which nothing is recorded counts as an answer if it cites something.
    """
    by_id = {turn.id: turn for turn in turns}
    tried: list[Tried] = []
    question = ""
    for message in messages:
        if message.author is Author.CUSTOMER:
            question = message.text
        elif message.author is Author.ASSISTANT and message.audience is Audience.PUBLIC:
            decision = _decision(message, by_id.get(message.turn_id) if message.turn_id else None)
            if question and decision is not DecisionKind.SMALLTALK:
                asked = cut(mask_secrets(question), _LONGEST_QUESTION)
                tried.append(Tried(asked, decision, _first_sentence(message.text)))
    return tuple(tried)


def count_failures(
    messages: Sequence[Message], turns: Sequence[Turn], unhelpful: Collection[int] = ()
) -> int:
    """Count the questions in a row, up to now, that the assistant did not settle.

    A reply is a failure if it abstains or if its sequence is among the `unhelpful` ones. Courtesies
    say nothing about it. Whatever people said ends the row: what came before is theirs.
    """
    by_id = {turn.id: turn for turn in turns}
    failures = 0
    for message in reversed(unsettled(messages, unhelpful)):
        turn = by_id.get(message.turn_id) if message.turn_id else None
        if turn is None:
            break
        after = failures_after(turn, failures, was_unhelpful=message.sequence in unhelpful)
        if not after and turn.decision is not DecisionKind.SMALLTALK:
            break
        failures = after
    return failures


def _decision(message: Message, turn: Turn | None) -> DecisionKind:
    known = turn.decision if turn else message.decision
    if known:
        return known
    return DecisionKind.ANSWER if message.citations else DecisionKind.ABSTAIN


def _first_sentence(text: str) -> str:
    units = split_units(text)
    sentences = [unit for unit in units if unit.kind is not UnitKind.HEADING] or list(units)
    return cut(_MARKDOWN.sub("", sentences[0].text), _LONGEST_TEXT) if sentences else ""
