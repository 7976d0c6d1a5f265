"""Escalation: the contact's address, the reply link, and what the contact reads."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from assist.domain.client import ClientProfile
from assist.domain.contact_mail import (
    ContactPhrases,
    contact_phrases,
    mail_subject,
    mail_text,
    webhook_facts,
)
from assist.domain.conversation import Escalation, Handoff
from assist.domain.escalation import EscalationContact, ReplyLink, new_reply_token
from assist.domain.facts import Fact, FactKind
from assist.domain.packet import HandoffPacket
from assist.domain.rules import Priority
from tests.conversation_fakes import conversation
from tests.fakes import ACME, NOON

LINK = "https://assist.example/client-reply/rpl_x"
ESCALATION = Escalation(NOON, "ops@acme.example")
PROFILE = ClientProfile(
    name="Acme", language="en", escalation=EscalationContact(email="ops@acme.example")
)
PACKET = HandoffPacket(
    reason="refund",
    reason_text="The refund is above the limit.",
    wants="My money back",
    facts=(Fact(FactKind.REFERENCE, "Order", "A-1"),),
    summary="Wants: a refund",
)
ESCALATED = replace(
    conversation(),
    escalation=ESCALATION,
    handoff=Handoff("refund", "general", Priority.HIGH, NOON, packet=PACKET),
)


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "nobody"},
        {"email": "a@b, c@d"},
        {"email": "Ops <ops@acme.example>"},
        {"email": "ops@acme.example\nBcc: x@y"},
        {"webhook_url": "http://acme.example/"},
        {"webhook_url": "https://user:secret@acme.example/"},
        {"reply_hours": 0},
        {"phone": "1"},
    ],
)
def test_a_contact_that_cannot_be_told_is_refused(contact: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EscalationContact.model_validate(contact)


def test_a_contact_is_reached_by_mail_or_webhook() -> None:
    assert not EscalationContact().can_be_reached
    assert EscalationContact(email="ops@acme.example").can_be_reached
    assert EscalationContact(webhook_url="https://acme.example/").can_be_reached


def test_the_answer_is_due_after_the_clients_hours() -> None:
    assert EscalationContact().deadline(NOON) == NOON + timedelta(hours=24)
    assert EscalationContact(reply_hours=2).deadline(NOON) == NOON + timedelta(hours=2)


def test_a_link_is_for_one_escalation_and_for_a_time() -> None:
    until = NOON + timedelta(days=1)
    link = ReplyLink("digest", ACME, conversation().id, NOON, until)
    later = replace(ESCALATED, escalation=Escalation(until))

    assert link.is_awaited(ESCALATED)
    assert not link.is_awaited(later)
    assert not link.is_awaited(conversation())
    assert [link.is_expired(at) for at in (NOON, until)] == [False, True]


def test_reply_tokens_are_random() -> None:
    assert new_reply_token() != new_reply_token()
    assert new_reply_token().startswith("rpl_")


def test_the_mail_tells_the_case_the_deadline_and_the_link() -> None:
    text = mail_text(PROFILE, ESCALATED, ESCALATION, "May we pay it back?", LINK)

    assert mail_subject(PROFILE) == "Acme: your answer is needed for a customer"
    for told in (
        "What the agent asks you\nMay we pay it back?",
        "What the customer wants\nMy money back",
        "- Order: A-1",
        "Wants: a refund",
        "2026-11-21 12:00 (UTC)",
        LINK,
    ):
        assert told in text


def test_the_mail_works_without_a_handoff_and_without_a_question() -> None:
    text = mail_text(PROFILE, conversation(), ESCALATION, "", LINK)
    assert "What the agent asks you" not in text
    assert LINK in text


def test_the_webhook_tells_the_same() -> None:
    facts = webhook_facts(PROFILE, ESCALATED, ESCALATION, "May we?", LINK)

    assert facts == {
        "escalated_at": "2026-11-20T12:00:00Z",
        "reply_by": "2026-11-21T12:00:00Z",
        "reply_url": LINK,
        "question": "May we?",
        "wants": "My money back",
        "facts": [{"kind": "reference", "label": "Order", "value": "A-1"}],
        "summary": "Wants: a refund",
    }


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt"])
def test_every_language_has_its_own_words_with_the_same_slots(language: str) -> None:
    words, english = contact_phrases(language), contact_phrases("en")
    for field in fields(ContactPhrases):
        text = getattr(words, field.name)
        assert text
        assert text.count("{") == getattr(english, field.name).count("{")
    assert (words is english) == (language == "en")


def test_unknown_languages_fall_back_to_english_and_regions_to_their_language() -> None:
    assert contact_phrases("fi") is contact_phrases("en")
    assert contact_phrases("pt-BR") is contact_phrases("pt")
