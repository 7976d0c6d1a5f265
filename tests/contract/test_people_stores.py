"""Users, sessions, attempts and presence: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Thread
from typing import Protocol

import pytest
from sqlalchemy import Engine

from assist.adapters.passwords import Argon2Passwords
from assist.adapters.sql.conversation_clients import SqlConversationClients
from assist.adapters.sql.people import (
    SqlPresenceBoard,
    SqlSessionStore,
    SqlSignInLog,
    SqlUserDirectory,
)
from assist.domain.conversation import ConversationId
from assist.domain.errors import (
    ClientNotFoundError,
    ThrottledError,
    UserExistsError,
    UserNotFoundError,
)
from assist.domain.people import Presence, PresenceStatus, Role, Session, SessionId, UserId
from assist.ports.people import (
    PasswordHasher,
    PasswordStore,
    PresenceBoard,
    SessionStore,
    SignInLog,
    UserDirectory,
)
from knowledge_base.models import ClientId
from tests.fakes import ACME, NOON, ZENITH
from tests.people_fakes import (
    MemoryPresence,
    MemorySessions,
    MemorySignInLog,
    MemoryUsers,
    PlainPasswords,
    make_user,
)

MINUTE = timedelta(minutes=1)
ANA = make_user("ana")
BEN = make_user("ben", client_ids=frozenset({ACME, ZENITH}))


class Users(UserDirectory, PasswordStore, Protocol):
    """Users with their passwords."""


class UserContract:
    def test_every_field_of_a_user_survives(self, users: Users) -> None:
        ana = make_user(
            "ana",
            name="Ána £",
            role=Role.LEAD,
            client_ids=frozenset({ACME, ZENITH}),
            skills=frozenset({"billing", "returns"}),
            capacity=7,
            disabled_at=NOON,
        )

        users.add_user(ana)

        assert users.find_user(ana.id) == ana
        assert users.find_user_by_email(ana.email) == ana

    def test_a_user_who_is_unknown_is_not_found(self, users: Users) -> None:
        assert users.find_user(ANA.id) is None
        assert users.find_user_by_email(ANA.email) is None
        with pytest.raises(UserNotFoundError):
            users.update_user(ANA)

    def test_users_are_listed_by_address(self, users: Users) -> None:
        users.add_user(BEN)
        users.add_user(ANA)

        assert users.list_users() == [ANA, BEN]

    def test_two_users_cannot_share_an_address(self, users: Users) -> None:
        users.add_user(ANA)

        with pytest.raises(UserExistsError, match=r"ana@bpo\.example"):
            users.add_user(replace(BEN, email=ANA.email))
        assert users.list_users() == [ANA]

    def test_a_user_needs_clients_that_exist(self, users: Users) -> None:
        stray = replace(ANA, client_ids=frozenset({ACME, ClientId("nobody")}))

        with pytest.raises(ClientNotFoundError, match="nobody"):
            users.add_user(stray)
        assert users.list_users() == []

    def test_an_update_replaces_the_clients_and_keeps_the_password(self, users: Users) -> None:
        users.add_user(ANA)
        users.set_password(ANA.id, "hash")
        changed = replace(ANA, client_ids=frozenset({ZENITH}), capacity=9, disabled_at=NOON)

        users.update_user(changed)

        assert users.find_user(ANA.id) == changed
        assert users.find_password(ANA.id) == "hash"

    def test_an_update_that_fails_changes_nothing(self, users: Users) -> None:
        users.add_user(ANA)

        with pytest.raises(ClientNotFoundError):
            users.update_user(replace(ANA, client_ids=frozenset({ClientId("nobody")})))
        assert users.find_user(ANA.id) == ANA

    def test_a_user_has_no_password_at_first(self, users: Users) -> None:
        users.add_user(ANA)

        assert users.find_password(ANA.id) is None
        assert users.find_password(BEN.id) is None


class TestMemoryUsers(UserContract):
    @pytest.fixture
    def users(self) -> Users:
        return MemoryUsers()


class TestSqlUsers(UserContract):
    @pytest.fixture
    def users(self, populated: Engine) -> Users:
        return SqlUserDirectory(populated)


def session(name: str, user_id: UserId = ANA.id) -> Session:
    return Session(SessionId(name), user_id, NOON, NOON)


class SessionContract:
    def test_a_session_is_found_by_its_digest(self, sessions: SessionStore) -> None:
        sessions.add_session(session("one"), "digest-1")

        assert sessions.find_session("digest-1") == session("one")
        assert sessions.find_session("digest-2") is None

    def test_the_last_use_moves_on_for_one_session(self, sessions: SessionStore) -> None:
        sessions.add_session(session("one"), "digest-1")
        sessions.add_session(session("two"), "digest-2")

        tokyo = (NOON + MINUTE).astimezone(timezone(timedelta(hours=9)))
        sessions.touch_session(SessionId("one"), tokyo)

        assert sessions.find_session("digest-1") == replace(session("one"), seen_at=NOON + MINUTE)
        assert sessions.find_session("digest-2") == session("two")

    def test_a_user_has_only_their_own_sessions(self, sessions: SessionStore) -> None:
        sessions.add_session(session("one"), "digest-1")
        sessions.add_session(session("two", BEN.id), "digest-2")

        assert sessions.list_sessions(ANA.id) == [session("one")]

    def test_an_ended_session_is_gone_and_no_other_one(self, sessions: SessionStore) -> None:
        sessions.add_session(session("one"), "digest-1")
        sessions.add_session(session("two"), "digest-2")

        sessions.end_session(SessionId("one"))

        assert sessions.find_session("digest-1") is None
        assert sessions.find_session("digest-2") == session("two")


class TestMemorySessions(SessionContract):
    @pytest.fixture
    def sessions(self) -> SessionStore:
        return MemorySessions()


class TestSqlSessions(SessionContract):
    @pytest.fixture
    def sessions(self, with_users: Engine) -> SessionStore:
        return SqlSessionStore(with_users)


@pytest.fixture
def with_users(populated: Engine) -> Engine:
    for user in (ANA, BEN):
        SqlUserDirectory(populated).add_user(user)
    return populated


class SignInLogContract:
    def test_attempts_are_listed_for_one_person_from_a_moment_on(self, log: SignInLog) -> None:
        for minute in (2, 0, 1):
            log.add_attempt("ana", NOON + minute * MINUTE)
        log.add_attempt("ben", NOON + MINUTE)

        assert log.list_attempts("ana", NOON) == [NOON + MINUTE, NOON + 2 * MINUTE]

    def test_one_attempt_is_removed(self, log: SignInLog) -> None:
        first, _ = (log.add_attempt("ana", at) for at in (NOON, NOON + MINUTE))

        log.remove_attempt(first)

        assert log.list_attempts("ana", before(NOON)) == [NOON + MINUTE]

    def test_all_attempts_of_one_person_are_cleared(self, log: SignInLog) -> None:
        for who in ("ana", "ana", "ben"):
            log.add_attempt(who, NOON)

        log.clear_attempts("ana")

        assert log.list_attempts("ana", before(NOON)) == []
        assert log.list_attempts("ben", before(NOON)) == [NOON]

    def test_old_attempts_of_everybody_are_forgotten(self, log: SignInLog) -> None:
        log.add_attempt("ana", NOON)
        log.add_attempt("ben", NOON + MINUTE)

        log.forget_attempts(NOON)

        assert log.list_attempts("ana", before(NOON)) == []
        assert log.list_attempts("ben", before(NOON)) == [NOON + MINUTE]


def before(moment: datetime) -> datetime:
    return moment - MINUTE


class TestMemorySignInLog(SignInLogContract):
    @pytest.fixture
    def log(self) -> SignInLog:
        return MemorySignInLog()


class TestSqlSignInLog(SignInLogContract):
    @pytest.fixture
    def log(self, engine: Engine) -> SignInLog:
        return SqlSignInLog(engine)


class PresenceContract:
    def test_the_last_word_of_each_user_counts(self, board: PresenceBoard) -> None:
        board.set_presence(ANA.id, Presence(PresenceStatus.ONLINE, NOON))
        board.set_presence(BEN.id, Presence(PresenceStatus.AWAY, NOON))
        board.set_presence(ANA.id, Presence(PresenceStatus.OFFLINE, NOON + MINUTE))

        assert board.list_presence() == {
            ANA.id: Presence(PresenceStatus.OFFLINE, NOON + MINUTE),
            BEN.id: Presence(PresenceStatus.AWAY, NOON),
        }


class TestMemoryPresence(PresenceContract):
    @pytest.fixture
    def board(self) -> PresenceBoard:
        return MemoryPresence()


class TestSqlPresence(PresenceContract):
    @pytest.fixture
    def board(self, with_users: Engine) -> PresenceBoard:
        return SqlPresenceBoard(with_users)

    def test_first_heartbeats_at_the_same_time_all_count(self, board: PresenceBoard) -> None:
        online = Presence(PresenceStatus.ONLINE, NOON)
        threads = [Thread(target=board.set_presence, args=(ANA.id, online)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert board.list_presence() == {ANA.id: online}


class PasswordContract:
    def test_a_hash_knows_its_password_and_no_other(self, hasher: PasswordHasher) -> None:
        hashed = hasher.hash("correct horse battery")

        assert hasher.verify(hashed, "correct horse battery")
        assert not hasher.verify(hashed, "correct horse batterz")

    def test_what_is_no_hash_knows_no_password(self, hasher: PasswordHasher) -> None:
        assert not hasher.verify("", "correct horse battery")

    def test_a_new_hash_is_not_outdated(self, hasher: PasswordHasher) -> None:
        assert not hasher.is_outdated(hasher.hash("correct horse battery"))


class TestPlainPasswords(PasswordContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return PlainPasswords()


class TestArgon2Passwords(PasswordContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return Argon2Passwords()

    def test_the_hash_is_salted_and_does_not_hold_the_password(
        self, hasher: PasswordHasher
    ) -> None:
        hashed = hasher.hash("correct horse battery")

        assert hashed.startswith("$argon2id$")
        assert "horse" not in hashed
        assert hashed != hasher.hash("correct horse battery")

    def test_a_hash_with_weaker_parameters_is_outdated(self, hasher: PasswordHasher) -> None:
        weaker = hasher.hash("correct horse battery").replace("t=2", "t=1")

        assert hasher.is_outdated(weaker)

    def test_more_people_than_places_are_refused_at_once(self) -> None:
        hasher = Argon2Passwords(at_once=1)
        with hasher._place(), pytest.raises(ThrottledError, match="try again"):
            hasher.verify("", "correct horse battery")

        assert hasher.hash("correct horse battery")


def test_the_client_of_an_unknown_conversation_is_unknown(engine: Engine) -> None:
    assert SqlConversationClients(engine).find_client(ConversationId("0" * 32)) is None
