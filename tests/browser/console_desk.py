"""A served desk of two clients with people, waiting customers, knowledge and canned responses."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import uvicorn
from starlette.types import ASGIApp

from assist.bootstrap import Container
from assist.domain.conversation import Channel, Conversation
from assist.domain.customer import Customer
from assist.domain.people import Role, User
from knowledge_base.factory import build_knowledge_base
from knowledge_base.models import Audience, ClientId
from tests.api.installation import NORTH, SOUTH, Installation, browse, make_article
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex

NORTHERN = {"name": "Northern Lamps", "brand": {"colour": "#2f6b4f"}}
SOUTHERN = {"name": "Southern Sails", "brand": {"colour": "#7a3b8f"}}
DELIVERY = "Delivery takes 3 to 5 working days. We deliver lamps on weekdays between 8 and 18."
TRACE = (
    "Missing lamp delivery: trace the delivery\n"
    "1. Confirm the order number.\n"
    "2. Check the last scan of the delivery.\n"
    "3. Offer a new delivery slot."
)
GOODWILL = "Goodwill: agents may offer a delivery credit of up to £20 without approval."
SHUTDOWN_S = 1


class Site:
    """Serves an application on one address, and can be stopped and started again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        config = uvicorn.Config(
            self._app,
            port=self._port,
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@dataclass
class Desk:
    """What a test does behind the console's back: as a customer, or as a colleague."""

    installation: Installation
    site: Site
    ana: User
    ben: User
    _keys: count[int] = field(default_factory=count)

    def wait(self, name: str, *texts: str, client_id: ClientId = NORTH) -> Conversation:
        """Let a customer write and ask for a person."""
        conversation = self.begin(name, *texts, client_id=client_id)
        return self.container.desk.ask_for_person(conversation).conversation

    def begin(self, name: str, *texts: str, client_id: ClientId = NORTH) -> Conversation:
        """Let a customer write to the assistant."""
        conversation, _ = self.container.desk.start(
            client_id, channel=Channel.WIDGET, customer=Customer(name=name)
        )
        for text in texts:
            self.say(conversation, text)
        return conversation

    def say(self, conversation: Conversation, text: str) -> None:
        self.container.conversing.receive(conversation, text, f"key-{next(self._keys)}")

    def claim(self, conversation: Conversation, user: User) -> None:
        self.container.desk.claim(conversation, user)

    def said(self, conversation: Conversation) -> list[str]:
        messages = self.container.conversations.list_messages(conversation.id, 0, 100)
        return [message.text for message in messages]

    @property
    def container(self) -> Container:
        return self.installation.container


def open_desk(installation: Installation) -> Desk:
    """Fill the installation and serve it."""
    container = installation.container
    container.clock = lambda: datetime.now(UTC)
    vars(container)["knowledge_base"] = build_knowledge_base(
        container.engine, HashingEmbedder(), MemoryVectorIndex(), MemoryLexicalIndex()
    )
    vars(container).pop("search")
    container.clients.update(NORTH, NORTHERN)
    container.clients.update(SOUTH, SOUTHERN)
    installation.publish(
        NORTH,
        make_article("delivery", DELIVERY),
        make_article("trace", TRACE, audience=Audience.INTERNAL),
        make_article("goodwill", GOODWILL, audience=Audience.INTERNAL),
    )
    container.canned_responses.add(
        NORTH, "Late delivery", "Hello {customer_name}, your order {order_number} is on its way."
    )
    ana = installation.add_user(Role.AGENT, NORTH, SOUTH, name="Ana Ruiz")
    ben = installation.add_user(Role.AGENT, NORTH, name="Ben Adeyemi")
    return Desk(installation, Site(browse(installation).app), ana, ben)
