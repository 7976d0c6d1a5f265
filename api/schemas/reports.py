"""Reports as JSON. The descriptions are the definitions that the lead's page shows too."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.client import ClientProfile
from assist.domain.desk_report import (
    DayOutcomes,
    DeskNow,
    DeskReport,
    Figures,
    Ratings,
    SuggestionCounts,
)
from assist.domain.desk_rows import Outcome
from assist.domain.figures import Share, Spread
from knowledge_base.models import ClientId

_SHARE: dict[str, Any] = {"count": 31, "of": 40, "share": 0.775, "low": 0.6250, "high": 0.8768}
_TIMES: dict[str, Any] = {"count": 9, "median_s": 95.0, "p90_s": 410.0}
_RATINGS: dict[str, Any] = {"count": 40, "mean": 4.2, "satisfied": _SHARE}
_FIGURES: dict[str, Any] = {
    "started": 40,
    "ended": 40,
    "involved": _SHARE,
    "confirmed": _SHARE,
    "assumed": _SHARE,
    "contained": _SHARE,
    "handed_off": _SHARE,
    "handoffs": 40,
    "reasons": [{"reason": "complaint", "share": _SHARE}],
    "abandoned": _SHARE,
    "queue_wait": _TIMES,
    "first_response": _TIMES,
    "sla_met": _SHARE,
    "handle_time": _TIMES,
    "reopened": _SHARE,
    "assistant_ratings": _RATINGS,
    "human_ratings": _RATINGS,
    "suggestions": {
        "offered": 42,
        "accepted": _SHARE,
        "edited": _SHARE,
        "rejected": _SHARE,
        "ignored": _SHARE,
        "edit_distance": 0.18,
    },
    "now": {"waiting": 2, "with_agent": 5, "waiting_on_client": 1},
    "days": [
        {
            "day": "2026-11-20",
            "started": 40,
            "confirmed": 12,
            "assumed": 10,
            "unresolved": 4,
            "with_people": 9,
            "open": 5,
        }
    ],
}
_REPORT: dict[str, Any] = {
    "first": "2026-11-20",
    "last": "2026-11-20",
    "as_of": "2026-11-20T23:30:00Z",
    "overall": _FIGURES,
    "clients": [{"id": "acme", "name": "Acme", "time_zone": "Europe/London", "figures": _FIGURES}],
}


class ShareOut(BaseModel):
    """How many of how many, with Wilson's 95 % interval; of none there is no share."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def of_share(cls, share: Share) -> "ShareOut":
        """Describe a share."""
        low, high = share.interval or (None, None)
        return cls(count=share.count, of=share.of, share=share.value, low=low, high=high)


class TimesOut(BaseModel):
    """Half were at most the median, nine of ten at most `p90_s`; in seconds."""

    count: int
    median_s: float | None
    p90_s: float | None

    @classmethod
    def of_spread(cls, spread: Spread) -> "TimesOut":
        """Describe times."""
        return cls(count=spread.count, median_s=spread.median_s, p90_s=spread.p90_s)


class RatingsOut(BaseModel):
    """Ratings from 1 to 5; those of 4 and 5 are satisfied."""

    count: int
    mean: float | None
    satisfied: ShareOut

    @classmethod
    def of_ratings(cls, ratings: Ratings) -> "RatingsOut":
        """Describe ratings."""
        satisfied = ShareOut.of_share(ratings.satisfied)
        return cls(count=ratings.count, mean=ratings.mean, satisfied=satisfied)


class ReasonOut(BaseModel):
    """A reason with its share of the handoffs."""

    reason: str
    share: ShareOut


class SuggestionsOut(BaseModel):
    """Shares are of the suggestions whose outcome is known."""

    offered: int
    accepted: ShareOut
    edited: ShareOut
    rejected: ShareOut
    ignored: ShareOut
    edit_distance: float | None = Field(
        description="mean share of the text that agents changed in edited suggestions"
    )

    @classmethod
    def of_counts(cls, counts: SuggestionCounts) -> "SuggestionsOut":
        """Describe what became of suggestions."""
        return cls(
            offered=counts.offered,
            accepted=ShareOut.of_share(counts.share_of(counts.accepted)),
            edited=ShareOut.of_share(counts.share_of(counts.edited)),
            rejected=ShareOut.of_share(counts.share_of(counts.rejected)),
            ignored=ShareOut.of_share(counts.share_of(counts.ignored)),
            edit_distance=counts.edit_distance,
        )


class NowOut(BaseModel):
    """What people have to look after at this moment."""

    waiting: int
    with_agent: int
    waiting_on_client: int

    @classmethod
    def of_now(cls, now: DeskNow) -> "NowOut":
        """Describe the desk as it is."""
        return cls(**vars(now))


class DayOut(BaseModel):
    """The conversations that started on one day, each counted once by what became of it."""

    day: date
    started: int
    confirmed: int
    assumed: int
    unresolved: int
    with_people: int
    open: int

    @classmethod
    def of_day(cls, day: DayOutcomes) -> "DayOut":
        """Describe a day."""
        counts = {str(outcome): day.counts[outcome] for outcome in Outcome}
        return cls(day=day.day, started=day.started, **counts)


