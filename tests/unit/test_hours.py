from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assist.domain.hours import Hours

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = dict.fromkeys(DAYS[:5], "09:00-17:00")
CHICAGO = Hours(time_zone="America/Chicago", weekly=OFFICE, holidays=(date(2026, 11, 26),))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_hours_without_a_week_are_always_open() -> None:
    hours = Hours(holidays=(date(2026, 1, 1),))
    at = utc("2026-01-01T03:00")
    assert hours.is_open(at)
    assert hours.next_opening(at) == at
    assert hours.add_open_seconds(at, 90) == utc("2026-01-01T03:01:30")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-03-02T14:59:59", False),
        ("2026-03-02T15:00", True),
        ("2026-03-02T22:59:59", True),
        ("2026-03-02T23:00", False),
        ("2026-03-09T14:00", True),  # daylight saving time began on the 8th
        ("2026-11-26T16:00", False),  # a holiday
        ("2026-03-07T16:00", False),  # a Saturday
    ],
)
def test_a_client_is_open_by_its_own_clock(at: str, is_open: bool) -> None:
    assert CHICAGO.is_open(utc(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-02T20:00", "2026-03-02T20:00"),
        ("2026-03-02T10:00", "2026-03-02T15:00"),
        ("2026-03-06T23:00", "2026-03-09T14:00"),  # over the weekend and the change of clocks
        ("2026-11-26T10:00", "2026-11-27T15:00"),
    ],
)
def test_the_next_opening_is_the_first_moment_from_which_people_answer(at: str, opens: str) -> None:
    assert CHICAGO.next_opening(utc(at)) == utc(opens)


@pytest.mark.parametrize(
    ("at", "seconds", "deadline"),
    [
        ("2026-03-02T15:00", 900, "2026-03-02T15:15"),
        ("2026-03-02T22:50", 900, "2026-03-03T15:05"),
        ("2026-03-06T22:50", 900, "2026-03-09T14:05"),
        ("2026-03-02T22:45", 900, "2026-03-02T23:00"),
        ("2026-03-02T02:00", 8 * 3600 + 1, "2026-03-03T15:00:01"),
        ("2026-11-25T22:59", 120, "2026-11-27T15:01"),
    ],
)
def test_a_deadline_runs_only_while_people_answer(at: str, seconds: int, deadline: str) -> None:
    assert CHICAGO.add_open_seconds(utc(at), seconds) == utc(deadline)


def test_days_without_a_break_between_them_are_one_span() -> None:
    hours = Hours(time_zone="Europe/Paris", weekly=dict.fromkeys(DAYS, "00:00-24:00"))
    midnight = local("2026-03-29T00:00", "Europe/Paris")
    assert hours.is_open(midnight)
    assert hours.add_open_seconds(midnight, 86_400) == midnight + timedelta(days=1)


def test_a_span_over_midnight_runs_into_the_next_day() -> None:
    hours = Hours(weekly={"friday": "22:00-06:00"}, holidays=(date(2026, 5, 9),))
    assert hours.is_open(utc("2026-05-09T05:59"))  # the Saturday is a holiday, the Friday was not
    assert not hours.is_open(utc("2026-05-09T06:00"))
    assert hours.next_opening(utc("2026-05-09T06:00")) == utc("2026-05-15T22:00")


def test_an_opening_that_the_clocks_skip_comes_at_once_after() -> None:
    hours = Hours(time_zone="Europe/London", weekly={"sunday": "01:30-09:00"})
    opens = hours.next_opening(utc("2026-03-29T00:00"))
    assert opens == local("2026-03-29T02:30", "Europe/London")


def test_a_span_that_the_clocks_turn_around_does_not_take_place() -> None:
    hours = Hours(time_zone="Europe/London", weekly={"sunday": "01:30-02:15"})
    assert hours.next_opening(utc("2026-03-29T00:00")) == utc("2026-04-05T00:30")


def test_hours_with_holidays_for_a_year_never_open_and_deadlines_still_come() -> None:
    start = date(2026, 1, 1)
    holidays = tuple(start + timedelta(days=number) for number in range(500))
    hours = Hours(weekly=OFFICE, holidays=holidays)
    at = utc("2026-01-05T12:00")
    assert hours.next_opening(at) is None
    assert not hours.is_open(at)
    assert hours.add_open_seconds(at, 60) == at + timedelta(seconds=60)


@pytest.mark.parametrize("opening", ["09:00-09:00", "24:00-08:00", "24:00-24:00", "9-17", ""])
def test_hours_that_are_no_span_of_time_are_refused(opening: str) -> None:
    with pytest.raises(ValidationError):
        Hours(weekly={"monday": opening})


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


SPANS = (
    st.tuples(st.integers(0, 1439), st.integers(0, 1440))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: f"{_clock(pair[0])}-{_clock(pair[1])}")
)
MOMENTS = st.integers(0, 2 * 365 * 86_400).map(
    lambda second: utc("2026-01-01T00:00") + timedelta(seconds=second)
)
HOURS = st.builds(
    Hours,
    time_zone=st.sampled_from(
        ["UTC", "Europe/London", "America/Chicago", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
    weekly=st.dictionaries(st.sampled_from(DAYS), SPANS),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5).map(tuple),
)


@given(hours=HOURS, at=MOMENTS)
@settings(max_examples=150, deadline=None)
def test_people_answer_at_the_next_opening_and_not_before(hours: Hours, at: datetime) -> None:
    opens = hours.next_opening(at)
    assert opens is not None
    assert opens >= at
    assert hours.is_open(opens)
    assert hours.is_open(at) is (opens == at)
    if opens > at:
        assert not hours.is_open(at + (opens - at) / 2)
        assert not hours.is_open(opens - timedelta(seconds=1)) or opens - at < timedelta(seconds=1)


@given(hours=HOURS, at=MOMENTS, minutes=st.integers(0, 300), more=st.integers(0, 300))
@settings(max_examples=150, deadline=None)
def test_open_time_adds_up(hours: Hours, at: datetime, minutes: int, more: int) -> None:
    first = hours.add_open_seconds(at, minutes * 60)
    assert first >= at + timedelta(minutes=minutes)
    assert hours.add_open_seconds(first, more * 60) == hours.add_open_seconds(
        at, (minutes + more) * 60
    )


@given(hours=HOURS, at=MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0)))
@settings(max_examples=50, deadline=None)
def test_a_deadline_counts_exactly_the_open_minutes(hours: Hours, at: datetime) -> None:
    deadline = hours.add_open_seconds(at, 30 * 60)
    minutes = min(int((deadline - at).total_seconds() // 60), 3000)
    counted = sum(hours.is_open(at + timedelta(minutes=number)) for number in range(minutes))
    assert counted == 30 if minutes < 3000 else counted <= 30
