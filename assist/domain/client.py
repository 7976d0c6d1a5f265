"""A client company as the assistant knows it: name, voice, hours, contacts and handoff rules."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assist.domain.rules import HandoffRule

CLIENT_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; use a name like Europe/London") from error
    return name


_Clock = r"([01]\d|2[0-3]):[0-5]\d|24:00"
OpeningHours = Annotated[str, Field(pattern=rf"^({_Clock})-({_Clock})$")]
Weekday = Annotated[
    str, Field(pattern="^(monday|tuesday|wednesday|thursday|friday|saturday|sunday)$")
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Brand(_Part):
    """How the client's pages look; white text must be readable on the colour."""

    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#1f4fd8"


class Contacts(_Part):
    """Where the client's customers can turn to otherwise; empty when unknown."""

    phone: str = ""
    email: str = ""
    website: str = ""


class Hours(_Part):
    """When people answer; a weekday that is missing is closed."""

    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    weekly: dict[Weekday, OpeningHours] = {}
    holidays: tuple[date, ...] = ()

    def day_of(self, moment: datetime) -> date:
        """Return the client's own day: near midnight the server's may be another one."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


class Phrases(_Part):
    """The fixed sentences that the assistant may say without a source, in the client's tone."""

    abstain: str = (
        "I can't find a reliable answer to that in what I've been given. "
        "Would you like a colleague to help you?"
    )
    handoff: str = "I'm passing you to a colleague who can help with this."
    clarify: str = "So that I give you the right answer:"
    off_topic: str = (
        "I can only help with questions about our products and services. "
        "If you need something else from us, I can pass you to a colleague."
    )
    hello: str = "Hello! How can I help you?"
    thanks: str = "You're welcome. Is there anything else I can help with?"
    goodbye: str = "Goodbye, and thank you for getting in touch."
    handed_back: str = "You're back with our AI assistant. Ask for a person at any time."
    resolved: str = "This conversation is closed. Start a new one whenever you need us."


class ClientProfile(_Part):
    """Everything about a client that is not its knowledge; the content of `client.yaml`."""

    name: Annotated[str, Field(min_length=1)]
    language: str = "en"
    tone: str = ""
    greeting: str = "Hello! I'm an AI assistant. Ask me anything, or ask for a person at any time."
    brand: Brand = Brand()
    contacts: Contacts = Contacts()
    hours: Hours = Hours()
    starters: tuple[str, ...] = ()
    phrases: Phrases = Phrases()
    handoff_rules: tuple[HandoffRule, ...] = ()
