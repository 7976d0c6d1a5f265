from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from assist.domain.client import ClientProfile
from assist.domain.conversation import Author, ConversationId, Message, MessageId
from assist.domain.decision import DecisionKind
from assist.domain.facts import Fact, FactKind
from assist.domain.mood import Mood
from assist.domain.packet import HandoffPacket, Tried
from assist.domain.packing import build_packet, reason_text, situation_of
from assist.domain.rules import HandoffRule
from assist.domain.turn import Question, Turn, TurnId
from assist.domain.wants import LONGEST_WANT, find_want
from knowledge_base.models import Audience, PassageId
from tests.conversation_fakes import CITATION, make_reply
from tests.fakes import ACME, NOON, TODAY

PROFILE = ClientProfile(
    name="Acme", handoff_rules=(HandoffRule(name="delivery-today", any_of=("waited in all day",)),)
)
CUSTOMER, ASSISTANT, AGENT, SYSTEM = (
    Author.CUSTOMER,
    Author.ASSISTANT,
    Author.AGENT,
    Author.SYSTEM,
)
ANSWERED = ("answer", "supported", "It takes 3 days. We deliver at weekends too.")
UNANSWERED = ("abstain", "not_supported", "I can't find that. Would you like a colleague?")
COURTESY = ("smalltalk", "hello", "Hello! How can I help?")
OFF_TOPIC = ("abstain", "off_topic", "I can only help with our products.")

Said = tuple[Author | str, str | tuple[str, str, str]]


def history(*said: Said) -> tuple[list[Message], list[Turn]]:
    """Build messages; a pair of a question and (decision, reason, reply) is a whole exchange."""
    messages: list[Message] = []
    turns: list[Turn] = []
    for left, right in said:
        if isinstance(left, Author) or isinstance(right, str):
            messages.append(message(len(messages) + 1, Author(left), str(right)))
            continue
        decision, reason, text = right
        question = Question(ACME, (left,), Audience.PUBLIC, TODAY)
        turn = make_reply(
            question,
            id=TurnId(f"turn-{len(turns)}"),
            decision=DecisionKind(decision),
            reason=reason,
            text=text,
            citations=(CITATION,) if decision == "answer" else (),
        )
        turns.append(turn)
        messages.append(message(len(messages) + 1, CUSTOMER, left))
        reply = message(len(messages) + 1, ASSISTANT, text)
        messages.append(replace(reply, turn_id=turn.id, citations=turn.citations))
    return messages, turns


def message(sequence: int, author: Author, text: str) -> Message:
    return Message(
        ConversationId("one"), sequence, MessageId(f"one-{sequence}"), author, text, NOON
    )


def pack(*said: Said, reason: str = "asks_for_person", language: str = "en") -> HandoffPacket:
    messages, turns = history(*said)
    return build_packet(messages, turns, PROFILE, reason=reason, language=language)


def test_a_packet_holds_what_the_customer_said_and_what_was_tried() -> None:
    packet = pack(
        ("hello", COURTESY),
        ("My name is Jane Doe. How long does delivery take?", ANSWERED),
        ("order 88123 should have come last Tuesday, where is it?", UNANSWERED),
        (CUSTOMER, "let me talk to a person"),
    )
    assert packet.reason_text == "The customer asks for a person."
    assert packet.wants.endswith("order 88123 should have come last Tuesday, where is it?")
    assert packet.facts == (
        Fact(FactKind.NAME, "Name", "Jane Doe"),
        Fact(FactKind.REFERENCE, "Order number", "88123"),
        Fact(FactKind.DATE, "Date", "last Tuesday"),
    )
    assert packet.tried == (
        Tried(
            "My name is Jane Doe. How long does delivery take?",
            DecisionKind.ANSWER,
            "It takes 3 days.",
        ),
        Tried(
            "order 88123 should have come last Tuesday, where is it?",
            DecisionKind.ABSTAIN,
            "I can't find that.",
        ),
    )
    assert packet.passages == (CITATION,)
    assert packet.suggested_reply.startswith("Hello Jane Doe,")


def test_prices_that_the_assistant_quoted_are_no_facts_of_the_customer() -> None:
    packet = pack(("what is the fee?", ("answer", "supported", "The fee is £39.")))
    assert packet.facts == ()


def test_passages_found_for_the_agent_come_before_those_shown_and_none_twice() -> None:
    messages, turns = history(("how long?", ANSWERED), ("and abroad?", ANSWERED))
    found = replace(CITATION, passage_id=PassageId(99), audience=Audience.INTERNAL)
    packet = build_packet(
        messages, turns, PROFILE, reason="fraud", language="en", passages=[found, CITATION]
    )
    assert packet.passages == (found, CITATION)


def test_secrets_stand_nowhere_in_a_packet() -> None:
    card = "4111 1111 1111 1111"
    packet = pack(
        (f"my card {card} was charged twice", UNANSWERED),
        (CUSTOMER, f"the card is {card} and my password is Hunter2!"),
    )
    stored = TypeAdapter(HandoffPacket).dump_json(packet).decode()
    assert card not in stored
    assert "Hunter2" not in stored
    assert "•••• 1111" in stored


