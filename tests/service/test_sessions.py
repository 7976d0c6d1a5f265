"""Signing in, what ends a session, and how guesses are slowed down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from assist.domain.errors import (
    InvalidUserError,
    LastAdminError,
    SignInError,
    ThrottledError,
    UserNotFoundError,
)
from assist.domain.people import PresenceStatus, Role, SignedIn, User, UserId
from assist.services.people import NewUser, PeopleService, PresenceService, UserChange
from assist.services.sessions import MAX_ATTEMPTS, SessionService
from tests.fakes import ACME, ZENITH, FakeClock
from tests.people_fakes import (
    PASSWORD,
    MemoryPresence,
    MemorySessions,
    MemorySignInLog,
    MemoryUsers,
    PlainPasswords,
)

HOUR_S = 3600
ANA = "ana@bpo.example"


@dataclass
class House:
    """The people of a BPO, with Ana, who is an agent of acme."""

    clock: FakeClock = field(default_factory=FakeClock)
    users: MemoryUsers = field(default_factory=MemoryUsers)
    store: MemorySessions = field(default_factory=MemorySessions)
    hasher: PlainPasswords = field(default_factory=PlainPasswords)

    def __post_init__(self) -> None:
        log = MemorySignInLog()
        self.sessions = SessionService(
            self.users, self.users, self.store, log, self.hasher, self.clock
        )
        self.people = PeopleService(self.users, self.users, self.hasher, self.sessions, self.clock)
        self.ana = self.add(ANA)

    def add(self, email: str, role: Role = Role.AGENT) -> User:
        clients = () if role is Role.ADMIN else (ACME,)
        return self.people.add(NewUser(email, "Ana", role, clients), PASSWORD)

    def sign_in(self, password: str = PASSWORD, email: str = ANA) -> tuple[SignedIn, str]:
        return self.sessions.sign_in(email, password)

    def fail(self, times: int, email: str = ANA) -> None:
        for _ in range(times):
            with pytest.raises(SignInError):
                self.sign_in("wrong password", email)


@pytest.fixture
def house() -> House:
    return House()


def test_the_right_password_starts_a_session_that_its_secret_opens(house: House) -> None:
    signed_in, secret = house.sign_in(email=" ANA@bpo.example ")

    assert signed_in.user == house.ana
    assert secret.startswith("ses_")
    assert house.sessions.find(secret) == signed_in
    assert house.sessions.find(secret + "x") is None


def test_every_refusal_says_the_same(house: House) -> None:
    house.people.change(house.add("ben@bpo.example").id, UserChange(disabled=True))
    refusals = set()
    for email, password in [
        (ANA, "wrong password"),
        (ANA, ""),
        ("nobody@bpo.example", PASSWORD),
        ("", PASSWORD),
        ("ben@bpo.example", PASSWORD),
    ]:
        with pytest.raises(SignInError) as refusal:
            house.sign_in(password, email)
        refusals.add(str(refusal.value))

    assert len(refusals) == 1


def test_an_unknown_address_costs_one_hash_as_a_known_one_does(house: House) -> None:
    house.fail(1)
    house.fail(1, "nobody@bpo.example")
    known, unknown = house.hasher.verified

    assert known.split(":")[0] == unknown.split(":")[0]


def test_the_sixth_attempt_waits_until_the_first_is_old(house: House) -> None:
    house.fail(MAX_ATTEMPTS)
    house.clock.advance(60)

    with pytest.raises(ThrottledError, match="14 minutes") as refusal:
        house.sign_in()
    assert refusal.value.retry_after_s == 14 * 60
    assert len(house.hasher.verified) == MAX_ATTEMPTS

    house.clock.advance(14 * 60)
    assert house.sign_in()


def test_attempts_that_are_refused_make_nobody_wait_longer(house: House) -> None:
    house.fail(MAX_ATTEMPTS)
    house.clock.advance(14 * 60)
    with pytest.raises(ThrottledError):
        house.sign_in()
    house.clock.advance(60)

    assert house.sign_in()


def test_an_unknown_address_is_slowed_down_too_and_no_other_one(house: House) -> None:
    house.fail(MAX_ATTEMPTS, "nobody@bpo.example")

    with pytest.raises(ThrottledError):
        house.sign_in(email="Nobody@bpo.example")
    assert house.sign_in()


def test_signing_in_forgets_the_failures_before(house: House) -> None:
    house.fail(MAX_ATTEMPTS - 1)
    house.sign_in()

    house.fail(MAX_ATTEMPTS)


def test_being_busy_is_no_failed_attempt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_hash: str, _password: str) -> bool:
        raise ThrottledError("busy", 1)

    with monkeypatch.context() as patch:
        patch.setattr(house.hasher, "verify", busy)
        for _ in range(MAX_ATTEMPTS):
            with pytest.raises(ThrottledError, match="busy"):
                house.sign_in()

    assert house.sign_in()


def test_a_hash_of_weaker_times_is_replaced_at_the_next_sign_in(house: House) -> None:
    house.hasher.version = "2"
    house.sign_in()

    assert house.users.find_password(house.ana.id) == f"2:{PASSWORD}"


def test_an_unused_session_ends(house: House) -> None:
    _, secret = house.sign_in()
    house.clock.advance(12 * HOUR_S)

    assert house.sessions.find(secret) is None


def test_a_used_session_goes_on_until_its_life_ends(house: House) -> None:
    _, secret = house.sign_in()
    for _ in range(16):
        house.clock.advance(10 * HOUR_S)
        assert house.sessions.find(secret)
    house.clock.advance(8 * HOUR_S)

    assert house.sessions.find(secret) is None


def test_the_use_of_a_session_is_written_at_most_once_a_minute(house: House) -> None:
    _, secret = house.sign_in()
    for _ in range(6):
        house.clock.advance(20)
        house.sessions.find(secret)

    assert len(house.store.touched) == 2


def test_a_session_shows_its_user_as_they_are_now(house: House) -> None:
    _, secret = house.sign_in()
    house.people.change(house.ana.id, UserChange(role=Role.LEAD, client_ids=(ACME, ZENITH)))

    found = house.sessions.find(secret)

    assert found
    assert found.user.role is Role.LEAD
    assert found.user.serves(ZENITH)


def test_signing_out_ends_one_session(house: House) -> None:
    (first, first_secret), (_, second_secret) = house.sign_in(), house.sign_in()
    house.sessions.sign_out(first.session)

    assert house.sessions.find(first_secret) is None
    assert house.sessions.find(second_secret)


def test_signing_in_clears_away_the_sessions_that_ended(house: House) -> None:
    house.sign_in()
    house.clock.advance(12 * HOUR_S)
    signed_in, _ = house.sign_in()

    assert house.store.list_sessions(house.ana.id) == [signed_in.session]


def test_disabling_ends_all_sessions_for_good(house: House) -> None:
    _, secret = house.sign_in()
    house.people.change(house.ana.id, UserChange(disabled=True))
    assert house.sessions.find(secret) is None

    house.people.change(house.ana.id, UserChange(disabled=False))
    assert house.sessions.find(secret) is None
    assert house.sign_in()


def test_a_user_disabled_in_another_process_loses_the_session_too(house: House) -> None:
    _, secret = house.sign_in()
    house.users.update_user(replace(house.ana, disabled_at=house.clock()))

    assert house.sessions.find(secret) is None


def test_changing_the_own_password_keeps_this_session_only(house: House) -> None:
    (here, here_secret), (_, other_secret) = house.sign_in(), house.sign_in()
    house.sessions.change_password(here, PASSWORD, "another long password")

    assert house.sessions.find(here_secret)
    assert house.sessions.find(other_secret) is None
    assert house.sign_in("another long password")
    house.fail(1)


def test_the_own_password_is_not_changed_without_the_current_one(house: House) -> None:
    signed_in, _ = house.sign_in()
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(InvalidUserError, match="current password is wrong"):
            house.sessions.change_password(signed_in, "wrong", "another long password")
    with pytest.raises(ThrottledError):
        house.sessions.change_password(signed_in, PASSWORD, "another long password")


def test_a_password_set_by_an_admin_ends_all_sessions_and_forgives(house: House) -> None:
    _, secret = house.sign_in()
    house.fail(MAX_ATTEMPTS)
    house.people.change(house.ana.id, UserChange(), password="another long password")

    assert house.sessions.find(secret) is None
    assert house.sign_in("another long password")


def test_a_bad_password_changes_nothing_at_all(house: House) -> None:
    with pytest.raises(InvalidUserError):
        house.people.change(house.ana.id, UserChange(name="Eve"), password="short")

    assert house.people.get(house.ana.id).name == "Ana"


def test_skills_are_compared_without_case_and_spaces(house: House) -> None:
    changed = house.people.change(house.ana.id, UserChange(skills=[" Billing ", "billing", ""]))

    assert changed.skills == {"billing"}


def test_whoever_becomes_an_admin_is_bound_to_no_clients(house: House) -> None:
    changed = house.people.change(house.ana.id, UserChange(role=Role.ADMIN))

    assert changed.client_ids == frozenset()
    with pytest.raises(InvalidUserError, match="at least one client"):
        house.people.change(
            house.add("root@bpo.example", Role.ADMIN).id, UserChange(role=Role.LEAD)
        )


@pytest.mark.parametrize(
    "change", [UserChange(disabled=True), UserChange(role=Role.LEAD, client_ids=(ACME,))]
)
def test_the_last_admin_stays_one(house: House, change: UserChange) -> None:
    first = house.add("root@bpo.example", Role.ADMIN)
    with pytest.raises(LastAdminError, match="only admin"):
        house.people.change(first.id, change)

    house.add("other@bpo.example", Role.ADMIN)
    assert house.people.change(first.id, change) == house.people.get(first.id)


def test_an_unknown_user_cannot_be_changed(house: House) -> None:
    with pytest.raises(UserNotFoundError):
        house.people.change(UserId("nobody"), UserChange())
    with pytest.raises(UserNotFoundError, match="assist user list"):
        house.people.get_by_email("nobody@bpo.example")


def test_who_serves_a_client_and_may_sign_in(house: House) -> None:
    root = house.add("root@bpo.example", Role.ADMIN)
    gone = house.add("gone@bpo.example")
    house.people.change(gone.id, UserChange(disabled=True))

    assert house.people.list_serving(ACME) == [house.ana, root]
    assert house.people.list_serving(ZENITH) == [root]


def test_a_user_is_there_until_heartbeats_stop() -> None:
    clock = FakeClock()
    presence = PresenceService(MemoryPresence(), clock)
    ana = UserId("ana")
    assert presence.status_of(ana) is PresenceStatus.OFFLINE

    presence.report(ana, PresenceStatus.ONLINE)
    clock.advance(timedelta(seconds=60).total_seconds())
    assert presence.status_of(ana) is PresenceStatus.ONLINE

    clock.advance(30)
    assert presence.status_of(ana) is PresenceStatus.OFFLINE
