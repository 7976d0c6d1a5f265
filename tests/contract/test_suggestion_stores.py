"""The stores of suggestions and canned responses, in memory and on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from assist.adapters.sql.clients import SqlClientDirectory
from assist.adapters.sql.suggestions import SqlCannedResponses, SqlSuggestionLog
from assist.domain.canned import CannedResponse, CannedResponseId
from assist.domain.client import ClientProfile
from assist.domain.decision import DecisionKind
from assist.domain.errors import CannedTitleTakenError
from assist.domain.policy import AnswerPolicy
from assist.domain.styling import Style
from assist.domain.suggestion import Drafted, Ending, Outcome, Suggestion, SuggestionId
from assist.domain.turn import Citation
from assist.ports.suggestions import CannedResponses, SuggestionLog
from knowledge_base.models import ArticleId, Audience, ClientId, PassageId
from tests.fakes import ACME, NOON, ZENITH

LATER = NOON + timedelta(minutes=1)
CITATION = Citation(
    ArticleId("fees"), "Fees", "Late", "£5 a month.", 0.8, Audience.INTERNAL, PassageId(3)
)


class MemorySuggestionLog:
    """A `SuggestionLog` in a dictionary."""

    def __init__(self) -> None:
        self._suggestions: dict[SuggestionId, Suggestion] = {}

    def add_suggestion(self, suggestion: Suggestion) -> None:
        self.ignore_open(suggestion.client_id, suggestion.thread, suggestion.created_at)
        self._suggestions[suggestion.id] = suggestion

    def find_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId
    ) -> Suggestion | None:
        found = self._suggestions.get(suggestion_id)
        return found if found and found.client_id == client_id else None

    def find_latest(self, client_id: ClientId, thread: str) -> Suggestion | None:
        return next(iter(reversed(self._of(client_id, thread))), None)

    def end_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId, ending: Ending
    ) -> None:
        found = self.find_suggestion(client_id, suggestion_id)
        if found:
            self._suggestions[suggestion_id] = replace(found, ending=ending)

    def ignore_open(self, client_id: ClientId, thread: str, at: datetime) -> None:
        for each in self._of(client_id, thread):
            if each.ending is None:
                self.end_suggestion(client_id, each.id, Ending(Outcome.IGNORED, at))

    def _of(self, client_id: ClientId, thread: str) -> list[Suggestion]:
        own = self._suggestions.values()
        return [each for each in own if (each.client_id, each.thread) == (client_id, thread)]


class MemoryCannedResponses:
    """`CannedResponses` in a dictionary."""

    def __init__(self) -> None:
        self._responses: dict[tuple[ClientId, CannedResponseId], CannedResponse] = {}

    def save_response(self, response: CannedResponse) -> None:
        for other in self.list_responses(response.client_id):
            if other.title == response.title and other.id != response.id:
                raise CannedTitleTakenError(response.title)
        self._responses[response.client_id, response.id] = response

    def find_response(
        self, client_id: ClientId, response_id: CannedResponseId
    ) -> CannedResponse | None:
        return self._responses.get((client_id, response_id))

    def list_responses(self, client_id: ClientId) -> Sequence[CannedResponse]:
        own = [each for (owner, _), each in self._responses.items() if owner == client_id]
        return sorted(own, key=lambda each: each.title.casefold())

    def delete_response(self, client_id: ClientId, response_id: CannedResponseId) -> bool:
        return self._responses.pop((client_id, response_id), None) is not None


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine | None:
    names = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}
    if request.param == "memory":
        return None
    opened: Engine = request.getfixturevalue(names[request.param])
    for client_id in (ACME, ZENITH):
        SqlClientDirectory(opened).add_client(client_id, ClientProfile(name=client_id))
    return opened


@pytest.fixture
def log(engine: Engine | None) -> SuggestionLog:
    return SqlSuggestionLog(engine) if engine else MemorySuggestionLog()


@pytest.fixture
def responses(engine: Engine | None) -> CannedResponses:
    return SqlCannedResponses(engine) if engine else MemoryCannedResponses()


def suggestion(name: str, thread: str = "thread-1", client_id: ClientId = ACME) -> Suggestion:
    drafted = Drafted(
        "It is £5.",
        DecisionKind.ANSWER,
        "supported",
        "The knowledge answers this.",
        0.8,
        (CITATION,),
        "Internal: £5.",
        ("Mind the source.",),
        choice=1,
    )
    return Suggestion(
        SuggestionId(name),
        client_id,
        thread,
        NOON,
        Style.WARMER,
        drafted,
        AnswerPolicy(),
        4,
        after_sequence=7,
        agent="Ana",
        latency_ms=3.5,
    )


def response(name: str, title: str, client_id: ClientId = ACME) -> CannedResponse:
    return CannedResponse(CannedResponseId(name), client_id, title, "Hi {date}", NOON, ("a", "b"))


class TestSuggestionLog:
    def test_every_field_survives(self, log: SuggestionLog) -> None:
        log.add_suggestion(suggestion("one"))
        assert log.find_suggestion(ACME, SuggestionId("one")) == suggestion("one")

    def test_another_clients_suggestion_is_not_found_or_ended(self, log: SuggestionLog) -> None:
        log.add_suggestion(suggestion("one"))
        log.end_suggestion(ZENITH, SuggestionId("one"), Ending(Outcome.REJECTED, LATER))
        log.ignore_open(ZENITH, "thread-1", LATER)
        assert log.find_suggestion(ZENITH, SuggestionId("one")) is None
        assert log.find_latest(ZENITH, "thread-1") is None
        assert log.find_suggestion(ACME, SuggestionId("one")) == suggestion("one")

    def test_the_newest_of_a_thread_is_the_one_added_last(self, log: SuggestionLog) -> None:
        for name, thread in (("b", "thread-1"), ("a", "thread-1"), ("c", "thread-2")):
            log.add_suggestion(suggestion(name, thread))
        latest = log.find_latest(ACME, "thread-1")
        assert latest is not None
        assert latest.id == "a"
        assert log.find_latest(ACME, "thread-3") is None

    def test_a_newer_suggestion_ends_the_open_one_before_it(self, log: SuggestionLog) -> None:
        log.add_suggestion(suggestion("one"))
        log.add_suggestion(replace(suggestion("two"), created_at=LATER))
        log.add_suggestion(suggestion("other", "thread-2"))
        first = log.find_suggestion(ACME, SuggestionId("one"))
        assert first is not None
        assert first.ending == Ending(Outcome.IGNORED, LATER)
        assert log.find_latest(ACME, "thread-2") == suggestion("other", "thread-2")

    def test_an_ending_survives_and_is_not_ignored_later(self, log: SuggestionLog) -> None:
        ending = Ending(Outcome.EDITED, LATER, 0.25, "too long")
        log.add_suggestion(suggestion("one"))
        log.end_suggestion(ACME, SuggestionId("one"), ending)
        log.ignore_open(ACME, "thread-1", LATER)
        found = log.find_suggestion(ACME, SuggestionId("one"))
        assert found is not None
        assert found.ending == ending


class TestCannedResponses:
    def test_a_response_can_be_saved_changed_and_deleted(self, responses: CannedResponses) -> None:
        first = response("one", "Late")
        responses.save_response(first)
        assert responses.find_response(ACME, first.id) == first
        changed = replace(first, title="Very late", updated_at=LATER, tags=())
        responses.save_response(changed)
        assert responses.list_responses(ACME) == [changed]
        assert responses.delete_response(ACME, first.id)
        assert not responses.delete_response(ACME, first.id)
        assert responses.find_response(ACME, first.id) is None

    def test_responses_are_listed_by_title_for_their_client_alone(
        self, responses: CannedResponses
    ) -> None:
        for name, title, client_id in (
            ("one", "zebra", ACME),
            ("two", "Apple", ACME),
            ("three", "Apple", ZENITH),
        ):
            responses.save_response(response(name, title, client_id))
        assert [each.title for each in responses.list_responses(ACME)] == ["Apple", "zebra"]
        assert responses.find_response(ACME, CannedResponseId("three")) is None
        assert not responses.delete_response(ACME, CannedResponseId("three"))

    def test_a_title_is_taken_once_for_each_client(self, responses: CannedResponses) -> None:
        responses.save_response(response("one", "Late"))
        with pytest.raises(CannedTitleTakenError):
            responses.save_response(response("two", "Late"))
        assert len(responses.list_responses(ACME)) == 1
