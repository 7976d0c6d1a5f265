"""The knobs that change answers, as one value that is stored with every turn and every run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerPolicy:
    """How answers are found and decided.

    `answer_threshold` and `verbatim_threshold` are the least confidence for an answer,
    `topic_threshold` the least cosine of the best passage for a question to be on topic, and
    `internal_lead` how far internal knowledge must fit better for a handoff; all in [0, 1].

    The defaults come from 476 labelled cases of four clients. At a confidence of .45, 67 % of the
    answerable questions and 54 % of the near misses were answered; a topic threshold of .30 stopped
    85 % of the off-topic questions and 3 % of the answerable ones; an internal lead of .02 caught
    76 % of the internal-only questions and 2 % of the answerable ones.
    """

    name: str = "default-1"
    lexical_weight: float = 0.7
    passages: int = 10
    answer_threshold: float = 0.45
    verbatim_threshold: float = 0.45
    topic_threshold: float = 0.30
    internal_lead: float = 0.02
    max_citations: int = 3
