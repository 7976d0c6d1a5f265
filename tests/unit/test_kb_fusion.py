"""How the dense and the lexical ranking become one."""

from __future__ import annotations

import pytest

from knowledge_base.models import Hit, PassageId
from knowledge_base.retrieval.fusion import FusedHit, FusionWeights, fuse

EQUAL = FusionWeights(lexical=1.0)


def hits(**scores: float) -> list[Hit]:
    return [Hit(PassageId(int(name[1:])), score) for name, score in scores.items()]


def test_the_score_is_the_weighted_mean_of_both() -> None:
    [fused] = fuse(hits(p1=0.8), hits(p1=0.2), FusionWeights(lexical=0.5))

    assert fused.score == pytest.approx(0.6)
    assert (fused.dense, fused.lexical) == (0.8, 0.2)


def test_a_ranking_that_missed_the_passage_counts_zero() -> None:
    fused = fuse(hits(p1=0.8), hits(p2=0.6), EQUAL)

    assert fused == [
        FusedHit(PassageId(1), 0.4, 0.8, 0.0),
        FusedHit(PassageId(2), 0.3, 0.0, 0.6),
    ]


def test_a_passage_that_both_found_overtakes_the_best_of_one() -> None:
    fused = fuse(hits(p1=0.9, p2=0.7), hits(p2=0.7), EQUAL)

    assert [hit.passage_id for hit in fused] == [2, 1]


def test_equal_scores_are_ordered_by_id() -> None:
    fused = fuse(hits(p3=0.5, p1=0.5), hits(p2=0.5), EQUAL)

    assert [hit.passage_id for hit in fused] == [1, 2, 3]


def test_without_lexical_weight_the_dense_ranking_stays() -> None:
    fused = fuse(hits(p1=0.9, p2=0.8), hits(p2=1.0, p3=1.0), FusionWeights(lexical=0.0))

    assert [(hit.passage_id, hit.score) for hit in fused] == [(1, 0.9), (2, 0.8), (3, 0.0)]


def test_perfect_scores_stay_at_one() -> None:
    assert fuse(hits(p1=1.0), hits(p1=1.0), FusionWeights())[0].score == pytest.approx(1.0)


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse([], [], FusionWeights()) == []
