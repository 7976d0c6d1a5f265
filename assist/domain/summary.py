"""Sums a conversation up for an agent in a few labelled lines, all of them in its own words."""

from __future__ import annotations

from collections.abc import Sequence

from assist.domain.conversation import Author, Message
from assist.domain.decision import DecisionKind
from assist.domain.facts import Fact, find_facts
from assist.domain.mood import Mood, read_mood
from assist.domain.packet import Tried
from assist.domain.tried import list_tried
from assist.domain.turn import Turn
from assist.domain.wants import cut, find_want

_MOST_FACTS = 6
_MOST_SIGNALS = 3
_LONGEST_LINE = 240
_MOOD_MESSAGES = 3
"""A mood may have been shown a few messages ago: a plain "yes" does not end it."""


def summarise(
    messages: Sequence[Message], turns: Sequence[Turn], *, language: str = "en", outcome: str = ""
) -> str:
    """Return three to five lines, each with its label; the last one says how it stands.

    With an outcome that is the end; without one, what the customer still waits for.
    """
    said = said_by_customer(messages)
    wants, facts = find_want(said, language), find_facts(said, language=language)
    return sum_up(messages, wants, facts, list_tried(messages, turns), outcome)


def sum_up(
    messages: Sequence[Message],
    wants: str,
    facts: Sequence[Fact],
    tried: Sequence[Tried],
    outcome: str = "",
) -> str:
    """Put what was found in a conversation into the lines of its summary."""
    lines = {
        "Wants": wants,
        "Facts": _facts_line(facts),
        "Tried": _tried_line(tried),
        "Mood": _mood_line(said_by_customer(messages)),
        **({"Outcome": outcome} if outcome else {"Open": _open_point(messages)}),
    }
    return "\n".join(
        f"{label}: {cut(text, _LONGEST_LINE)}" for label, text in lines.items() if text
    )


def said_by_customer(messages: Sequence[Message]) -> tuple[str, ...]:
    """Return the texts of the customer's messages."""
    return tuple(each.text for each in messages if each.author is Author.CUSTOMER)


def recent_mood(said: Sequence[str]) -> tuple[Mood, tuple[str, ...]]:
    """Return the worst mood of the newest messages, and what speaks for it."""
    ends = range(len(said), max(0, len(said) - _MOOD_MESSAGES), -1)
    readings = [read_mood(said[:end]) for end in ends]
    worst = max(readings, key=lambda reading: list(Mood).index(reading.mood), default=None)
    return (worst.mood, worst.signals) if worst else (Mood.NEUTRAL, ())


def _facts_line(facts: Sequence[Fact]) -> str:
    return "; ".join(f"{fact.label}: {fact.value}" for fact in facts[:_MOST_FACTS])


def _tried_line(tried: Sequence[Tried]) -> str:
    if not tried:
        return "nothing yet"
    counts = {
        "answered": sum(each.decision is DecisionKind.ANSWER for each in tried),
        "could not be answered": sum(each.decision is DecisionKind.ABSTAIN for each in tried),
    }
    done = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    last = tried[-1]
    return f'{done or "1 reply"}; last: "{last.question}" -> {last.text}'


def _mood_line(said: Sequence[str]) -> str:
    mood, signals = recent_mood(said)
    why = ", ".join(f'"{signal}"' for signal in signals[:_MOST_SIGNALS])
    return f"{mood} ({why})" if why else str(mood)


def _open_point(messages: Sequence[Message]) -> str:
    """Return what was said since anybody last answered the customer."""
    unanswered: list[str] = []
    for message in reversed(messages):
        if message.author in {Author.ASSISTANT, Author.AGENT}:
            break
        if message.author is Author.CUSTOMER:
            unanswered.append(message.text)
    want = find_want(tuple(reversed(unanswered)))
    return f'the customer waits for a reply to "{want}"' if want else ""
