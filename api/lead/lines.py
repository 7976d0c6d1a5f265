"""The figures as lines of the page: label, value, what it is counted of, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from api.lead import wording
from api.schemas.reports import FiguresOut
from assist.domain.desk_report import Figures, Ratings
from assist.domain.figures import Share, Spread


@dataclass(frozen=True)
class Line:
    """One figure; `verdict` is `better` or `worse` only where the change is clear."""

    label: str
    value: str
    detail: str = ""
    interval: str = ""
    before: str = wording.NOTHING
    change: str = ""
    verdict: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Comparison:
    """The figures of a range and of the one before it."""

    now: Figures
    before: Figures

    def count(self, label: str, name: str) -> Line:
        """Show a count."""
        now, before = getattr(self.now, name), getattr(self.before, name)
        line = Line(
            label,
            wording.number(now),
            before=wording.number(before),
            change=_signed(now - before),
        )
        return replace(line, definition=_definition(name))

    def share(self, label: str, name: str, of: str, *, more_is_better: bool | None = None) -> Line:
        """Show a share; `of` says what it is a share of."""
        line = _share_line(label, getattr(self.now, name), getattr(self.before, name), of)
        return replace(
            line,
            verdict=_verdict(getattr(self.now, name), getattr(self.before, name), more_is_better),
            definition=_definition(name),
        )

    def times(self, label: str, name: str) -> Line:
        """Show the median of times, and the slow end beside it."""
        now: Spread = getattr(self.now, name)
        before: Spread = getattr(self.before, name)
        return Line(
            label,
            wording.duration(now.median_s),
            detail=f"median of {wording.number(now.count)}; 90 % within "
            f"{wording.duration(now.p90_s)}"
            if now.count
            else "",
            before=wording.duration(before.median_s),
            change=_time_change(now, before),
            definition=_definition(name),
        )

    def ratings(self, label: str, name: str) -> Line:
        """Show the mean rating, and the share of the satisfied beside it."""
        now: Ratings = getattr(self.now, name)
        before: Ratings = getattr(self.before, name)
        change = ""
        if now.mean is not None and before.mean is not None:
            change = f"{now.mean - before.mean:+.1f}".replace("-", "\u2212")
        satisfied = f"{wording.percent(now.satisfied.value)} gave 4 or 5, of " + wording.counted(
            now.count, "rating", "ratings"
        )
        return Line(
            label,
            wording.mean(now.mean),
            detail=satisfied if now.count else "",
            interval=wording.interval(now.satisfied),
            before=wording.mean(before.mean),
            change=change,
            definition=_definition(name),
        )

    def suggested(self, label: str, count: Callable[[Figures], int]) -> Line:
        """Show what became of suggestions."""
        now = self.now.suggestions.share_of(count(self.now))
        before = self.before.suggestions.share_of(count(self.before))
        line = _share_line(label, now, before, "suggestions with an outcome")
        return replace(line, definition=_definition("suggestions"))


def headline(now: Figures, before: Figures) -> tuple[Line, ...]:
    """Return what a lead looks at first."""
    both = _Comparison(now, before)
    return (
        both.count("Conversations", "started"),
        both.share("Assistant resolved, confirmed", "confirmed", "ended", more_is_better=True),
        both.share("Assistant resolved, assumed", "assumed", "ended"),
        both.share("Handed to people", "handed_off", "started"),
        both.share("First reply in time", "sla_met", "due handoffs", more_is_better=True),
        both.times("First reply of people", "first_response"),
        both.ratings("Rating of the assistant", "assistant_ratings"),
        both.ratings("Rating of people", "human_ratings"),
    )


def groups(now: Figures, before: Figures) -> tuple[Group, ...]:
    """Return all figures."""
    both = _Comparison(now, before)
    return (
        Group("Conversations", _conversation_lines(both)),
        Group("Handoffs to people", _handoff_lines(both)),
        Group(
            "Customers' ratings",
            (
                both.ratings("Rating of the assistant", "assistant_ratings"),
                both.ratings("Rating of people", "human_ratings"),
            ),
        ),
        Group("Suggested replies", _suggestion_lines(both)),
    )


def _conversation_lines(both: _Comparison) -> tuple[Line, ...]:
    return (
        both.count("Started", "started"),
        both.count("Ended", "ended"),
        both.share("With the assistant involved", "involved", "started"),
        both.share("Contained: ended without a person", "contained", "ended"),
        both.share(
            "Resolved by the assistant, confirmed", "confirmed", "ended", more_is_better=True
        ),
        both.share("Resolved by the assistant, assumed", "assumed", "ended"),
        both.share("Reopened", "reopened", "resolved", more_is_better=False),
    )


def _handoff_lines(both: _Comparison) -> tuple[Line, ...]:
    return (
        both.share("Conversations handed to people", "handed_off", "started"),
        both.count("Handoffs", "handoffs"),
        both.times("Wait in the queue", "queue_wait"),
        both.times("First reply of people", "first_response"),
        both.share("First reply in time", "sla_met", "due handoffs", more_is_better=True),
        both.times("Handle time", "handle_time"),
        both.share("Abandoned in the queue", "abandoned", "handoffs", more_is_better=False),
    )


def _suggestion_lines(both: _Comparison) -> tuple[Line, ...]:
    offered, before = both.now.suggestions, both.before.suggestions
    definition = _definition("suggestions")
    return (
        Line(
            "Offered",
            wording.number(offered.offered),
            before=wording.number(before.offered),
            change=_signed(offered.offered - before.offered),
            definition=definition,
        ),
        both.suggested("Sent as they were", lambda each: each.suggestions.accepted),
        both.suggested("Edited, then sent", lambda each: each.suggestions.edited),
        both.suggested("Rejected", lambda each: each.suggestions.rejected),
        both.suggested("Ignored", lambda each: each.suggestions.ignored),
        Line(
            "Text changed in edited ones",
            wording.percent(offered.edit_distance),
            detail="mean" if offered.edited else "",
            before=wording.percent(before.edit_distance),
            definition="mean share of the text that agents changed in edited suggestions",
        ),
    )


def _share_line(label: str, now: Share, before: Share, of: str) -> Line:
    change = now.change_since(before)
    text = ""
    if change:
        points = round(change.difference * 100)
        text = f"{_signed(points)} {'point' if abs(points) == 1 else 'points'}"
        text += "" if change.is_clear else ", within chance"
    return Line(
        label,
        wording.percent(now.value),
        detail=f"{wording.number(now.count)} of {wording.number(now.of)} {of}",
        interval=wording.interval(now),
        before=wording.percent(before.value),
        change=text,
    )


def _verdict(now: Share, before: Share, more_is_better: bool | None) -> str:
    change = now.change_since(before)
    if change is None or not change.is_clear or more_is_better is None:
        return ""
    return "better" if (change.difference > 0) is more_is_better else "worse"


def _time_change(now: Spread, before: Spread) -> str:
    if now.median_s is None or before.median_s is None:
        return ""
    difference = now.median_s - before.median_s
    if round(difference) == 0:
        return "unchanged"
    return f"{wording.duration(abs(difference))} {'longer' if difference > 0 else 'shorter'}"


def _signed(difference: int) -> str:
    sign = {True: "+", False: "\u2212"}[difference > 0] if difference else "±"
    return sign + wording.number(abs(difference))


def _definition(name: str) -> str:
    return FiguresOut.model_fields[name].description or ""
