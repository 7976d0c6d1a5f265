"""The numbers of reports: shares with their uncertainty, and times; none counted is no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""How many standard errors an interval of 95 % reaches to either side."""


@dataclass(frozen=True)
class Change:
    """The difference of two shares; it is clear when its 95 % interval leaves out zero."""

    difference: float
    is_clear: bool


@dataclass(frozen=True)
class Share:
    """How many of how many; of none there is no share."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1]."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share by Wilson's method, which also holds for few cases."""
        if not self.of:
            return None
        square = Z95 * Z95
        share = self.count / self.of
        middle = (share + square / (2 * self.of)) / (1 + square / self.of)
        spread = sqrt(share * (1 - share) / self.of + square / (4 * self.of * self.of))
        half = spread * Z95 / (1 + square / self.of)
        return max(0.0, middle - half), min(1.0, middle + half)

    def change_since(self, before: Share) -> Change | None:
        """Compare with an earlier share; the interval is Newcombe's, made of Wilson's two."""
        now, then = self.value, before.value
        mine, theirs = self.interval, before.interval
        if now is None or then is None or mine is None or theirs is None:
            return None
        difference = now - then
        low = difference - sqrt((now - mine[0]) ** 2 + (theirs[1] - then) ** 2)
        high = difference + sqrt((mine[1] - now) ** 2 + (then - theirs[0]) ** 2)
        return Change(difference, not low <= 0 <= high)


@dataclass(frozen=True)
class Spread:
    """The middle and the slow end of many times, in seconds; `None` when there are none."""

    count: int
    median_s: float | None
    p90_s: float | None

    @classmethod
    def of(cls, times_s: Sequence[float]) -> Spread:
        """Summarise times in any order."""
        if not times_s:
            return cls(0, None, None)
        ordered = sorted(times_s)
        return cls(len(ordered), _quantile(ordered, 0.5), _quantile(ordered, 0.9))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Interpolate between the two nearest ranks, as spreadsheets do."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
