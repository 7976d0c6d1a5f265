"""The charts of the lead's page, drawn as SVG: light or dark, for a desk or for a phone.

Altair and vl-convert are imported at the first chart, not with this module.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from assist.domain.desk_report import Figures
from assist.domain.desk_rows import Outcome

if TYPE_CHECKING:
    from types import ModuleType

FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"
MAX_REASONS = 12
OTHER_REASONS = "other reasons"
REASONS = {
    "asked_for_person": "asked by button",
    "asks_for_person": "asked in words",
}
"""What would read the same though it is counted apart."""
KEPT_CHARTS = 128
LABEL_WIDTH = 150
CHARACTER_WIDTH = 8.5

OUTCOME_LABELS = {
    Outcome.CONFIRMED: "Resolved, confirmed",
    Outcome.ASSUMED: "Resolved, assumed",
    Outcome.UNRESOLVED: "Ended unresolved",
    Outcome.WITH_PEOPLE: "With people",
    Outcome.OPEN: "Still open",
}

_drawing = Lock()


class Theme(StrEnum):
    """The colours of the page around a chart."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """How wide a chart is shown."""

    WIDE = "wide"
    NARROW = "narrow"


@dataclass(frozen=True)
class _Look:
    ink: str
    quiet: str
    line: str
    bar: str
    outcomes: tuple[str, ...]


# Every neighbour in the stack differs in lightness too, so the order shows without colour.
_LOOKS = {
    Theme.LIGHT: _Look(
        "#1b1e24", "#565c68", "#d9dce2", "#1f4fd8",
        ("#16357f", "#6f95f5", "#b3492f", "#e3a74f", "#c3c8d1"),
    ),
    Theme.DARK: _Look(
        "#e9ebef", "#a7aebb", "#333944", "#8fb0ff",
        ("#c9d8ff", "#5c86f2", "#ff9d94", "#a86a1c", "#565c68"),
    ),
}  # fmt: skip
_WIDTHS = {Size.WIDE: 960, Size.NARROW: 340}
_MANY_DAYS = {Size.WIDE: 16, Size.NARROW: 6}


@dataclass(frozen=True)
class ChartData:
    """What a chart shows: each row has a label, a count, and perhaps a series."""

    rows: tuple[tuple[str, int, str], ...]


def reason_rows(figures: Figures) -> ChartData:
    """Return the handoffs by reason; the rarest ones share one bar."""
    shown = figures.reasons[:MAX_REASONS]
    rows = [(readable(each.reason), each.share.count, "") for each in shown]
    rest = sum(each.share.count for each in figures.reasons[MAX_REASONS:])
    return ChartData((*rows, *([(OTHER_REASONS, rest, "")] if rest else [])))


def day_rows(figures: Figures) -> ChartData:
    """Return the conversations by the day they started and what became of them."""
    return ChartData(
        tuple(
            (each.day.isoformat(), each.counts[outcome], label)
            for each in figures.days
            for outcome, label in OUTCOME_LABELS.items()
        )
    )


def readable(reason: str) -> str:
    """Write a reason's name as words."""
    return REASONS.get(reason) or reason.replace("_", " ").replace("-", " ")


@lru_cache(KEPT_CHARTS)
def draw_reasons(data: ChartData, theme: Theme, size: Size) -> str:
    """Draw bars from the most frequent reason to the rarest, each with its count."""
    look, altair = _LOOKS[theme], _altair()
    order = [label for label, _, _ in data.rows]
    base = altair.Chart(_records(data)).encode(
        x=altair.X("count:Q", title=None, axis=None),
        y=altair.Y("label:N", sort=order, title=None, axis=_reason_axis(altair, order)),
    )
    bars = base.mark_bar(color=look.bar, cornerRadiusEnd=4)
    counts = base.mark_text(align="left", dx=6, color=look.ink, fontSize=13).encode(text="count:Q")
    return _draw((bars + counts).properties(height={"step": 28}), look, size)


@lru_cache(KEPT_CHARTS)
def draw_days(data: ChartData, theme: Theme, size: Size) -> str:
    """Draw one bar a day, stacked by what became of the conversations."""
    look, altair = _LOOKS[theme], _altair()
    series = list(OUTCOME_LABELS.values())
    colours = altair.Scale(domain=series, range=list(look.outcomes))
    columns = 2 if size is Size.NARROW else len(series)
    legend = altair.Legend(
        orient="top", title=None, columns=columns, columnPadding=32, symbolType="square"
    )
    chart = (
        altair.Chart(_records(data))
        .mark_bar()
        .encode(
            x=altair.X("label:O", title=None, axis=_day_axis(altair, data, size)),
            y=altair.Y("sum(count):Q", title=None, axis=altair.Axis(tickCount=4, tickMinStep=1)),
            color=altair.Color("series:N", scale=colours, sort=series, legend=legend),
            order=altair.Order("place:Q"),
        )
        .properties(height=260)
    )
    return _draw(chart, look, size)


def _records(data: ChartData) -> Any:
    series = list(OUTCOME_LABELS.values())
    places = {label: place for place, label in enumerate(series)}
    rows = [
        {"label": label, "count": count, "series": name, "place": places.get(name, 0)}
        for label, count, name in data.rows
    ]
    return _altair().Data(values=rows)


def _reason_axis(altair: ModuleType, labels: Sequence[str]) -> Any:
    """Leave room for wide fonts: the one in the browser is not the one measured with."""
    extent = min(LABEL_WIDTH, CHARACTER_WIDTH * max(map(len, labels), default=0))
    return altair.Axis(
        ticks=False, domain=False, labelLimit=LABEL_WIDTH, labelPadding=8, minExtent=extent + 8
    )


def _day_axis(altair: ModuleType, data: ChartData, size: Size) -> Any:
    """Name only so many days that their names fit, always from the first one on."""
    days = sorted({label for label, _, _ in data.rows})
    step = -(-len(days) // _MANY_DAYS[size])
    return altair.Axis(
        values=days[::step],
        labelExpr="timeFormat(toDate(datum.value + 'T12:00:00'), '%-d %b')",
        labelAngle=0,
        ticks=False,
        labelPadding=8,
    )


def _draw(chart: Any, look: _Look, size: Size) -> str:
    styled = (
        chart.properties(width=_WIDTHS[size], background="transparent")
        .properties(autosize={"type": "fit-x", "contains": "padding"})
        .configure(font=FONT, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=look.quiet,
            labelFontSize=13,
            gridColor=look.line,
            domainColor=look.line,
        )
        .configure_legend(labelColor=look.ink, labelFontSize=13, labelLimit=200)
    )
    import vl_convert

    with _drawing:
        svg: str = vl_convert.vegalite_to_svg(json.dumps(styled.to_dict()))
    return svg


@cache
def _altair() -> ModuleType:
    import altair as alt

    return alt
