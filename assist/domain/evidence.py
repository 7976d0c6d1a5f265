"""Measures how well the retrieved passages support an answer: a few explainable figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.models import RankedPassage
from knowledge_base.retrieval.retriever import Retrieved
from knowledge_base.retrieval.terms import terms


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against answering from the first passage; all in [0, 1].

    `dense` is the first passage's cosine, `coverage` the share of the question's term weight that
    it holds, `margin` its lead over the best passage of another article, and `internal_lead` how
    far internal knowledge fits better than it.
    """

    dense: float
    coverage: float
    margin: float
    internal_lead: float


_INTERCEPT = -2.31
_DENSE = 3.06
_COVERAGE = 1.94
_MARGIN = 2.16
"""A logistic model of "the quoted reply holds every required fact", fitted on 476 labelled cases of
four clients. Estimated with each client left out in turn: AUROC .75, expected calibration error
.07. It tells off-topic questions well and near misses poorly."""


def gather_evidence(retrieved: Retrieved, internal_score: float) -> Evidence:
    """Measure the evidence for a question; `internal_score` is the best internal passage's."""
    if not retrieved.passages:
        return Evidence(dense=0.0, coverage=0.0, margin=0.0, internal_lead=internal_score)
    first = retrieved.passages[0]
    weights = retrieved.term_weights
    held = set(terms(first.passage.index_text, first.passage.article.language))
    total = sum(weights.values())
    covered = sum(weight for term, weight in weights.items() if term in held)
    return Evidence(
        dense=first.dense,
        coverage=covered / total if total else 0.0,
        margin=_margin(retrieved.passages),
        internal_lead=max(0.0, internal_score - first.score),
    )


def confidence(evidence: Evidence) -> float:
    """Estimate the chance that an answer from this evidence is right."""
    logit = (
        _INTERCEPT
        + _DENSE * evidence.dense
        + _COVERAGE * evidence.coverage
        + _MARGIN * evidence.margin
    )
    return 1 / (1 + math.exp(-logit))


def _margin(passages: Sequence[RankedPassage]) -> float:
    first = passages[0]
    for other in passages[1:]:
        if other.passage.article.id != first.passage.article.id:
            return first.score - other.score
    return first.score
