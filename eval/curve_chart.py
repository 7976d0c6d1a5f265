"""Draws risk-coverage curves as SVG."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from assist.domain.calibration import Calibration

_INK, _QUIET, _LINE = "#1b1e24", "#565c68", "#d9dce2"
_MEASURED, _BOUND, _BUDGET = "#1f4fd8", "#6f95f5", "#b3492f"
_WIDTH, _HEIGHT = 640, 340
_MEASURED_NAME, _BOUND_NAME = "wrong, measured", "wrong, upper bound"


def draw_curve(calibration: Calibration) -> str:
    """Draw the share of wrong answers, measured and bounded, over what is answered.

    The dashed line is the budget, the point is the chosen threshold.
    """
    import vl_convert

    alt = import_module("altair")  # its stubs leave out what is used here
    rows = _rows(calibration)
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("answered:Q", title="questions answered", axis=alt.Axis(format="%"))
    y = alt.Y("wrong:Q", title="of all questions answered wrongly", axis=alt.Axis(format=".0%"))
    names = [_MEASURED_NAME, _BOUND_NAME]
    scale = alt.Scale(domain=names, range=[_MEASURED, _BOUND])
    legend = alt.Legend(orient="top", title=None)
    lines = base.mark_line(interpolate="step-before").encode(
        x=x, y=y, color=alt.Color("series:N", scale=scale, legend=legend), order="place:Q"
    )
    budget = alt.Chart(alt.Data(values=[{"wrong": calibration.budget.max_wrong}])).mark_rule(
        color=_BUDGET, strokeDash=[6, 4]
    )
    chosen = alt.Chart(alt.Data(values=[row for row in rows if row["chosen"]])).mark_point(
        color=_BUDGET, filled=True, size=90
    )
    chart = lines + budget.encode(y="wrong:Q") + chosen.encode(x="answered:Q", y="wrong:Q")
    styled = chart.properties(
        width=_WIDTH, height=_HEIGHT, background="white", title=_title(calibration)
    ).configure_axis(labelColor=_QUIET, titleColor=_INK, gridColor=_LINE, domainColor=_LINE)
    svg: str = vl_convert.vegalite_to_svg(json.dumps(styled.to_dict()))
    return svg


def _rows(calibration: Calibration) -> Sequence[dict[str, Any]]:
    total = calibration.counts.certified
    return [
        {
            "answered": point.answered / total,
            "wrong": share,
            "series": series,
            "place": place,
            "chosen": point == calibration.chosen and series == _BOUND_NAME,
        }
        for place, point in enumerate(calibration.curve)
        for series, share in (
            (_MEASURED_NAME, point.wrong / total),
            (_BOUND_NAME, point.wrong_bound),
        )
    ]


def _title(calibration: Calibration) -> str:
    budget = calibration.budget
    return (
        f"{calibration.client_id}: at most {budget.max_wrong:.1%} wrong with "
        f"{budget.confidence:.0%} confidence, {calibration.counts.certified} cases"
    )
