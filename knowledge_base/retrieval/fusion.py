"""Merges the dense and the lexical ranking into one score per passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.models import Hit, PassageId


@dataclass(frozen=True)
class FusionWeights:
    """How much the lexical score and that of single words count; the dense one counts 1.

    Measured on 127 questions over 618 articles with many near-duplicates (recall@1 / @5): dense
    alone .567 / .843, lexical alone .362 / .646, reciprocal ranks .543 / .858, weight 0.3
    .598 / .898, 0.7 .622 / .913, 1.5 .583 / .882.
    """

    lexical: float = 0.7
    words: float = 1.0

    def score(self, dense: float, lexical: float, words: float) -> float:
        """Return the weighted mean of a passage's scores."""
        total = 1 + self.lexical + self.words
        return (dense + self.lexical * lexical + self.words * words) / total


@dataclass(frozen=True)
class FusedHit:
    """A passage with its scores, all in [0, 1]; a ranking that missed it counts 0."""

    passage_id: PassageId
    score: float
    dense: float
    lexical: float


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit], weights: FusionWeights) -> list[FusedHit]:
    """Order passages by the weighted mean of their scores; ties by id."""
    dense_scores = _by_id(dense)
    lexical_scores = _by_id(lexical)
    total = 1 + weights.lexical
    fused = [
        FusedHit(
            passage_id=passage_id,
            score=(dense_score + weights.lexical * lexical_score) / total,
            dense=dense_score,
            lexical=lexical_score,
        )
        for passage_id in dense_scores.keys() | lexical_scores.keys()
        for dense_score, lexical_score in [
            (dense_scores.get(passage_id, 0.0), lexical_scores.get(passage_id, 0.0))
        ]
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.passage_id))


def _by_id(hits: Sequence[Hit]) -> Mapping[PassageId, float]:
    return {hit.passage_id: hit.score for hit in hits}
