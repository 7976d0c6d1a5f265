"""Bounds that hold for a finite number of cases, whatever the truth is."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=4096)
def upper_bound(count: int, total: int, confidence: float) -> float:
    """Return the one-sided Clopper-Pearson bound of a rate (Clopper & Pearson 1934).

    The true rate is below it with at least this confidence; 1 for no cases.
    """
    if count >= total:
        return 1.0
    from scipy.special import betaincinv

    return float(betaincinv(count + 1, total - count, confidence))


def least_cases(rate: float, confidence: float) -> int:
    """Return how many cases without any fault show that a rate is at most this."""
    return math.ceil(math.log(1 - confidence) / math.log(1 - rate))
