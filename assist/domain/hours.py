"""When a client's people answer: opening hours in its own time zone, with holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HORIZON = timedelta(days=370)
"""Hours that do not open within a year never do."""


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; use a name like Europe/London") from error
    return name


def _opening(hours: str) -> str:
    opens, closes = hours.split("-")
    if opens in {closes, "24:00"}:
        raise ValueError(f"{hours!r} is no span of time; a whole day is '00:00-24:00'")
    return hours


_Clock = r"([01]\d|2[0-3]):[0-5]\d|24:00"
OpeningHours = Annotated[str, Field(pattern=rf"^({_Clock})-({_Clock})$"), AfterValidator(_opening)]
Weekday = Annotated[str, Field(pattern=f"^({'|'.join(_WEEKDAYS)})$")]


class Hours(BaseModel):
    """When people answer; a weekday that is missing is closed, and without any it is always open.

    A span that ends before it starts ("22:00-06:00") runs into the next day. On a holiday nothing
    opens; what opened the day before closes as usual. All moments returned are in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    weekly: dict[Weekday, OpeningHours] = {}
    holidays: tuple[date, ...] = ()

    def day_of(self, moment: datetime) -> date:
        """Return the client's own day: near midnight the server's may be another one."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def is_open(self, at: datetime) -> bool:
        """Say whether people answer at this moment; the closing minute is closed."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime | None:
        """Return from when people answer: this very moment if they do, `None` if never again."""
        opening = next(self._openings(at), None)
        return opening[0] if opening else None

    def add_open_seconds(self, at: datetime, seconds: float) -> datetime:
        """Return the deadline of a clock that runs only while people answer.

        If they never do again, it runs all the time: a deadline must come.
        """
        left, last = timedelta(seconds=seconds), at.astimezone(UTC)
        if not left:
            return last
        for opens, closes in self._openings(at):
            if closes is None or opens + left <= closes:
                return opens + left
            left, last = left - (closes - opens), closes
        return last + left

    def _openings(self, at: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield what is left of each span from a moment on, in order; always open has no end."""
        start = at.astimezone(UTC)
        if not self.weekly:
            yield start, None
            return
        day = self.day_of(at) - timedelta(days=1)
        last_day = day + _HORIZON
        while day < last_day:
            opens, closes = self._span(day)
            if closes > start:
                yield max(opens, start), closes
                start, last_day = closes, day + _HORIZON
            day += timedelta(days=1)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """Return when a day's span opens and closes; both are one on a day that stays closed.

        A clock time that a change of the clocks skips is the moment after it, and of one that
        comes twice the first counts.
        """
        hours = self.weekly.get(_WEEKDAYS[day.weekday()])
        if hours is None or day in self.holidays:
            return _NEVER, _NEVER
        opens, closes = (self._moment(day, clock) for clock in hours.split("-"))
        if hours[:5] > hours[6:]:
            closes = self._moment(day + timedelta(days=1), hours[6:])
        return (opens, closes) if opens < closes else (_NEVER, _NEVER)

    def _moment(self, day: date, clock: str) -> datetime:
        hour, minute = int(clock[:2]), int(clock[3:])
        local = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute))
        return local.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)


_NEVER = datetime.min.replace(tzinfo=UTC)
