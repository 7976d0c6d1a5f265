"""Written rules that hand a message to a person; general ones and each client's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)

from assist.domain.customer import Attribute
from assist.domain.mood import Mood
from assist.domain.phrases import check_phrase, fold_text, has_phrase
from assist.domain.situation import NOTHING_KNOWN, Situation
from knowledge_base.models import ArticleId

_CONDITIONS = ("any_of", "attribute", "failures", "mood", "topics")


class Priority(StrEnum):
    """How soon a person must look at a handoff."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


@dataclass(frozen=True)
class Occasion:
    """All that a rule may be asked about: the folded message and what is known besides.

    `topic` is the article that the message is about; it is `None` until a search has found one.
    """

    folded: str
    situation: Situation = NOTHING_KNOWN
    topic: ArticleId | None = None


class HandoffRule(BaseModel):
    """A rule that hands over when all conditions that it states hold and nothing exempts.

    - `any_of`: one of the phrases stands in the message. They are matched by whole words, without
      case, accents and punctuation; `assist.domain.phrases.has_phrase` tells their grammar.
    - `attribute`: the customer has these attributes, and the client's site has vouched for them.
    - `failures`: so many questions in a row went unanswered or were answered unhelpfully.
    - `mood`: the customer sounds like this or worse.
    - `topics`: the best passage found is of one of these articles; `delivery-*` are all whose ids
      begin so.

    `unless` are phrases that exempt a message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    any_of: tuple[str, ...] = ()
    attribute: dict[str, Attribute] = {}
    failures: Annotated[int, Field(ge=1, le=10)] | None = None
    mood: Literal[Mood.UNHAPPY, Mood.ANGRY] | None = None
    topics: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    queue: str = "general"
    skill: str = ""
    priority: Priority = Priority.NORMAL
    say: str = ""

    @field_validator("any_of", "unless")
    @classmethod
    def _phrases_are_readable(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            check_phrase(phrase)
        return phrases

    @field_validator("topics")
    @classmethod
    def _topics_are_readable(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        for topic in topics:
            if not topic.removesuffix("*") or "*" in topic[:-1]:
                raise ValueError(f"{topic!r} is no article's id; a '*' may stand at its end")
        return topics

    @model_validator(mode="wrap")
    @classmethod
    def _faults_name_the_rule(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Name the rule: a number in a list of them tells its author little."""
        try:
            rule = handler(values)
        except ValidationError as error:
            raise ValueError(f"{_called(values)}: {_faults(error)}") from error
        if not any(getattr(rule, condition) for condition in _CONDITIONS):
            raise ValueError(f"{_called(values)}: it needs one of {', '.join(_CONDITIONS)}")
        return rule

    def applies_to(self, occasion: Occasion) -> bool:
        """Say whether the rule hands over."""
        situation = occasion.situation
        return (
            (self.failures is None or situation.failures >= self.failures)
            and (self.mood is None or situation.mood.is_at_least(self.mood))
            and (not self.attribute or _has_attributes(situation, self.attribute))
            and (not self.topics or _is_about(occasion.topic, self.topics))
            and (not self.any_of or has_phrase(self.any_of, occasion.folded))
            and not has_phrase(self.unless, occasion.folded)
        )


def find_rule(
    message: str,
    rules: Iterable[HandoffRule],
    situation: Situation = NOTHING_KNOWN,
    topic: ArticleId | None = None,
) -> HandoffRule | None:
    """Return the first rule that applies to a message."""
    occasion = Occasion(fold_text(message), situation, topic)
    return next((rule for rule in rules if rule.applies_to(occasion)), None)


def _has_attributes(situation: Situation, wanted: Mapping[str, Attribute]) -> bool:
    """Compare with the types: `1` is not `true`."""
    if not situation.is_verified:
        return False
    had = situation.attributes
    return all(
        name in had and type(had[name]) is type(value) and had[name] == value
        for name, value in wanted.items()
    )


def _is_about(topic: ArticleId | None, topics: tuple[str, ...]) -> bool:
    return topic is not None and any(
        topic.startswith(wanted[:-1]) if wanted.endswith("*") else topic == wanted
        for wanted in topics
    )


def _called(values: object) -> str:
    name = values.get("name") if isinstance(values, Mapping) else None
    return f"rule {name!r}" if name else "a rule without a name"


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'the rule'}: "
        + fault["msg"].removeprefix("Value error, ")
        for fault in error.errors()
    )
