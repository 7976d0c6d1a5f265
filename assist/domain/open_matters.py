"""Reads a conversation for what its agent still has to reply to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assist.domain.contextualising import searchable_text
from assist.domain.conversation import Author
from assist.domain.general_rules import general_rules
from assist.domain.message_signs import (
    asks_same,
    asks_status,
    is_general,
    is_own_case,
    is_question,
    is_thanks,
    is_unsatisfied,
)
from assist.domain.rules import HandoffRule, Priority, find_rule
from assist.domain.sentences import split_units
from assist.domain.smalltalk import Smalltalk, find_smalltalk
from assist.domain.suggestion import Line

MAX_POINTS = 4
"""More questions at once are answered in several replies."""

ASKS_FOR_PERSON = "asks_for_person"

_SHORT_WORDS = 10
"""A longer sentence that calls a reply useless says something besides."""


class Topic(StrEnum):
    """What a message needs besides information; the names are those of the general rules.

    `serious` is what a client's own rule calls urgent or high.
    """

    SERIOUS = "serious"
    SAFETY = "safety"
    FRAUD = "fraud"
    LEGAL = "legal"
    BEREAVEMENT = "bereavement"
    HARDSHIP = "hardship"
    COMPLAINT = "complaint"
    ACTION = "account_action"


@dataclass(frozen=True)
class Point:
    """Something to reply to, in the customer's words.

    `question` is the sentence that asks, or the first one where none does. `search_text` can be
    understood without the messages before it. `is_repeated` when a reply that was given to it did
    not settle it, and `is_own_case` when it is about the customer's own order, bill or the like.
    `asks_status` is a question that no article can answer: where that order is.
    """

    text: str
    search_text: str
    question: str = ""
    is_repeated: bool = False
    is_own_case: bool = False
    asks_status: bool = False


@dataclass(frozen=True)
class OpenMatters:
    """What a conversation asks of its agent now.

    Without points `courtesy` is what the customer ended with, and `None` where the customer waits
    for nothing. `said` holds all replies so far, oldest first.
    """

    points: tuple[Point, ...] = ()
    courtesy: Smalltalk | None = None
    topic: Topic | None = None
    wants_person: bool = False
    is_unsatisfied: bool = False
    is_first_reply: bool = True
    said: tuple[str, ...] = ()


def read_open_matters(
    lines: Sequence[Line], language: str, rules: Sequence[HandoffRule] = ()
) -> OpenMatters:
    """Read what is open since the agent's last reply; `rules` are the client's own.

    What the assistant has answered since then is closed unless the customer was not content.
    """
    last_reply = max((i for i, line in enumerate(lines) if line.author is Author.AGENT), default=-1)
    reading = _Reading(language)
    for line in lines[last_reply + 1 :]:
        reading.take(line)
    before = [line.text for line in lines[: last_reply + 1] if line.author is Author.CUSTOMER]
    points = reading.open_points(before)
    open_text = "\n".join(reading.texts)
    return OpenMatters(
        points=points,
        courtesy=None if points else reading.courtesy,
        topic=_find_topic(open_text, rules),
        wants_person=reading.wants_person,
        is_unsatisfied=reading.is_unsatisfied,
        is_first_reply=last_reply < 0,
        said=tuple(line.text for line in lines if line.author in {Author.AGENT, Author.ASSISTANT}),
    )


@dataclass
class _Matter:
    """A question in the making: its sentences, and whether the assistant replied to it."""

    sentences: list[str] = field(default_factory=list)
    context: tuple[str, ...] = ()
    has_question: bool = False
    is_answered: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def question(self) -> str:
        return next(filter(is_question, self.sentences), self.sentences[0])


class _Reading:
    """Takes in the lines since the agent's last reply, oldest first."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._matters: list[_Matter] = []
        self.texts: list[str] = []
        self.courtesy: Smalltalk | None = None
        self.wants_person = False
        self.is_unsatisfied = False

    def take(self, line: Line) -> None:
        """Read one line."""
        if line.author is Author.ASSISTANT:
            for matter in self._matters:
                matter.is_answered = matter.is_answered or not line.is_fixed
        if line.author is not Author.CUSTOMER:
            return
        self.texts.append(line.text)
        self.courtesy = find_smalltalk(line.text)
        if self.courtesy is None and is_thanks(line.text):
            self.courtesy = Smalltalk.THANKS
        for unit in split_units(line.text):
            self._take_sentence(unit.text)

    def open_points(self, before: Sequence[str]) -> tuple[Point, ...]:
        """Return what is not answered, or was not answered to the customer's content.

        `before` holds the customer's messages up to the agent's last reply.
        """
        repeated = {id(each) for i, each in enumerate(self._matters) if self._is_again(i, before)}
        unanswered = [each for each in self._matters if not each.is_answered]
        wanted = unanswered or self._reopened()
        return tuple(
            self._point(each, before, is_repeated=each.is_answered or id(each) in repeated)
            for each in wanted[:MAX_POINTS]
        )

    def _reopened(self) -> list[_Matter]:
        """Take up the last question again when the customer did not leave it at the answer."""
        went_on = self.is_unsatisfied or self.wants_person or self.courtesy is None
        return self._matters[-1:] if went_on else []

    def _is_again(self, index: int, before: Sequence[str]) -> bool:
        earlier = [each.text for each in self._matters[:index] if each.is_answered]
        text = self._matters[index].text
        return any(asks_same(text, each, self._language) for each in [*before, *earlier])

    def _point(self, matter: _Matter, before: Sequence[str], *, is_repeated: bool) -> Point:
        messages = (*before, *matter.context, matter.text)
        return Point(
            matter.text,
            searchable_text(messages, self._language),
            matter.question,
            is_repeated,
            is_own_case(matter.text) and not is_general(matter.question),
            asks_status(matter.text),
        )

    def _take_sentence(self, sentence: str) -> None:
        if find_smalltalk(sentence) or is_thanks(sentence):
            return
        rule = _find_rule(sentence, general_rules())
        asks_for_person = rule is not None and rule.name == ASKS_FOR_PERSON
        complains = is_unsatisfied(sentence)
        is_short = len(sentence.split()) <= _SHORT_WORDS
        self.is_unsatisfied = self.is_unsatisfied or complains
        self.wants_person = self.wants_person or (is_short and asks_for_person)
        if not (is_short and (asks_for_person or complains)):
            self._add(sentence)

    def _add(self, sentence: str) -> None:
        """Put a sentence to the question that it belongs to.

        What is told belongs to the question that follows it, or else to the one before it; what an
        unsatisfied customer adds belongs to the question whose answer did not help.
        """
        asks = is_question(sentence)
        last = self._matters[-1] if self._matters else None
        goes_on = last is not None and last.is_answered and self.is_unsatisfied and not asks
        if last is None or (last.is_answered and not goes_on) or (asks and last.has_question):
            context = tuple(each.text for each in self._matters)
            last = _Matter(context=context)
            self._matters.append(last)
        last.sentences.append(sentence)
        last.has_question = last.has_question or asks


def _find_topic(text: str, rules: Sequence[HandoffRule]) -> Topic | None:
    """Return what the open messages are about; a client's own rule comes before a general one."""
    own, general = _find_rule(text, rules), _find_rule(text, general_rules())
    found = next((topic for topic in Topic if general and topic == general.name), None)
    if own is None or own.priority is Priority.NORMAL or found is Topic.SAFETY:
        return found
    return Topic.SAFETY if own.queue == Topic.SAFETY else Topic.SERIOUS


def _find_rule(text: str, rules: Sequence[HandoffRule]) -> HandoffRule | None:
    return find_rule(text, rules) if text else None
