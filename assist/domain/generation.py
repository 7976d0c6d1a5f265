"""The record of a language model's part in a turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assist.domain.claim_support import Flaw
from assist.domain.generating import Fault


class AnswerMode(StrEnum):
    """How the text of an answer came about."""

    QUOTED = "quoted"
    GENERATED = "generated"


@dataclass(frozen=True)
class Dropped:
    """A sentence that was not sent, and why."""

    text: str
    flaw: Flaw


@dataclass(frozen=True)
class Generation:
    """What a model that was asked gave, what it cost, and why it was not used if it was not.

    `prompt` is the prompt file's name with its version. Tokens and cost are `None` when unknown.
    """

    mode: AnswerMode
    model: str
    prompt: str
    fault: Fault | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    dropped: tuple[Dropped, ...] = ()
