from __future__ import annotations

import pytest

from assist.domain.facts import Fact, FactKind, find_facts
from assist.domain.masking import mask_secrets


def found(message: str) -> list[tuple[str, str, str]]:
    return [(str(fact.kind), fact.label, fact.value) for fact in find_facts([message])]


@pytest.mark.parametrize(
    ("message", "kind", "label", "value"),
    [
        ("my order 88123 is late", "reference", "Order number", "88123"),
        ("Order number is LK-20418", "reference", "Order number", "LK-20418"),
        ("order no. 4711 please", "reference", "Order number", "4711"),
        ("the invoice #INV/2026/018", "reference", "Invoice number", "INV/2026/018"),
        ("my booking reference: QX7712", "reference", "Booking number", "QX7712"),
        ("ref 99-1234", "reference", "Reference", "99-1234"),
        ("it's #88123", "reference", "Reference", "88123"),
        ("LH-204981, where is it?", "reference", "Reference", "LH-204981"),
        ("mi pedido 5521 no llega", "reference", "Pedido number", "5521"),
        ("Bestellung Nr. 77120", "reference", "Bestellung number", "77120"),
        ("I paid £42.50 twice", "amount", "Amount", "£42.50"),
        ("you took $1,250.00 from me", "amount", "Amount", "$1,250.00"),
        ("es sind 30 Euro", "amount", "Amount", "30 Euro"),
        ("refund me 12,99 €", "amount", "Amount", "12,99 €"),
        ("about 40 quid", "amount", "Amount", "40 quid"),
        ("it came last Tuesday", "date", "Date", "last Tuesday"),
        ("I moved on 3 March 2026", "date", "Date", "3 March 2026"),
        ("due March 3rd", "date", "Date", "March 3rd"),
        ("on 2026-03-09 I paid", "date", "Date", "2026-03-09"),
        ("since 14/02/2026", "date", "Date", "14/02/2026"),
        ("Ordered three weeks ago", "date", "Date", "three weeks ago"),
        ("nobody came yesterday", "date", "Date", "yesterday"),
        ("am 3. Oktober", "date", "Date", "3. Oktober"),
        ("write to jane.doe+x@mail.example.com.", "email", "E-mail", "jane.doe+x@mail.example.com"),
        ("call me on 020 7946 0123", "phone", "Phone", "020 7946 0123"),
        ("my mobile is 07700900123", "phone", "Phone", "07700900123"),
        ("(312) 555-0142 is my line", "phone", "Phone", "(312) 555-0142"),
        ("+49 30 1234567", "phone", "Phone", "+49 30 1234567"),
        ("I live at SW1A 1AA", "postcode", "Postcode", "SW1A 1AA"),
        ("my postcode is m1 2ab", "postcode", "Postcode", "m1 2ab"),
        ("zip code 60614", "postcode", "Postcode", "60614"),
        ("the card ending in 4321", "ending", "Card ending", "4321"),
        ("last four digits are 9917", "ending", "Number ending", "9917"),
        ("my name is Jane O'Neill and I need help", "name", "Name", "Jane O'Neill"),
        ("my name is john smith", "name", "Name", "john smith"),
        ("Ich heiße Anna von Berg.", "name", "Name", "Anna von Berg"),
        ("je m'appelle Zoé", "name", "Name", "Zoé"),
    ],
)
def test_a_fact_is_found_as_it_was_said(message: str, kind: str, label: str, value: str) -> None:
    assert found(message) == [(kind, label, value)]


@pytest.mark.parametrize(
    "message",
    [
        "I'd like to order 2 lamps",
        "can I pay in 12 instalments",
        "my name is wrong on the letter",
        "my name is on the contract",
        "how long is the guarantee, 5 years?",
        "may I return it in 30 days",
        "Is the mattress 180 x 200?",
        "my password is not working",
        "the pin is blocked",
        "I have 512 kbps",
        "does the march offer still hold",
        "what is an order number",
        "is there a delivery in the evening",
        "size 10 p.",
    ],
)
def test_what_is_no_fact_about_the_customer_is_left_alone(message: str) -> None:
    assert found(message) == []


def test_facts_come_in_the_order_they_were_given_and_once() -> None:
    facts = find_facts(
        ["Order 88123, I paid £42 yesterday", "again: order 88123, jane@example.com"],
    )
    assert [fact.value for fact in facts] == ["88123", "£42", "yesterday", "jane@example.com"]


def test_a_cited_article_is_a_fact_when_the_customer_named_it() -> None:
    facts = find_facts(["how much is the plus check?"], ["Plus health check", "Parking"])
    assert facts == (Fact(FactKind.PRODUCT, "About", "Plus health check"),)


@pytest.mark.parametrize(
    ("message", "label", "value"),
    [
        ("my card is 4111 1111 1111 1111 ok", "Card number, hidden", "•••• 1111"),
        ("5500-0000-0000-0004", "Card number, hidden", "•••• 0004"),
        ("my password is Sunshine9!", "Password, hidden", "••••"),
        ("PIN: 4821", "Pin, hidden", "••••"),
        ("mein Passwort ist geheim123", "Passwort, hidden", "••••"),
    ],
)
def test_a_secret_is_flagged_and_masked(message: str, label: str, value: str) -> None:
    assert found(message) == [("secret", label, value)]
    assert value in mask_secrets(message)
    assert mask_secrets(mask_secrets(message)) == mask_secrets(message)


def test_a_long_number_that_is_no_card_stays() -> None:
    message = "tracking number 4111111111111112"
    assert mask_secrets(message) == message
    assert found(message) == [("reference", "Tracking number", "4111111111111112")]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["1 ", "1-", "a@", "my name is ", "order ", "x" * 50, "card ", "0"]
)
def test_a_message_of_20000_characters_is_searched_soon(piece: str) -> None:
    find_facts([(piece * 20_000)[:20_000]])
