"""Chatwoot's agent bot: its webhooks come in, and its API is called, on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.chatwoot import ChatwootDesk
from assist.domain.conversation import Author, Channel, Conversation, ConversationState
from assist.domain.decision import DecisionKind, HandoffTarget
from assist.domain.deliveries import Answer
from assist.domain.desk_moves import Actor
from assist.domain.people import Role
from assist.domain.rules import Priority
from assist.domain.turn import Question, Turn
from assist.ports.webhooks import Call
from assist.services.desk import actor_of
from knowledge_base.models import Audience
from tests.api.installation import NORTH, SOUTH, Installation, make_turn
from tests.fakes import FakeClock
from tests.webhook_fakes import drain

ACCOUNT, REMOTE = 7, 5
CONTACT = {"id": 3, "name": "Jo", "email": "jo@example.com", "phone_number": "+4420"}
AGENT = {"id": 9, "name": "Maria", "type": "user"}
SIGNING = "bot-secret"


@dataclass
class FakeChatwoot:
    """Remembers what is done to its conversation, and answers as told."""

    status: str = "pending"
    messages: list[tuple[bool, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    failure: Answer | None = None

    def call(self, call: Call) -> Answer:
        if self.failure:
            return self.failure
        base = f"https://desk.example/api/v1/accounts/{ACCOUNT}/conversations/{REMOTE}/"
        action, body = call.url.removeprefix(base), json.loads(call.body)
        self.tokens.add(call.headers["api_access_token"])
        if action == "toggle_status":
            self.status = body["status"]
        else:
            assert (action, body["message_type"]) == ("messages", "outgoing")
            self.messages.append((body["private"], body["content"]))
        return Answer(200)

    def public(self) -> list[str]:
        return [text for is_private, text in self.messages if not is_private]

    def notes(self) -> list[str]:
        return [text for is_private, text in self.messages if is_private]


@dataclass
class Bot:
    """An agent bot of Chatwoot that is connected to the installation."""

    installation: Installation
    http: TestClient
    remote: FakeChatwoot
    clock: FakeClock
    desk: ChatwootDesk
    token: str
    sent: int = 0

    def post(self, body: Any, token: str | None = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = self.token if token is None else token
        path = f"/v1/inbound/chatwoot/{self.desk.key}?token={token}"
        return self.http.post(path, content=content, headers=headers)

    def says(self, text: str | None, message_id: int = 0, **changes: Any) -> None:
        self.sent += 1
        body = {
            "event": "message_created",
            "id": message_id or self.sent,
            "content": text,
            "message_type": "incoming",
            "sender": CONTACT,
            "conversation": {"id": REMOTE, "status": self.remote.status},
            "account": {"id": ACCOUNT},
        }
        assert self.post({**body, **changes}).status_code == 204
        self.deliver()

    def agent_says(self, text: str) -> None:
        self.says(text, message_type="outgoing", sender=AGENT)

    def becomes(self, status: str) -> None:
        self.remote.status = status
        event = {"open": "conversation_opened", "resolved": "conversation_resolved"}
        body = {
            "event": event.get(status, "conversation_status_changed"),
            "id": REMOTE,
            "account_id": ACCOUNT,
            "status": status,
        }
        assert self.post(body).status_code == 204
        self.deliver()

    def deliver(self) -> None:
        drain(self.installation.container.notifying)

    def conversations(self) -> list[Conversation]:
        from sqlalchemy import select

        from assist.adapters.sql.conversation_tables import conversations

        container = self.installation.container
        columns = (conversations.c.client_id, conversations.c.id)
        with container.engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(conversations.c.created_at))
            found = [container.conversations.find_conversation(*row) for row in rows]
        return [each for each in found if each]

    def conversation(self) -> Conversation:
        return self.conversations()[-1]

    def told(self) -> list[tuple[Author, str]]:
        store = self.installation.container.conversations
        found = store.list_messages(self.conversation().id, 0, 50)
        return [(message.author, message.text) for message in found]


@pytest.fixture
def bot(installation: Installation, http: TestClient) -> Bot:
    container = installation.container
    remote, clock = FakeChatwoot(), FakeClock(container.clock())
    vars(container)["http_sender"] = remote
    container.clock = clock
    desk, token = container.chatwoot_desks.add(
        NORTH, "https://desk.example/", ACCOUNT, "api-token", SIGNING
    )
    return Bot(installation, http, remote, clock, desk, token)


def hands_over(question: Question) -> Turn:
    return make_turn(
        question,
        decision=DecisionKind.HANDOFF,
        reason="lost_card",
        text="I pass you on.",
        citations=(),
        handoff=HandoffTarget("fraud", Priority.URGENT),
    )


def test_a_customers_message_is_answered_at_chatwoot(bot: Bot) -> None:
    bot.says("How long is delivery?")

    [reply] = bot.remote.public()
    assert reply.startswith("Delivery takes 3 days.")
    assert reply.endswith("\n\n- [Delivery](https://north.example.com/delivery)")
    assert bot.remote.tokens == {"api-token"}
    kept = bot.conversation()
    assert (kept.client_id, kept.channel, kept.channel_ref) == (NORTH, Channel.CHATWOOT, "7/5")
    assert (kept.customer.name, kept.customer.email, kept.customer.phone) == (
        "Jo",
        "jo@example.com",
        "+4420",
    )
    assert not kept.customer.is_verified


def test_further_messages_belong_to_the_same_conversation(bot: Bot) -> None:
    bot.says("One")
    bot.says("Two")

    assert len(bot.conversations()) == 1
    assert bot.installation.answering.questions[-1].messages == ("One", "Two")


def test_the_same_message_again_changes_nothing(bot: Bot) -> None:
    bot.says("One", message_id=4)
    bot.says("One", message_id=4)

    assert len(bot.remote.messages) == 1
    assert len(bot.told()) == 2


def test_a_handoff_opens_the_conversation_with_a_note(bot: Bot) -> None:
    bot.installation.answering.reply = hands_over

    bot.says("My card is lost")

    assert bot.remote.status == "open"
    assert bot.remote.public()[0] == "I pass you on."
    [note] = bot.remote.notes()
    assert "priority: urgent" in note
    assert bot.conversation().state is ConversationState.QUEUED


def test_the_assistant_is_silent_while_people_have_it(bot: Bot) -> None:
    bot.installation.answering.reply = hands_over
    bot.says("My card is lost")
    before = list(bot.remote.messages)

    bot.becomes("open")
    bot.agent_says("I am Maria, let me look.")
    bot.says("Thank you")

    assert bot.remote.messages == before
    assert bot.conversation().state is ConversationState.WITH_AGENT
    assert bot.told()[-2:] == [
        (Author.AGENT, "I am Maria, let me look."),
        (Author.CUSTOMER, "Thank you"),
    ]


def test_a_message_before_chatwoot_knows_of_the_handoff_stays_with_people(bot: Bot) -> None:
    bot.installation.answering.reply = hands_over
    bot.remote.failure = Answer(503, "down")
    bot.says("My card is lost")
    assert bot.remote.status == "pending"

    bot.clock.advance(3)
    bot.says("Hello?")
    assert bot.conversation().state is ConversationState.QUEUED
    bot.remote.failure = None
    bot.clock.advance(10)
    bot.deliver()

    assert bot.remote.status == "open"
    assert len(bot.installation.answering.questions) == 1


def test_an_agent_who_writes_takes_the_conversation(bot: Bot) -> None:
    bot.says("Hello")
    bot.agent_says("I take over.")
    bot.says("Great")

    assert len(bot.installation.answering.questions) == 1
    assert bot.conversation().state is ConversationState.WITH_AGENT
    assert len(bot.remote.public()) == 1


def test_an_opened_conversation_is_left_to_people_without_a_word(bot: Bot) -> None:
    bot.says("Hello")
    bot.becomes("open")
    bot.says("Anybody?")

    assert len(bot.remote.public()) == 1
    assert bot.conversation().state is ConversationState.QUEUED


def test_an_agent_who_opens_it_while_the_assistant_thinks_is_not_talked_over(bot: Bot) -> None:
    def reply(question: Question) -> Turn:
        bot.becomes("open")
        return make_turn(question)

    bot.installation.answering.reply = reply
    bot.says("How long is delivery?")

    assert bot.told() == [(Author.CUSTOMER, "How long is delivery?")]
    assert bot.remote.public() == []
    assert bot.conversation().state is ConversationState.QUEUED


def test_messages_are_told_apart_by_ids_of_any_length(bot: Bot) -> None:
    for number in range(2):
        bot.says(f"Question {number}", message_id=9_000_000_000_000 + number)

    assert [text for author, text in bot.told() if author is Author.CUSTOMER] == [
        "Question 0",
        "Question 1",
    ]


def test_pending_gives_the_conversation_back_to_the_assistant(bot: Bot) -> None:
    bot.says("Hello")
    bot.becomes("open")
    bot.agent_says("Done.")
    bot.clock.advance(60)

    bot.remote.status = "pending"
    bot.says("One more question")

    assert bot.conversation().state is ConversationState.ASSISTANT
    assert bot.installation.answering.questions[-1].messages[-1] == "One more question"
    assert bot.remote.public()[-1].startswith("Delivery takes 3 days.")


def test_what_our_agents_do_is_done_at_chatwoot(bot: Bot) -> None:
    bot.installation.answering.reply = hands_over
    bot.says("My card is lost")
    desk = bot.installation.container.desk
    ben = actor_of(bot.installation.add_user(Role.AGENT))

    desk.reply(bot.conversation(), ben, "I am Ben.", "1")
    bot.deliver()
    assert bot.remote.public()[-1] == "I am Ben."
    desk.hand_back(bot.conversation(), ben)
    bot.deliver()
    assert bot.remote.status == "pending"
    desk.resolve(bot.conversation(), ben)
    bot.deliver()
    assert bot.remote.status == "resolved"


def test_resolved_at_chatwoot_is_resolved_here_without_a_word(bot: Bot) -> None:
    bot.says("Hello")
    before = list(bot.remote.messages)

    bot.becomes("resolved")

    assert bot.conversation().state is ConversationState.RESOLVED
    assert bot.remote.messages == before


def test_a_customer_who_returns_late_starts_a_new_conversation(bot: Bot) -> None:
    bot.says("Hello")
    bot.becomes("resolved")
    bot.clock.advance(73 * 3600)

    bot.remote.status = "pending"
    bot.says("I am back")

    assert len(bot.conversations()) == 2
    assert bot.told()[0] == (Author.CUSTOMER, "I am back")
    assert len(bot.remote.public()) == 2


@pytest.mark.parametrize("text", [None, "", "  "])
def test_what_has_no_words_goes_to_people(bot: Bot, text: str | None) -> None:
    bot.says(text)

    assert bot.installation.answering.questions == []
    assert bot.conversation().state is ConversationState.QUEUED
    assert bot.remote.status == "open"


@pytest.mark.parametrize(
    "changes",
    [
        {"message_type": "outgoing", "sender": {"type": "agent_bot"}},
        {"message_type": "outgoing", "sender": AGENT, "private": True},
        {"message_type": "activity", "sender": None},
        {"event": "message_updated"},
        {"account": {"id": 8}},
    ],
)
def test_other_events_start_nothing(bot: Bot, changes: dict[str, Any]) -> None:
    bot.says("Hello", **changes)

    assert bot.conversations() == []
    assert bot.remote.messages == []


def test_a_message_that_cannot_be_delivered_is_noted_for_agents(bot: Bot) -> None:
    bot.remote.failure = Answer(error="no", is_final=True)
    bot.says("Hello")

    store = bot.installation.container.conversations
    found = store.list_messages(bot.conversation().id, 0, 50, Audience.INTERNAL)
    [note] = [message.text for message in found if message.author is Author.SYSTEM]
    assert note.startswith("Chatwoot could not be told of this (no).")


class TestCallers:
    BODY = json.dumps(
        {"event": "conversation_opened", "id": REMOTE, "account_id": ACCOUNT, "status": "open"}
    ).encode()

    def signed(self, bot: Bot, secret: str = SIGNING, age_s: int = 0) -> dict[str, str]:
        timestamp = str(int(bot.clock().timestamp()) - age_s)
        digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + self.BODY, hashlib.sha256)
        return {
            "X-Chatwoot-Timestamp": timestamp,
            "X-Chatwoot-Signature": f"sha256={digest.hexdigest()}",
        }

    def test_the_token_or_a_fresh_signature_is_needed(self, bot: Bot) -> None:
        assert bot.post(self.BODY).status_code == 204
        assert bot.post(self.BODY, token="", **self.signed(bot)).status_code == 204
        for headers in ({}, self.signed(bot, "guess"), self.signed(bot, age_s=3600)):
            assert bot.post(self.BODY, token="cwt_guess", **headers).status_code == 404

    def test_an_unknown_desk_is_no_different(self, bot: Bot) -> None:
        wrong = bot.http.post(f"/v1/inbound/chatwoot/cw_0?token={bot.token}", content=self.BODY)
        assert wrong.status_code == 404
        assert wrong.json()["detail"] == bot.post(self.BODY, token="x").json()["detail"]

    def test_the_token_of_another_desk_does_not_open_it(self, bot: Bot) -> None:
        desks = bot.installation.container.chatwoot_desks
        _, other = desks.add(SOUTH, "https://south.example", 1, "api")
        assert bot.post(self.BODY, token=other).status_code == 404

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
    def test_what_is_no_json_object_is_refused(self, bot: Bot, body: bytes) -> None:
        assert bot.post(body).status_code == 422


def test_a_key_actor_of_another_desk_is_not_echoed(bot: Bot) -> None:
    bot.says("Hello")
    bot.installation.container.desk.reply(bot.conversation(), Actor(None, "CRM"), "Hi", "1")
    bot.deliver()

    assert len(bot.remote.public()) == 1
