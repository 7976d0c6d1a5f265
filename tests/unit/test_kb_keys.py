"""What an API key opens, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from assist.adapters.sql.clients import SqlClientDirectory, SqlKeyRing
from assist.adapters.sql.tables import api_keys
from assist.domain.client import ClientProfile
from assist.domain.keys import KeyScope, new_secret
from assist.services.keys import KeyService
from knowledge_base.models import Audience
from tests.fakes import ACME, ZENITH, FakeClock

DAY = timedelta(days=1)
CUSTOMER, AGENT, TRAINER = KeyScope


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keys(sqlite_engine: Engine, clock: FakeClock) -> KeyService:
    directory = SqlClientDirectory(sqlite_engine)
    for client_id in (ACME, ZENITH):
        directory.add_client(client_id, ClientProfile(name=client_id.title()))
    return KeyService(SqlKeyRing(sqlite_engine), clock)


def test_a_secret_opens_the_key_that_it_was_issued_for(keys: KeyService) -> None:
    key, secret = keys.issue(ACME, AGENT, label="desk 4")
    keys.issue(ZENITH, AGENT)

    assert keys.find_active(secret) == key
    assert (key.client_id, key.scope, key.label) == (ACME, AGENT, "desk 4")


@pytest.mark.parametrize("secret", ["", "bpo_", "bpo_guess"])
def test_a_wrong_secret_opens_nothing(keys: KeyService, secret: str) -> None:
    keys.issue(ACME, AGENT)

    assert keys.find_active(secret) is None


def test_the_secret_is_not_stored(keys: KeyService, sqlite_engine: Engine) -> None:
    _, secret = keys.issue(ACME, AGENT)

    with sqlite_engine.connect() as connection:
        [row] = connection.execute(select(api_keys)).all()

    assert secret.removeprefix("bpo_") not in str(row)


def test_secrets_are_long_and_never_alike() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(secret.startswith("bpo_") and len(secret) >= 47 for secret in secrets)


def test_a_key_opens_until_the_moment_it_expires(keys: KeyService, clock: FakeClock) -> None:
    key, secret = keys.issue(ACME, AGENT, valid_for=DAY)

    clock.advance(DAY.total_seconds() - 1)
    assert keys.find_active(secret) == key
    clock.advance(1)
    assert keys.find_active(secret) is None


def test_a_key_without_an_end_does_not_expire(keys: KeyService, clock: FakeClock) -> None:
    key, secret = keys.issue(ACME, AGENT)

    clock.advance(3_650 * DAY.total_seconds())

    assert keys.find_active(secret) == key


def test_a_revoked_key_opens_nothing_at_once(keys: KeyService) -> None:
    key, secret = keys.issue(ACME, AGENT)

    assert keys.revoke(ACME, key.id)

    assert keys.find_active(secret) is None
    assert [each.revoked_at is not None for each in keys.list_keys(ACME)] == [True]


def test_a_client_cannot_revoke_the_key_of_another(keys: KeyService) -> None:
    key, secret = keys.issue(ACME, AGENT)

    assert not keys.revoke(ZENITH, key.id)

    assert keys.find_active(secret) == key


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [(CUSTOMER, [CUSTOMER]), (AGENT, [CUSTOMER, AGENT]), (TRAINER, [CUSTOMER, AGENT, TRAINER])],
)
def test_each_scope_allows_what_those_before_it_do(
    scope: KeyScope, allowed: list[KeyScope]
) -> None:
    assert [other for other in KeyScope if scope.includes(other)] == allowed


@pytest.mark.parametrize(
    ("scope", "audience"),
    [
        (CUSTOMER, Audience.PUBLIC),
        (AGENT, Audience.INTERNAL),
        (TRAINER, Audience.INTERNAL),
    ],
)
def test_customers_read_public_knowledge_only(scope: KeyScope, audience: Audience) -> None:
    assert scope.audience is audience
