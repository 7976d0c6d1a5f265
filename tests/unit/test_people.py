"""Who may do what, when sessions and presence end, and what a password needs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assist.domain.errors import InvalidUserError
from assist.domain.keys import KeyScope
from assist.domain.people import (
    Permission,
    Presence,
    PresenceStatus,
    Role,
    Session,
    SessionId,
    UserId,
    check_user,
    email_digest,
    new_password,
    parse_email,
    parse_password,
    scope_permissions,
)
from tests.fakes import ACME, NOON, ZENITH
from tests.people_fakes import make_user

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (Role.AGENT, "ask read_desk work_desk"),
        (Role.TRAINER, "ask read_desk train"),
        (Role.LEAD, "ask read_desk report train work_desk"),
        (Role.ADMIN, "ask manage read_desk report train work_desk"),
    ],
)
def test_what_a_role_allows(role: Role, permissions: str) -> None:
    assert " ".join(sorted(role.permissions)) == permissions


@pytest.mark.parametrize(
    ("scope", "permissions"),
    [
        (KeyScope.CUSTOMER, "ask"),
        (KeyScope.AGENT, "ask read_desk work_desk"),
        (KeyScope.TRAINER, "ask read_desk report train work_desk"),
    ],
)
def test_what_a_key_allows(scope: KeyScope, permissions: str) -> None:
    assert " ".join(sorted(scope_permissions(scope))) == permissions


def test_no_key_may_manage() -> None:
    assert not any(Permission.MANAGE in scope_permissions(scope) for scope in KeyScope)


def test_a_user_serves_their_own_clients_and_an_admin_all() -> None:
    assert make_user().serves(ACME)
    assert not make_user().serves(ZENITH)
    assert make_user(role=Role.ADMIN, client_ids=frozenset()).serves(ZENITH)


def session(seen_at: datetime = NOON) -> Session:
    return Session(SessionId("session-1"), UserId("user-ana"), NOON, seen_at)


def test_an_unused_session_ends_after_twelve_hours() -> None:
    assert session().is_active(NOON + 12 * HOUR - timedelta(seconds=1))
    assert not session().is_active(NOON + 12 * HOUR)


def test_a_used_session_lasts_longer_and_never_more_than_a_week() -> None:
    assert session(NOON + 10 * HOUR).expires_at == NOON + 22 * HOUR
    assert session(NOON + timedelta(days=7) - HOUR).expires_at == NOON + timedelta(days=7)


def test_whoever_is_not_heard_of_is_offline() -> None:
    presence = Presence(PresenceStatus.AWAY, NOON)

    assert presence.status_at(NOON + timedelta(seconds=89)) is PresenceStatus.AWAY
    assert presence.status_at(NOON + timedelta(seconds=90)) is PresenceStatus.OFFLINE


def test_spellings_of_one_address_are_the_same_user() -> None:
    assert parse_email("  Ana@BPO.example ") == "ana@bpo.example"
    assert email_digest("ANA@bpo.example") == email_digest(" ana@bpo.example")


@pytest.mark.parametrize("text", ["", "ana", "ana@bpo", "a b@bpo.example", "a@b@c.de", "a@b..de"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidUserError, match="no e-mail address"):
        parse_email(text)


def test_a_password_has_a_least_and_a_greatest_length() -> None:
    assert parse_password("x" * 12) == "x" * 12
    with pytest.raises(InvalidUserError, match="at least 12"):
        parse_password("x" * 11)
    with pytest.raises(InvalidUserError, match="at most 200"):
        parse_password("x" * 201)


def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    assert parse_password("cafe\u0301 au lait noir") == parse_password("caf\u00e9 au lait noir")


def test_a_made_up_password_is_new_and_good_enough() -> None:
    made = new_password()

    assert parse_password(made) == made
    assert made != new_password()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "  "}, "name"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 51}, "capacity"),
        ({"client_ids": frozenset()}, "at least one client"),
        ({"role": Role.ADMIN}, "every client"),
    ],
)
def test_a_user_who_cannot_be_is_refused(changes: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidUserError, match=named):
        check_user(make_user(**changes))
