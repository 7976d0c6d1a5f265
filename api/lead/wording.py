"""Numbers as people read them, and the sentence that says what a chart shows."""

from __future__ import annotations

from datetime import date

from api.lead.charts import readable
from assist.domain.desk_report import Figures
from assist.domain.desk_rows import DayRange, Outcome
from assist.domain.figures import Share

NOTHING = "\u2013"
NARROW = "\u202f"
"""A narrow space at which no line breaks, between a number and its unit."""

_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_DAY_S = 24 * _HOUR_S


def percent(value: float | None) -> str:
    """Write a share in whole percent, and never round what is not none or all to that."""
    if value is None:
        return NOTHING
    rounded = round(value * 100)
    if rounded == 0 and value > 0:
        return f"<{NARROW}1{NARROW}%"
    if rounded == 100 and value < 1:  # noqa: PLR2004 - per cent
        return f">{NARROW}99{NARROW}%"
    return f"{rounded}{NARROW}%"


def interval(share: Share) -> str:
    """Write the 95 % interval of a share."""
    if share.interval is None:
        return ""
    low, high = share.interval
    return f"{low * 100:.0f} to {high * 100:.0f}{NARROW}%"


def duration(seconds: float | None) -> str:
    """Write a time with its two largest units."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole}{NARROW}s"
    if whole < _HOUR_S:
        return _units(whole // _MINUTE_S, "min", whole % _MINUTE_S, "s")
    if whole < _DAY_S:
        return _units(whole // _HOUR_S, "h", whole % _HOUR_S // _MINUTE_S, "min")
    return _units(whole // _DAY_S, "d", whole % _DAY_S // _HOUR_S, "h")


def number(value: int) -> str:
    """Write a count with its thousands apart."""
    return f"{value:,}".replace(",", NARROW)


def mean(value: float | None) -> str:
    """Write a mean rating."""
    return NOTHING if value is None else f"{value:.1f}"


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{number(count)} {one if count == 1 else many}"


def day(value: date) -> str:
    """Write a day without its year."""
    return f"{value.day} {value:%b}"


def day_range(days: DayRange) -> str:
    """Write a range of days; what both ends share is said once."""
    first, last = days.first, days.last
    if first == last:
        return f"{day(last)} {last.year}"
    if first.year != last.year:
        return f"{day(first)} {first.year} to {day(last)} {last.year}"
    return f"{day(first)} to {day(last)} {last.year}"


def days_finding(figures: Figures) -> str:
    """Say what became of the conversations, and which day was the busiest."""
    started = counted(figures.started, "conversation", "conversations")
    resolved = _outcomes(figures, Outcome.CONFIRMED, Outcome.ASSUMED)
    people = _outcomes(figures, Outcome.WITH_PEOPLE)
    busiest = max(figures.days, key=lambda each: each.started)
    finding = (
        f"Of {started}, the assistant resolved {_part(resolved, figures.started)} by itself, and "
        f"people took part in {_part(people, figures.started)}."
    )
    if len(figures.days) == 1:
        return finding
    return f"{finding} The busiest day was {day(busiest.day)} with {number(busiest.started)}."


def reasons_finding(figures: Figures) -> str:
    """Say which reason is the most frequent one."""
    top = figures.reasons[0]
    handoffs = counted(figures.handoffs, "handoff", "handoffs")
    several = sum(each.share.count == top.share.count for each in figures.reasons)
    if several > 1:
        return f"{several} reasons are equally frequent, with {top.share.count} of {handoffs} each."
    return (
        f"“{readable(top.reason)}” caused {number(top.share.count)} of {handoffs}: "
        f"{percent(top.share.value)} (95{NARROW}% interval {interval(top.share)})."
    )


def _outcomes(figures: Figures, *outcomes: Outcome) -> int:
    return sum(each.counts[outcome] for each in figures.days for outcome in outcomes)


def _part(count: int, total: int) -> str:
    return f"{number(count)} ({percent(count / total)})"


def _units(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{NARROW}{large_unit} {small}{NARROW}{small_unit}"
