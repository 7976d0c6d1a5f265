"""The assistant's stores, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.clients import SqlClientDirectory, SqlKeyRing
from assist.adapters.sql.turns import SqlTurnLog
from assist.domain.client import ClientProfile
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.errors import ClientExistsError, ClientNotFoundError
from assist.domain.hours import Hours
from assist.domain.keys import ApiKey, ApiKeyId, KeyScope
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule, Priority
from assist.domain.turn import Candidate, Citation, Turn, TurnId
from assist.ports import ClientDirectory, KeyRing, TurnLog
from knowledge_base.models import ArticleId, Audience, ClientId, PassageId
from tests.fakes import ACME, NOON, TODAY, ZENITH

LEASE = timedelta(seconds=30)
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def directory(engine: Engine) -> ClientDirectory:
    return SqlClientDirectory(engine)


@pytest.fixture
def ring(populated: Engine) -> KeyRing:
    return SqlKeyRing(populated)


@pytest.fixture
def turns(populated: Engine) -> TurnLog:
    return SqlTurnLog(populated)


class TestClientDirectory:
    def test_every_field_of_a_profile_survives(self, directory: ClientDirectory) -> None:
        rule = HandoffRule(name="fraud", any_of=("stolen card",), say="Please hold.")
        hours = Hours(time_zone="Europe/London", weekly={"monday": "08:00-20:00"})
        profile = ClientProfile(name="Acmé £", hours=hours, handoff_rules=(rule,))

        directory.add_client(ACME, profile)

        assert directory.get_client(ACME) == profile

    @pytest.mark.usefixtures("populated")
    def test_clients_are_listed_by_id(self, directory: ClientDirectory) -> None:
        assert [client_id for client_id, _ in directory.list_clients()] == [ACME, ZENITH]

    @pytest.mark.usefixtures("populated")
    def test_a_second_client_of_the_same_id_is_refused(self, directory: ClientDirectory) -> None:
        with pytest.raises(ClientExistsError, match="'acme' already"):
            directory.add_client(ACME, ClientProfile(name="Impostor"))

        assert directory.get_client(ACME).name == "Acme"

    @pytest.mark.usefixtures("populated")
    def test_an_update_replaces_only_the_profile_of_that_client(
        self, directory: ClientDirectory
    ) -> None:
        directory.update_client(ACME, ClientProfile(name="Acme Ltd"))

        assert [profile.name for _, profile in directory.list_clients()] == ["Acme Ltd", "Zenith"]

    def test_an_unknown_client_cannot_be_read_or_updated(self, directory: ClientDirectory) -> None:
        with pytest.raises(ClientNotFoundError, match="assist client add acme"):
            directory.get_client(ACME)
        with pytest.raises(ClientNotFoundError):
            directory.update_client(ACME, ClientProfile(name="Acme"))


def key(name: str, client_id: ClientId = ACME, created_at: datetime = NOON) -> ApiKey:
    expires_at = created_at + timedelta(days=1)
    return ApiKey(ApiKeyId(name), client_id, KeyScope.AGENT, "desk", created_at, expires_at)


class TestKeyRing:
    def test_a_key_is_found_by_its_digest(self, ring: KeyRing) -> None:
        ring.add_key(key("one"), "digest-1")

        assert ring.find_key("digest-1") == key("one")
        assert ring.find_key("digest-2") is None

    def test_two_keys_cannot_share_a_digest(self, ring: KeyRing) -> None:
        ring.add_key(key("one"), "digest-1")

        with pytest.raises(IntegrityError):
            ring.add_key(key("two"), "digest-1")

    def test_a_key_needs_its_client(self, ring: KeyRing) -> None:
        with pytest.raises(IntegrityError):
            ring.add_key(key("one", ClientId("nobody")), "digest-1")

    def test_keys_of_one_client_are_listed_newest_first(self, ring: KeyRing) -> None:
        ring.add_key(key("old"), "digest-1")
        ring.add_key(key("new", created_at=LATER), "digest-2")
        ring.add_key(key("other", ZENITH), "digest-3")

        assert [each.id for each in ring.list_keys(ACME)] == ["new", "old"]

    def test_a_key_is_revoked_once(self, ring: KeyRing) -> None:
        ring.add_key(key("one"), "digest-1")

        assert ring.revoke_key(ACME, ApiKeyId("one"), LATER)
        assert not ring.revoke_key(ACME, ApiKeyId("one"), LATER + LEASE)
        assert ring.find_key("digest-1") == replace(key("one"), revoked_at=LATER)

    def test_a_client_cannot_revoke_the_key_of_another(self, ring: KeyRing) -> None:
        ring.add_key(key("one"), "digest-1")

        assert not ring.revoke_key(ZENITH, ApiKeyId("one"), LATER)
        assert ring.find_key("digest-1") == key("one")

    def test_times_come_back_in_utc_whatever_zone_they_had(self, ring: KeyRing) -> None:
        tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
        ring.add_key(key("one", created_at=tokyo), "digest-1")

        found = ring.find_key("digest-1")

        assert found is not None
        assert found.created_at == NOON
        assert found.created_at.tzinfo is UTC


TURN = Turn(
    id=TurnId("turn-1"),
    client_id=ACME,
    audience=Audience.PUBLIC,
    asked_at=NOON,
    on=TODAY,
    messages=("Hi", "My card £ 🙂 is lost\x00"),
    search_text="card lost",
    policy=AnswerPolicy(name="test-1", answer_threshold=0.6),
    knowledge_version=3,
    candidates=(Candidate(PassageId(7), ArticleId("cards"), Audience.PUBLIC, 0.9, 0.8, 0.1 + 0.2),),
    decision=DecisionKind.HANDOFF,
    reason="lost_card",
    confidence=1 / 3,
    text="I'm passing you on.",
    citations=(
        Citation(
            ArticleId("cards"), "Cards", "Loss", "Call us.", 0.9, Audience.PUBLIC, PassageId(7)
        ),
    ),
    choices=("one", "two"),
    handoff=HandoffTarget("fraud", Priority.URGENT),
    latency_ms={"total": 12.5},
)


class TestTurnLog:
    def test_every_field_of_a_turn_survives(self, turns: TurnLog) -> None:
        turns.add_turn(TURN)

        assert turns.find_turn(ACME, TURN.id) == TURN

    def test_the_turn_of_another_client_is_not_found(self, turns: TurnLog) -> None:
        turns.add_turn(TURN)

        assert turns.find_turn(ZENITH, TURN.id) is None
        assert turns.find_turn(ACME, TurnId("turn-2")) is None

    def test_a_turn_needs_its_client(self, engine: Engine) -> None:
        with pytest.raises(IntegrityError):
            SqlTurnLog(engine).add_turn(TURN)
