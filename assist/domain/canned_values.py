"""The values that fill the slots of canned responses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from assist.domain.canned import Slot
from assist.domain.client import ClientProfile
from assist.domain.customer import Customer
from assist.domain.facts import FactKind, find_facts
from assist.domain.hours import Hours

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_FACTS = {
    FactKind.REFERENCE: Slot.ORDER_NUMBER,
    FactKind.AMOUNT: Slot.AMOUNT,
    FactKind.DATE: Slot.DATE,
    FactKind.EMAIL: Slot.EMAIL,
    FactKind.PHONE: Slot.PHONE,
    FactKind.NAME: Slot.CUSTOMER_NAME,
}


def client_values(profile: ClientProfile, now: datetime) -> dict[Slot, str]:
    """Return what is known of a client, and nothing for what is not."""
    opening = profile.hours.next_opening(now)
    return {
        Slot.CLIENT_NAME: profile.name,
        Slot.OPENING_HOURS: opening_hours(profile.hours),
        Slot.NEXT_OPENING: _moment(opening, profile.hours) if profile.hours.weekly else "",
    }


def customer_values(customer: Customer, said: Sequence[str]) -> dict[Slot, str]:
    """Return what is known of a customer; of several of a kind the last one that was said."""
    told = {_FACTS[fact.kind]: fact.value for fact in find_facts(said) if fact.kind in _FACTS}
    given = {
        Slot.CUSTOMER_NAME: customer.name,
        Slot.EMAIL: customer.email,
        Slot.PHONE: customer.phone,
    }
    return told | {slot: value for slot, value in given.items() if value}


def opening_hours(hours: Hours) -> str:
    """Return the week's hours in words, days with the same hours together; empty if unknown."""
    spans: list[tuple[list[str], str]] = []
    for day in _WEEKDAYS:
        times = hours.weekly.get(day, "")
        if spans and spans[-1][1] == times:
            spans[-1][0].append(day.capitalize())
        else:
            spans.append(([day.capitalize()], times))
    return ", ".join(f"{_days(days)} {times}" for days, times in spans if times)


def _days(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _moment(at: datetime | None, hours: Hours) -> str:
    return f"{at.astimezone(ZoneInfo(hours.time_zone)):%A %d %B at %H:%M}" if at else ""
