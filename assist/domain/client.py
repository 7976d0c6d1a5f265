"""A client company as the assistant knows it: name, voice, hours, contacts and handoff rules."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assist.domain.escalation import EscalationContact
from assist.domain.general_rules import RuleNames
from assist.domain.generation import AnswerMode
from assist.domain.hours import Hours
from assist.domain.phrases import check_phrase
from assist.domain.rules import HandoffRule
from assist.domain.service_levels import DISPOSITIONS, ServiceLevels
from assist.domain.styling import Say

CLIENT_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def _readable(phrase: str) -> str:
    check_phrase(phrase)
    return phrase


Phrase = Annotated[str, AfterValidator(_readable)]
"""A row of words as `has_phrase` reads it."""


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
    queued_place: str = "You are number {place} in the queue."
    queued_wait: str = "A colleague will probably be with you in about {minutes} min."
    outside_hours: str = "Our colleagues are not available right now."
    opens_again: str = "They are back on {opens}."
    leave_contact: str = (
        "Leave your message here with an e-mail address or a phone number, and they will get "
        "back to you."
    )
    claimed: str = "{agent} has joined the conversation."
    transferred: str = "I'm passing you on to a colleague who can help you better."
    waiting_on_client: str = (
        "We're checking this with the responsible team and will get back to you here."
    )
    reopened: str = (
        "Welcome back. Your message is with our team again, with everything you told us before."
    )
    failed: str = "I can't answer right now, so I'm passing you to a colleague."
    handed_back: str = "You're back with our AI assistant. Ask for a person at any time."
    resolved: str = "This conversation is closed. Write again whenever you need us."


class ClientProfile(_Part):
    """Everything about a client that is not its knowledge; the content of `client.yaml`.

    `draft_phrases` replace the general ones in drafts for agents. `brand_names` are products and
    other names that stand for this client alone: they stop a draft to another client's customer.
    `glossary` holds, for a term as the articles have it, the words that customers use for it.
    """

    name: Annotated[str, Field(min_length=1)]
    language: str = "en"
    answers: AnswerMode = AnswerMode.QUOTED
    outside_models: Literal["allowed", "forbidden"] = "allowed"
    tone: str = ""
    greeting: str = "Hello! I'm an AI assistant. Ask me anything, or ask for a person at any time."
    brand: Brand = Brand()
    contacts: Contacts = Contacts()
    hours: Hours = Hours()
    starters: tuple[str, ...] = ()
    phrases: Phrases = Phrases()
    handoff_rules: tuple[HandoffRule, ...] = ()
    general_rules_off: RuleNames = ()
    service_levels: ServiceLevels = ServiceLevels()
    idle_hours: Annotated[int, Field(ge=1, le=8760)] = 24
    reopen_hours: Annotated[int, Field(ge=0, le=8760)] = 72
    dispositions: Annotated[tuple[str, ...], Field(min_length=1)] = DISPOSITIONS
    escalation: EscalationContact = EscalationContact()
    draft_phrases: dict[Say, Annotated[tuple[str, ...], Field(min_length=1)]] = {}
    brand_names: tuple[Annotated[str, Field(min_length=3)], ...] = ()
    glossary: dict[Phrase, Annotated[tuple[Phrase, ...], Field(min_length=1)]] = {}

    @property
    def may_generate(self) -> bool:
        """Say whether a language model may read this client's texts and word its answers."""
        return self.answers is AnswerMode.GENERATED and self.outside_models == "allowed"
