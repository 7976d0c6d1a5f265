"""A demo installation that is served in this process, and whose people can be played.

What customers and agents do goes through the same services as over HTTP, at any time of the last
weeks, so that reports and queues have something to show.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn
import yaml

from api.app import create_app
from api.demo.load import CLIENTS, load_demo
from api.demo.people import DOMAIN
from api.pages.access import DemoAccess
from api.warming import warm_up
from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import Channel, Conversation, ConversationId
from assist.domain.customer import Customer
from assist.domain.draft_checks import FindingKind
from assist.domain.people import User
from assist.services.desk import actor_of
from knowledge_base.models import ClientId

SHUTDOWN_S = 1


class Clock:
    """The time of the installation: the present, or the moment that is played."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def __call__(self) -> datetime:
        """Return it."""
        return self.moment or datetime.now(UTC)

    def pass_by(self, seconds: float) -> None:
        """Let the played time go on."""
        if self.moment:
            self.moment += timedelta(seconds=seconds)


@dataclass
class Stage:
    """The installation, its address, and what people do in it."""

    container: Container
    clock: Clock
    access: DemoAccess
    url: str
    _keys: Iterator[int] = field(default_factory=count)

    def user(self, name: str) -> User:
        """Return one of the demo's people."""
        return self.container.people.get_by_email(f"{name}@{DOMAIN}")

    def session_of(self, name: str) -> str:
        """Sign one of the demo's people in."""
        return self.container.sessions.sign_in(f"{name}@{DOMAIN}", self.access.password)[1]

    def set_hours(self, client_id: ClientId, hours: Mapping[str, object]) -> None:
        """Change when the client's team is there; without hours it always is."""
        self.container.clients.update(client_id, read_profile(client_id) | {"hours": hours})

    def begin(self, client_id: ClientId, customer: Customer, *texts: str) -> Conversation:
        """Let a customer write to the assistant."""
        conversation, _ = self.container.desk.start(
            client_id, channel=Channel.WIDGET, customer=customer
        )
        for text in texts:
            self.say(conversation, text)
        return self.read(conversation)

    def say(self, conversation: Conversation, text: str) -> None:
        """Let the customer write."""
        self.container.conversing.receive(conversation, text, self._key())
        self.clock.pass_by(20)

    def ask_for_person(self, conversation: Conversation) -> Conversation:
        """Let the customer press the button."""
        return self.container.desk.ask_for_person(conversation).conversation

    def claim(self, conversation: Conversation, user: User) -> None:
        """Let an agent take the conversation."""
        self.container.desk.claim(conversation, user)

    def reply(
        self, conversation: Conversation, user: User, text: str, suggestion: str | None = None
    ) -> None:
        """Let an agent write; internal words in it have been checked."""
        self.container.desk.reply(
            self.read(conversation),
            actor_of(user),
            text,
            self._key(),
            suggestion_id=suggestion,
            confirmed=frozenset({FindingKind.INTERNAL_TEXT}),
        )

    def resolve(self, conversation: Conversation, user: User, disposition: str) -> None:
        """Let an agent end the conversation."""
        lead = replace(actor_of(user), is_lead=True)
        self.container.desk.resolve(self.read(conversation), lead, disposition)

    def read(self, conversation: Conversation) -> Conversation:
        """Return the conversation as it is now."""
        return self.find(conversation.client_id, conversation.id)

    def find(self, client_id: ClientId, conversation_id: str) -> Conversation:
        """Return a conversation by its id."""
        found = self.container.conversations.find_conversation(
            client_id, ConversationId(conversation_id)
        )
        if found is None:
            raise LookupError(conversation_id)
        return found

    def _key(self) -> str:
        return f"stage-{next(self._keys)}"


@contextmanager
def open_stage(home: Path) -> Iterator[Stage]:
    """Load the demo into an empty folder and serve it."""
    clock = Clock()
    container = build_container(Settings(home=home, database_url="", log_level="warning"))
    container.clock = clock
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        access = load_demo(container, lambda *_: None, port)
        warm_up(container, list(access.secrets))
        with _served(container, access, listener):
            yield Stage(container, clock, access, f"http://127.0.0.1:{port}")
    container.close()


@contextmanager
def _served(container: Container, access: DemoAccess, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        create_app(container, demo=access),
        log_level="warning",
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        container.wakeups.close()
        server.should_exit = True
        thread.join()


def read_profile(client_id: ClientId) -> dict[str, Any]:
    """Return a demo client's profile as it is written."""
    text = (CLIENTS / client_id / "client.yaml").read_text(encoding="utf-8")
    profile: dict[str, Any] = yaml.safe_load(text)
    return profile


def read_questions(client_id: ClientId) -> Sequence[str]:
    """Return questions that the client's knowledge answers."""
    lines = (CLIENTS / client_id / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    return [case["turns"][0] for case in cases if case["kind"] == "answerable"]
