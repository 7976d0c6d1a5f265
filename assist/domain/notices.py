"""What the customer is told at a handoff: the client's phrases, filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from assist.domain.client import ClientProfile, Phrases
from assist.domain.customer import Customer
from assist.domain.hours import Hours

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
}


def waiting_notice(
    profile: ClientProfile, customer: Customer, at: datetime, place: int, wait_s: int | None
) -> str:
    """Say how long it will take: the place in the queue, or when people answer again.

    `place` counts from 1; `wait_s` is the expected wait in seconds, `None` when unknown.
    """
    phrases = profile.phrases
    if not profile.hours.is_open(at):
        return _closed_notice(profile, customer, at)
    sentences = [fill(phrases.queued_place, place=str(place))]
    if wait_s is not None:
        minutes = max(1, ceil(wait_s / 60))
        sentences.append(fill(phrases.queued_wait, minutes=str(minutes)))
    return " ".join(sentences)


def joined_notice(phrases: Phrases, agent: str) -> str:
    """Say who has the conversation now."""
    return fill(phrases.claimed, agent=agent)


def fill(phrase: str, **values: str) -> str:
    """Put values into a phrase; other braces in it stay as the client wrote them."""
    for name, value in values.items():
        phrase = phrase.replace(f"{{{name}}}", value)
    return phrase


def _closed_notice(profile: ClientProfile, customer: Customer, at: datetime) -> str:
    phrases = profile.phrases
    sentences = [phrases.outside_hours]
    opens_at = profile.hours.next_opening(at)
    if opens_at is not None:
        opens = _opening_text(profile.hours, profile.language, at, opens_at)
        sentences.append(fill(phrases.opens_again, opens=opens))
    if not customer.can_be_reached:
        sentences.append(phrases.leave_contact)
    return " ".join(sentences)


def _opening_text(hours: Hours, language: str, at: datetime, opens_at: datetime) -> str:
    """Name a day of the coming week by its name, a later one by its date."""
    local = opens_at.astimezone(ZoneInfo(hours.time_zone))
    if hours.day_of(opens_at) - hours.day_of(at) >= timedelta(days=7):
        day = local.date().isoformat()
    else:
        names = _WEEKDAYS.get(language[:2], _WEEKDAYS["en"]).split()
        day = names[local.weekday()]
    return f"{day}, {local:%H:%M}"
