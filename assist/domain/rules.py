"""Written rules that hand a message to a person; general ones and each client's own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from assist.domain.phrases import check_phrase, fold_text, has_phrase


class Priority(StrEnum):
    """How soon a person must look at a handoff."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class HandoffRule(BaseModel):
    """A rule that hands over when one of its phrases matches and no exempting one does.

    Phrases are matched by whole words, without case, accents and punctuation; see
    `assist.domain.phrases.has_phrase` for `word*`, `a|b`, `...` and the rest of their grammar.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    any_of: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    queue: str = "general"
    priority: Priority = Priority.NORMAL
    say: str = ""

    @field_validator("any_of", "unless")
    @classmethod
    def _phrases_are_readable(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            check_phrase(phrase)
        return phrases

    def applies_to(self, folded: str) -> bool:
        """Say whether the rule hands over a message that `fold_text` has folded."""
        return has_phrase(self.any_of, folded) and not has_phrase(self.unless, folded)


def find_rule(message: str, rules: Sequence[HandoffRule]) -> HandoffRule | None:
    """Return the first rule that applies to the message."""
    folded = fold_text(message)
    return next((rule for rule in rules if rule.applies_to(folded)), None)
