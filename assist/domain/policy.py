"""The knobs that change answers, as one value that is stored with every turn and every run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerPolicy:
    """How answers are found and decided.

    `answer_threshold` and `verbatim_threshold` are the least confidence for an answer,
    `topic_threshold` the least cosine of the best passage for a question to be on topic, and
    `internal_lead` how far internal knowledge must fit better for a handoff; all in [0, 1].

    The defaults come from 490 labelled cases of four clients. At a confidence of .50, 75 % of the
    answerable questions and 45 % of the near misses were answered, and 72 % of the answers held
    every required fact; a topic threshold of .30 stopped 85 % of the off-topic questions and 3 % of
    the answerable ones; an internal lead of .01 caught 81 % of the internal-only questions and 2 %
    of the answerable ones.
    """

    name: str = "default-2"
    lexical_weight: float = 0.7
    words_weight: float = 1.0
    passages: int = 10
    answer_threshold: float = 0.50
    verbatim_threshold: float = 0.50
    topic_threshold: float = 0.30
    internal_lead: float = 0.01
    max_citations: int = 3
