"""Which client ids and profiles are accepted, and what is said about the others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Engine

from assist.adapters.sql.clients import SqlClientDirectory
from assist.domain.errors import InvalidClientError
from assist.services.clients import ClientService, parse_client_id, parse_profile
from tests.fakes import ACME


@pytest.fixture
def clients(sqlite_engine: Engine) -> ClientService:
    return ClientService(SqlClientDirectory(sqlite_engine))


@pytest.mark.parametrize("name", ["a", "7", "acme", "northern-energy", "x" * 40])
def test_short_lower_case_names_are_client_ids(name: str) -> None:
    assert parse_client_id(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "acme ", "acme\n", "-acme", "acme-", "a/b", "..", "a_b", "äcme", "x" * 41],
)
def test_other_names_are_refused_with_an_example(name: str) -> None:
    with pytest.raises(InvalidClientError, match=rf"^{re.escape(repr(name))} cannot .*'northern-"):
        parse_client_id(name)


def test_a_client_without_a_profile_is_called_by_its_id(clients: ClientService) -> None:
    clients.add("acme")

    assert clients.get(ACME).name == "acme"


def test_a_client_with_a_wrong_profile_is_not_added(clients: ClientService) -> None:
    with pytest.raises(InvalidClientError):
        clients.add("acme", {"name": "Acme", "brand": {"colour": "blue"}})

    assert clients.list_all() == []


def test_a_wrong_profile_does_not_replace_the_good_one(clients: ClientService) -> None:
    clients.add("acme", {"name": "Acme"})

    with pytest.raises(InvalidClientError):
        clients.update(ACME, {"name": ""})

    assert clients.get(ACME).name == "Acme"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "name: String should have at least 1 character"),
        ({"nmae": "Acme"}, "nmae: Extra inputs are not permitted"),
        ({"brand": {"colour": "blue"}}, "brand.colour: String should match pattern"),
        ({"hours": {"time_zone": "Mars/Base"}}, "hours.time_zone: .*'Mars/Base' is no time zone"),
        ({"hours": {"time_zone": "../etc"}}, "hours.time_zone: .*'../etc' is no time zone"),
        ({"hours": {"weekly": {"monday": "9-17"}}}, "hours.weekly.monday: String should match"),
        ({"hours": {"weekly": {"Mon": "09:00-17:00"}}}, "hours.weekly.Mon"),
        ({"hours": {"holidays": ["25.12."]}}, "hours.holidays.0: Input should be a valid date"),
        ({"hours": {"holidays": ["2026-13-45"]}}, "hours.holidays.0: Input should be a valid"),
        ({"handoff_rules": [{"name": "fraud", "any_of": []}]}, "handoff_rules.0: rule 'fraud': "),
    ],
)
def test_the_message_names_the_field_that_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidClientError, match=f"profile is not valid: {message}"):
        parse_profile({"name": "Acme"} | change)


def test_the_message_names_every_field_that_is_wrong() -> None:
    with pytest.raises(InvalidClientError, match=r"name: .*; tone: .*; brand\.colour: "):
        parse_profile({"tone": 7, "brand": {"colour": "red"}})


@pytest.mark.parametrize("hours", ["00:00-24:00", "08:30-17:05"])
def test_opening_hours_may_fill_the_day(hours: str) -> None:
    profile = parse_profile({"name": "Acme", "hours": {"weekly": {"sunday": hours}}})

    assert profile.hours.weekly == {"sunday": hours}
