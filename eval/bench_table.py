"""One row of the quality table: a figure of the product, of the plain pipeline, and the gain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from eval.resampling import Estimate, Figure, difference, estimate

HEADER = f"{'data set':<14}{'figure':<46}{'n':>6}  {'product':<22}{'plain':<9}difference"
NOTHING = "-"


@dataclass(frozen=True)
class Row:
    """A figure over `total` cases; without `plain` there is nothing to compare with."""

    data_set: str
    name: str
    total: int
    product: Figure
    plain: Figure | None = None

    def __str__(self) -> str:
        own = _show(estimate(self.product, self.total))
        plain = gain = NOTHING
        if self.plain is not None:
            gain = _show(estimate(difference(self.product, self.plain), self.total), "+")
            plain = _number(estimate(self.plain, self.total, resamples=1).value)
        return f"{self.data_set:<14}{self.name:<46}{self.total:>6}  {own:<22}{plain:<9}{gain}"


def text_row(data_set: str, name: str, total: int, product: str, plain: str = NOTHING) -> str:
    """Lay out what has no interval."""
    return f"{data_set:<14}{name:<46}{total:>6}  {product:<22}{plain}"


def _show(found: Estimate, sign: str = "") -> str:
    if math.isnan(found.value):
        return NOTHING
    interval = f"[{_number(found.low, sign)}, {_number(found.high, sign)}]"
    return f"{_number(found.value, sign)} {interval}"


def _number(value: float, sign: str = "") -> str:
    return NOTHING if math.isnan(value) else f"{value:{sign}.3f}"
