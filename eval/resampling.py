"""Figures over cases and how much they would move with other cases: a seeded paired bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

Figure = Callable[[Places], float]
"""A figure over the cases at these places; NaN when it says nothing of them."""

RESAMPLES = 1000
SEED = 20_261_122
BINS = 10


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval at 95 %."""

    value: float
    low: float
    high: float


def estimate(figure: Figure, total: int, resamples: int = RESAMPLES) -> Estimate:
    """Return a figure over all cases, with the interval of the percentile bootstrap."""
    rng = np.random.default_rng(SEED)
    drawn = [figure(rng.integers(0, total, total)) for _ in range(resamples)]
    known = np.array([each for each in drawn if not np.isnan(each)])
    low, high = np.percentile(known, [2.5, 97.5]) if known.size else (np.nan, np.nan)
    return Estimate(figure(np.arange(total)), float(low), float(high))


def difference(first: Figure, second: Figure) -> Figure:
    """Return how far the first figure is above the second over the same cases."""
    return lambda places: first(places) - second(places)


def auroc(scores: Floats, is_positive: Flags) -> float:
    """Return the chance that a positive scores above a negative; ties count half."""
    from scipy.stats import rankdata

    positives = int(is_positive.sum())
    negatives = len(scores) - positives
    if not positives or not negatives:
        return float("nan")
    above = float(rankdata(scores)[is_positive].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def calibration_error(chances: Floats, is_right: Flags) -> float:
    """Return the expected calibration error: chance against share of right, in ten even bins."""
    if not len(chances):
        return float("nan")
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = (
        abs(chances[bins == each].mean() - is_right[bins == each].mean()) * (bins == each).mean()
        for each in np.unique(bins)
    )
    return float(sum(gaps))


def coverage_at(scores: Floats, is_right: Flags, answerable: int, wrong: float) -> float:
    """Return the most that is answered rightly, of the answerable, at so few wrong of all cases.

    `scores` is negative for cases that are answered at no threshold. It looks at the cases
    themselves, so it is optimistic: a bound for new ones is what calibration gives.
    """
    if not answerable:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, rights = scores[order], is_right[order]
    errors = np.cumsum(~rights & (ranked >= 0))
    ends = np.append(ranked[1:] != ranked[:-1], True)
    allowed = ends & (errors <= wrong * len(scores)) & (ranked >= 0)
    covered = np.cumsum(rights & (ranked >= 0))[allowed]
    return float(covered.max(initial=0) / answerable)
