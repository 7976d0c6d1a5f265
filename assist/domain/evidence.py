"""Measures how well the retrieved passages support an answer: a few explainable figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.models import RankedPassage
from knowledge_base.retrieval.retriever import Retrieved


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against answering from the first passage; all in [0, 1].

    `dense` is the first passage's cosine, `margin` the lead of its score over that of the best
    passage of another article, and `internal_lead` how far internal knowledge fits better than it.
    """

    dense: float
    margin: float
    internal_lead: float


_INTERCEPT = -2.78
_DENSE = 4.83
_MARGIN = 12.39
"""A logistic model of "the quoted reply holds every required fact", fitted on 425 labelled cases of
four clients. Estimated with each client left out in turn: AUROC .74, expected calibration error
.04. Coverage of terms, the match word by word and ten other features added nothing. It tells
off-topic questions well and near misses poorly."""


def gather_evidence(retrieved: Retrieved, internal_score: float) -> Evidence:
    """Measure the evidence for a question; `internal_score` is the best internal passage's."""
    if not retrieved.passages:
        return Evidence(dense=0.0, margin=0.0, internal_lead=internal_score)
    first = retrieved.passages[0]
    return Evidence(
        dense=first.dense,
        margin=_margin(retrieved.passages),
        internal_lead=max(0.0, internal_score - first.score),
    )


def confidence(evidence: Evidence) -> float:
    """Estimate the chance that an answer from this evidence is right."""
    logit = _INTERCEPT + _DENSE * evidence.dense + _MARGIN * evidence.margin
    return 1 / (1 + math.exp(-logit))


def _margin(passages: Sequence[RankedPassage]) -> float:
    first = passages[0]
    for other in passages[1:]:
        if other.passage.article.id != first.passage.article.id:
            return first.score - other.score
    return first.score - (passages[-1].score if len(passages) > 1 else 0)
