from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assist.domain.canned import (
    CannedResponse,
    CannedResponseId,
    Slot,
    check_response,
    fill,
    search_responses,
)
from assist.domain.canned_values import client_values, customer_values, opening_hours
from assist.domain.client import ClientProfile
from assist.domain.customer import Customer
from assist.domain.errors import InvalidCannedResponseError
from assist.domain.hours import Hours
from tests.fakes import ACME, NOON

LATE = CannedResponse(
    CannedResponseId("late"),
    ACME,
    "Parcel is late",
    "Hi {customer_name}, order {order_number} is late. Sorry, {customer_name}.",
    NOON,
    ("delivery",),
)


def test_known_slots_are_filled_and_missing_ones_are_listed_once() -> None:
    filled = fill(replace(LATE, text=LATE.text + " {order_number}"), {Slot.CUSTOMER_NAME: "Ana"})
    assert filled.text == "Hi Ana, order {order_number} is late. Sorry, Ana. {order_number}"
    assert filled.missing == (Slot.ORDER_NUMBER,)


def test_a_value_is_never_read_as_a_slot() -> None:
    values = {Slot.CUSTOMER_NAME: "{order_number}", Slot.ORDER_NUMBER: "4711"}
    filled = fill(LATE, values)
    assert filled.text == "Hi {order_number}, order 4711 is late. Sorry, {order_number}."
    assert filled.missing == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "title needs 1 to"),
        ({"text": "x" * 4001}, "text needs 1 to"),
        ({"tags": ("x",) * 11}, "at most 10 tags"),
        ({"text": "Hi {nickname}"}, r"\{nickname\} is no slot; there are \{customer_name\}"),
    ],
)
def test_a_response_that_cannot_be_used_is_refused(changes: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidCannedResponseError, match=message):
        check_response(replace(LATE, **changes))  # type: ignore[arg-type]


def test_a_search_finds_words_anywhere_and_puts_titles_and_tags_first() -> None:
    credit = replace(
        LATE, id=CannedResponseId("credit"), title="Credit", text="For the delivery.", tags=()
    )
    assert search_responses([credit, LATE], "Delivery") == [LATE, credit]
    assert search_responses([credit, LATE], "late parcel") == [LATE]
    assert search_responses([credit, LATE], "") == [credit, LATE]
    assert search_responses([credit, LATE], "refund") == []


def test_opening_hours_are_told_in_words() -> None:
    week = dict.fromkeys(["monday", "tuesday", "wednesday"], "08:00-18:00")
    hours = Hours(weekly={**week, "saturday": "09:00-13:00"})
    assert opening_hours(hours) == "Monday to Wednesday 08:00-18:00, Saturday 09:00-13:00"
    assert opening_hours(Hours()) == ""


def test_the_clients_values_name_the_next_opening_in_its_own_time() -> None:
    hours = Hours(
        time_zone="Europe/London",
        weekly={"friday": "09:00-12:00", "monday": "09:00-17:00"},
        holidays=(date(2026, 11, 23),),
    )
    values = client_values(
        ClientProfile(name="Acme", hours=hours), datetime(2026, 11, 20, 20, tzinfo=UTC)
    )
    assert values[Slot.NEXT_OPENING] == "Friday 27 November at 09:00"
    assert values[Slot.CLIENT_NAME] == "Acme"


def test_a_client_that_is_always_open_has_no_next_opening() -> None:
    assert client_values(ClientProfile(name="Acme"), NOON)[Slot.NEXT_OPENING] == ""


def test_what_is_known_of_a_customer_comes_before_what_was_said() -> None:
    said = ["My order is 4481920, write to old@example.com", "sorry, order number 4481921"]
    values = customer_values(Customer(name="Ana", email="ana@example.com"), said)
    assert values[Slot.CUSTOMER_NAME] == "Ana"
    assert values[Slot.EMAIL] == "ana@example.com"
    assert values[Slot.ORDER_NUMBER] == "4481921"