def test_a_packet_survives_storage() -> None:
    packet = pack(("My order 88123 is late!!!", UNANSWERED))
    adapter = TypeAdapter(HandoffPacket)
    assert adapter.validate_json(adapter.dump_json(packet)) == packet


def test_a_mood_of_a_moment_ago_is_still_told() -> None:
    packet = pack((CUSTOMER, "I am furious about this"), (CUSTOMER, "order 88123"))
    assert packet.mood is Mood.ANGRY
    assert "I'm sorry" in packet.suggested_reply


def test_a_reply_without_its_turn_is_judged_by_its_citations() -> None:
    messages, _ = history(("how long?", ANSWERED), ("and abroad?", UNANSWERED))
    packet = build_packet(messages, [], PROFILE, reason="fraud", language="en")
    assert [each.decision for each in packet.tried] == ["answer", "abstain"]


def test_a_packet_of_an_empty_conversation_is_empty() -> None:
    packet = pack()
    assert (packet.wants, packet.facts, packet.tried, packet.passages) == ("", (), (), ())


@pytest.mark.parametrize(
    ("language", "opening"), [("de", "Guten Tag,"), ("pt-BR", "Olá,"), ("nl", "Hello,")]
)
def test_the_suggested_opening_is_in_the_conversations_language(
    language: str, opening: str
) -> None:
    assert pack(language=language).suggested_reply.startswith(opening)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("delivery-today", 'Acme has a rule for this: "delivery today".'),
        ("repeated_failure", "The assistant could not help several times in a row."),
        ("lost", "Handed over for 'lost'."),
    ],
)
def test_every_reason_is_a_sentence(reason: str, text: str) -> None:
    assert reason_text(reason, PROFILE) == text


@pytest.mark.parametrize(
    ("said", "want"),
    [
        (["How long does delivery to Leeds take at the weekend?", "thanks"], 0),
        (["How long does delivery to Leeds take at the weekend?", "agent please"], 0),
        (["How long does delivery to Leeds take at the weekend?", "That didn't help"], 0),
        (["hello", "can I talk to someone"], 1),
        (["hi", "I want to speak to a person about the refund of my broken kettle"], 1),
        ([], None),
    ],
)
def test_the_want_is_the_last_message_that_asks_for_something(
    said: Sequence[str], want: int | None
) -> None:
    assert find_want(said) == ("" if want is None else said[want])


def test_a_follow_up_is_told_with_what_it_follows() -> None:
    said = ["How long does delivery to Leeds take?", "and on Sundays?"]
    assert find_want(said) == " / ".join(said)


def test_a_long_want_is_cut_between_words() -> None:
    want = find_want(["please tell me about the delivery of sofas " * 20])
    assert len(want) <= LONGEST_WANT
    assert want.endswith(" ...")
    assert " deliv ..." not in want


@pytest.mark.parametrize(
    ("said", "failures"),
    [
        ([], 0),
        ([("a", UNANSWERED)], 1),
        ([("a", UNANSWERED), ("b", UNANSWERED)], 2),
        ([("a", UNANSWERED), ("thanks", COURTESY), ("b", UNANSWERED)], 2),
        ([("a", UNANSWERED), ("thanks", COURTESY)], 1),
        ([("a", UNANSWERED), ("b", ANSWERED)], 0),
        ([("a", ANSWERED), ("b", UNANSWERED)], 1),
        ([("a", UNANSWERED), ("poem", OFF_TOPIC)], 0),
        ([("a", UNANSWERED), ("?!", UNANSWERED)], 0),
        ([("a", UNANSWERED), (AGENT, "Done."), (SYSTEM, "Back to the assistant.")], 0),
        ([("a", UNANSWERED), (SYSTEM, "Back to the assistant."), ("b", UNANSWERED)], 1),
    ],
)
def test_failures_are_counted_back_to_the_last_success(said: Sequence[Said], failures: int) -> None:
    messages, turns = history(*said, (CUSTOMER, "next"))
    assert situation_of(messages, turns).failures == failures


def test_an_answer_that_was_called_unhelpful_is_a_failure() -> None:
    messages, turns = history(("a", ANSWERED), ("b", UNANSWERED), (CUSTOMER, "c"))
    assert situation_of(messages, turns, unhelpful={2}).failures == 2


def test_attributes_count_only_if_somebody_vouches_for_them() -> None:
    messages, turns = history((CUSTOMER, "hello"))
    claimed = situation_of(messages, turns, attributes={"vip": True})
    vouched = situation_of(messages, turns, attributes={"vip": True}, is_verified=True)
    assert claimed.attributes == {}
    assert vouched.attributes == {"vip": True}


def test_the_situation_tells_the_mood_of_the_last_message() -> None:
    messages, turns = history((CUSTOMER, "I am furious"), ("how long?", ANSWERED))
    assert situation_of(messages[:1], turns).mood is Mood.ANGRY
    assert situation_of(messages, turns).mood is Mood.NEUTRAL


def test_a_packet_is_made_in_milliseconds() -> None:
    exchange = ("my order 88123 is late, I paid £42 on 3 March, when will it come?", ANSWERED)
    messages, turns = history(*[exchange] * 20)
    build_packet(messages, turns, PROFILE, reason="fraud", language="en")
    started = time.perf_counter()
    build_packet(messages, turns, PROFILE, reason="fraud", language="en")
    assert time.perf_counter() - started < 0.1
