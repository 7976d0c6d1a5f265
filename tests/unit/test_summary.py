from __future__ import annotations

from assist.domain.conversation import Author, ConversationId, Message, MessageId
from assist.domain.summary import summarise
from tests.conversation_fakes import CITATION
from tests.fakes import NOON

CUSTOMER, ASSISTANT, AGENT = Author.CUSTOMER, Author.ASSISTANT, Author.AGENT


def lines(*said: tuple[Author, str], outcome: str = "") -> dict[str, str]:
    messages = [
        Message(
            ConversationId("one"),
            number,
            MessageId(f"one-{number}"),
            author,
            text,
            NOON,
            citations=(CITATION,) if author is ASSISTANT else (),
        )
        for number, (author, text) in enumerate(said, start=1)
    ]
    summary = summarise(messages, (), outcome=outcome)
    return dict(line.split(": ", 1) for line in summary.split("\n"))


QUESTION = "Where is my order 88123? I'm still waiting for the sofa from last week"


def test_a_summary_at_handoff_tells_what_is_open() -> None:
    assert lines((CUSTOMER, QUESTION), (ASSISTANT, "It takes 3 days. Or 4."), (CUSTOMER, "no")) == {
        "Wants": QUESTION,
        "Facts": "Order number: 88123; Date: last week",
        "Tried": f'1 answered; last: "{QUESTION}" -> It takes 3 days.',
        "Mood": 'unhappy ("still waiting")',
        "Open": 'the customer waits for a reply to "no"',
    }


def test_a_summary_at_the_end_tells_the_outcome() -> None:
    told = lines((CUSTOMER, QUESTION), (AGENT, "It comes today."), outcome="answered: comes today")
    assert told["Outcome"] == "answered: comes today"
    assert told["Tried"] == "nothing yet"
    assert "Open" not in told


def test_nothing_is_open_after_a_reply() -> None:
    assert "Open" not in lines((CUSTOMER, QUESTION), (AGENT, "It comes today."))


def test_a_summary_has_at_most_five_lines_of_bounded_length() -> None:
    told = lines(*[(CUSTOMER, QUESTION * 20), (ASSISTANT, "Yes. " * 200)] * 5)
    assert len(told) <= 5
    assert all(len(text) <= 260 for text in told.values())
