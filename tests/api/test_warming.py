"""Getting ready before the first question: one client's trouble is not the others'."""

from __future__ import annotations

import logging

import pytest

from api.warming import warm_client, warm_rules, warm_up
from assist.domain import phrases
from assist.domain.general_rules import general_rules
from assist.domain.rules import find_rule
from knowledge_base.models import ClientId, KnowledgeBaseError
from tests.api.installation import NORTH, SOUTH, FakeEmbedder, Installation, make_article


@pytest.fixture
def changed_model(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish for both clients, and embed with another model after the first."""
    installation.publish(NORTH, make_article("delivery", "Delivery takes 3 days."))
    monkeypatch.setattr(FakeEmbedder, "name", "new")
    installation.publish(SOUTH, make_article("delivery", "Delivery takes 5 days."))


@pytest.mark.usefixtures("changed_model")
def test_a_client_of_another_model_is_logged_in_a_line_and_the_others_are_warmed(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    searched: list[ClientId] = []
    search = installation.container.search
    find_version = search.find_version

    def remember(client_id: ClientId) -> object:
        searched.append(client_id)
        return find_version(client_id)

    search.find_version = remember  # type: ignore[method-assign, assignment]
    warm_up(installation.container, [NORTH, SOUTH])

    [entry] = caplog.records
    assert searched == [NORTH, SOUTH]
    assert (entry.levelno, entry.exc_info) == (logging.WARNING, None)
    assert entry.getMessage().startswith("client north gets no answers: version 1 of 'north'")


def test_a_client_that_is_gone_is_logged_and_left(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    warm_up(installation.container, [ClientId("gone"), NORTH])

    assert [entry.levelno for entry in caplog.records] == [logging.WARNING]


@pytest.mark.usefixtures("changed_model")
def test_one_client_alone_fails_with_what_to_do(installation: Installation) -> None:
    with pytest.raises(KnowledgeBaseError, match="ingest the folder again"):
        warm_client(installation.container, NORTH)


def test_warm_rules_leave_nothing_to_compile_for_a_question() -> None:
    warm_rules()
    compiled = phrases._pattern.cache_info().misses
    find_rule("Could you please ask the manager to cancel my order?", general_rules())

    assert phrases._pattern.cache_info().misses == compiled
