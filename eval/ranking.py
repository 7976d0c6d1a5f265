"""How well a ranking of articles finds those that hold the answer."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def recall_at(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return the share of the gold articles among the first `k`."""
    return len(set(ranked[:k]) & set(gold)) / len(gold)


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return 1 / the place of the first gold article, 0 when it is not among the first `k`."""
    places = (place for place, each in enumerate(ranked[:k], start=1) if each in gold)
    return 1 / next(places, math.inf)


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Return the discounted gain of gold articles, relative to that of the best order."""
    gain = sum(1 / math.log2(place + 2) for place, each in enumerate(ranked[:k]) if each in gold)
    best = sum(1 / math.log2(place + 2) for place in range(min(k, len(gold))))
    return gain / best


def distinct(ids: Sequence[str]) -> tuple[str, ...]:
    """Return each id once, where it stands first: an article ranks where its best passage does."""
    return tuple(dict.fromkeys(ids))