class FiguresOut(BaseModel):
    """Figures of the conversations that started in the range, as they stand now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FIGURES]})

    started: int = Field(description="conversations that started in the range of days")
    ended: int = Field(
        description="those that are resolved, or were left with the assistant without a message "
        "for 24 hours"
    )
    involved: ShareOut = Field(
        description="share of the started in which the assistant replied at least once"
    )
    confirmed: ShareOut = Field(
        description="share of the ended that no person took part in and the customer called "
        "solved, or whose last answer they marked as helpful"
    )
    assumed: ShareOut = Field(
        description="share of the ended that no person took part in, that ended on an answer, "
        "and about which the customer said nothing"
    )
    contained: ShareOut = Field(
        description="share of the ended that no person took part in and none was asked for, "
        "solved or not"
    )
    handed_off: ShareOut = Field(
        description="share of the started that were handed to people at least once"
    )
    handoffs: int = Field(description="handoffs to people, each cause counted once")
    reasons: list[ReasonOut] = Field(
        description="handoffs by their reason, the most frequent first, as shares of all handoffs"
    )
    abandoned: ShareOut = Field(
        description="share of the handoffs whose conversation ended before anybody took it"
    )
    queue_wait: TimesOut = Field(description="time from a handoff until an agent took it")
    first_response: TimesOut = Field(
        description="time from a handoff to the first reply of a person, closed hours included"
    )
    sla_met: ShareOut = Field(
        description="share of the handoffs with a first reply before their deadline, of those that "
        "had one or whose deadline is over; what ended before its deadline counts as neither"
    )
    handle_time: TimesOut = Field(
        description="time from when an agent took a handoff until it was resolved or handed back"
    )
    reopened: ShareOut = Field(
        description="share of the conversations that were ever resolved and then taken up again"
    )
    assistant_ratings: RatingsOut = Field(
        description="customers' ratings from 1 to 5 where only the assistant served; satisfied "
        "are 4 and 5"
    )
    human_ratings: RatingsOut = Field(
        description="customers' ratings from 1 to 5 where a person served; satisfied are 4 and 5"
    )
    suggestions: SuggestionsOut = Field(
        description="replies suggested to agents in the range of days, and what became of them, "
        "as shares of those whose outcome is known"
    )
    now: NowOut = Field(
        description="conversations waiting, with an agent or waiting on the client company at this "
        "moment, whenever they started"
    )
    days: list[DayOut] = Field(
        description="conversations by the day they started, each counted once by what became of it"
    )

    @classmethod
    def of(cls, figures: Figures) -> "FiguresOut":
        """Describe figures."""
        reasons = [
            ReasonOut(reason=each.reason, share=ShareOut.of_share(each.share))
            for each in figures.reasons
        ]
        return cls(
            started=figures.started,
            ended=figures.ended,
            involved=ShareOut.of_share(figures.involved),
            confirmed=ShareOut.of_share(figures.confirmed),
            assumed=ShareOut.of_share(figures.assumed),
            contained=ShareOut.of_share(figures.contained),
            handed_off=ShareOut.of_share(figures.handed_off),
            handoffs=figures.handoffs,
            reasons=reasons,
            abandoned=ShareOut.of_share(figures.abandoned),
            queue_wait=TimesOut.of_spread(figures.queue_wait),
            first_response=TimesOut.of_spread(figures.first_response),
            sla_met=ShareOut.of_share(figures.sla_met),
            handle_time=TimesOut.of_spread(figures.handle_time),
            reopened=ShareOut.of_share(figures.reopened),
            assistant_ratings=RatingsOut.of_ratings(figures.assistant_ratings),
            human_ratings=RatingsOut.of_ratings(figures.human_ratings),
            suggestions=SuggestionsOut.of_counts(figures.suggestions),
            now=NowOut.of_now(figures.now),
            days=[DayOut.of_day(day) for day in figures.days],
        )


class ClientFiguresOut(BaseModel):
    """The figures of one client, in days of its own time zone."""

    id: ClientId
    name: str
    time_zone: str
    figures: FiguresOut


class DeskReportOut(BaseModel):
    """Figures per client and, unless one client was asked for, of all together in days of UTC."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REPORT]})

    first: date
    last: date
    as_of: datetime
    overall: FiguresOut | None
    clients: list[ClientFiguresOut]

    @classmethod
    def of(cls, report: DeskReport, profiles: dict[ClientId, ClientProfile]) -> "DeskReportOut":
        """Describe a report."""
        return cls(
            first=report.days.first,
            last=report.days.last,
            as_of=report.as_of,
            overall=FiguresOut.of(report.overall) if report.overall else None,
            clients=[
                ClientFiguresOut(
                    id=client_id,
                    name=profiles[client_id].name,
                    time_zone=profiles[client_id].hours.time_zone,
                    figures=FiguresOut.of(figures),
                )
                for client_id, figures in report.clients.items()
            ],
        )
