"""What is known of a customer reaches the decision on the next message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    ConversationState,
    Message,
)
from assist.domain.customer import UNKNOWN_CUSTOMER, Customer
from tests.fakes import NOON, FakeClock

PROFILE = {
    "name": "Acme",
    "handoff_rules": [{"name": "gold", "attribute": {"vip": True}, "skill": "gold"}],
}


class Talk:
    """A customer's conversation with a client that has no knowledge."""

    def __init__(self, container: Container, customer: Customer = UNKNOWN_CUSTOMER) -> None:
        self.container = container
        self._keys = count()
        client_id = container.clients.add(f"client-{id(self)}", PROFILE)
        conversation = Conversation(
            ConversationId(f"conversation-{id(self)}"), client_id, f"{id(self)}", NOON, "en"
        )
        container.conversations.add_conversation(replace(conversation, customer=customer))
        self._client_id, self._id = client_id, conversation.id

    def say(self, text: str) -> Conversation:
        self.container.conversing.receive(self.now, text, str(next(self._keys)))
        return self.now

    @property
    def now(self) -> Conversation:
        found = self.container.conversations.find_conversation(self._client_id, self._id)
        assert found is not None
        return found

    def replies(self) -> list[Message]:
        messages = self.container.conversations.list_messages(self._id, 0, 100)
        return [each for each in messages if each.author is Author.ASSISTANT]


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    home: Path = tmp_path_factory.mktemp("situations")
    container = build_container(Settings(home=home), clock=FakeClock())
    yield container
    container.close()


def test_the_second_failure_in_a_row_queues_the_customer_with_what_was_tried(
    container: Container,
) -> None:
    talk = Talk(container)
    assert talk.say("How much is the late fee?").state is ConversationState.ASSISTANT
    queued = talk.say("And how long may I return my order 88123?")
    assert queued.state is ConversationState.QUEUED
    assert queued.handoff is not None
    assert queued.handoff.reason == "repeated_failure"
    assert queued.handoff.packet is not None
    assert [each.question for each in queued.handoff.packet.tried] == ["How much is the late fee?"]
    assert [fact.value for fact in queued.handoff.packet.facts] == ["88123"]


@pytest.mark.parametrize(
    ("is_verified", "state"),
    [(True, ConversationState.QUEUED), (False, ConversationState.ASSISTANT)],
)
def test_only_a_verified_customers_attributes_hand_over(
    container: Container, is_verified: bool, state: ConversationState
) -> None:
    customer = Customer(is_verified=is_verified, attributes={"vip": True})
    after = Talk(container, customer).say("How much is the late fee?")
    assert after.state is state
    if after.handoff:
        assert (after.handoff.reason, after.handoff.skill) == ("gold", "gold")


def test_a_reply_that_its_customer_called_unhelpful_is_known(container: Container) -> None:
    talk = Talk(container)
    talk.say("How much is the late fee?")
    [reply] = talk.replies()
    assert container.find_unhelpful(talk.now.id) == []
    container.ratings.judge(talk.now, reply.sequence, is_helpful=False)
    assert container.find_unhelpful(talk.now.id) == [reply.sequence]


def test_the_first_message_tells_the_language(container: Container) -> None:
    talk = Talk(container)
    assert talk.say("¿Cuánto cuesta el envío a Madrid?").language == "es"
    assert talk.say("How much is the late fee for my order?").language == "es"
