"""A served desk of two clients, and the consoles of the agents who work at it."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from starlette.types import ASGIApp

from assist.bootstrap import Container
from assist.domain.conversation import Channel, Conversation, Message
from assist.domain.customer import Customer
from assist.domain.people import Role, User
from knowledge_base.factory import build_knowledge_base
from knowledge_base.models import Audience, ClientId
from tests.api.installation import NORTH, SOUTH, Installation, browse, make_article
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex
from tests.people_fakes import PASSWORD

NORTHERN = {
    "name": "Northern Lamps",
    "brand": {"colour": "#2f6b4f"},
    "escalation": {"email": "it@north.example"},
}
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

QUESTION = "How long does delivery take?"
SCREENSHOTS = Path("build/test-screenshots")


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
        """Return what the customer may read."""
        messages = self.container.conversations.list_messages(conversation.id, 0, 100)
        return [message.text for message in messages]

    def kept(self, conversation: Conversation) -> tuple[Conversation, list[Message]]:
        """Return what is stored of a conversation, notes included."""
        stored = self.container.conversations.find_conversation(
            conversation.client_id, conversation.id
        )
        assert stored
        messages = self.container.conversations.list_messages(
            conversation.id, 0, 100, Audience.INTERNAL
        )
        return stored, list(messages)

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


@dataclass
class Console:
    """Opens the console as users, each in a window of their own."""

    chromium: Browser
    desk: Desk
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(
        self,
        user: User | None,
        path: str = "/console",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
    ) -> Page:
        context = self.chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        site = self.desk.site.url
        if user:
            _, secret = self.desk.container.sessions.sign_in(user.email, PASSWORD)
            context.add_cookies([{"name": "assist_session", "value": secret, "url": site}])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(site + path)
        page.wait_for_selector("body[data-ready]")
        return page

    def with_waiting(
        self, *texts: str, width: int = 1440, height: int = 900
    ) -> tuple[Conversation, Page]:
        """Let Maya wait for a person, and open her conversation as Ana."""
        conversation = self.desk.wait("Maya", *texts)
        return conversation, self._open_as_ana(conversation, width, height)

    def with_claimed(
        self, *texts: str, width: int = 1440, height: int = 900
    ) -> tuple[Conversation, Page]:
        """Let Ana have Maya's conversation, and open it as her."""
        conversation = self.desk.wait("Maya", *texts)
        self.desk.claim(conversation, self.desk.ana)
        return conversation, self._open_as_ana(conversation, width, height)

    def unexpected(self) -> list[str]:
        """Return the complaints; the browser itself logs a refused request as an error."""
        return [text for text in self.complaints if "Failed to load resource" not in text]

    def _open_as_ana(self, conversation: Conversation, width: int, height: int) -> Page:
        path = f"/console?open={conversation.id}"
        return self.open(self.desk.ana, path, width=width, height=height)


def rows(page: Page) -> Locator:
    return page.locator("#queue-list a.row")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has_text=name)


def message(page: Page, text: str) -> Locator:
    return page.locator(".message").filter(has_text=text)


def reply_box(page: Page) -> Locator:
    return page.locator("#draft")


def state_tag(page: Page) -> Locator:
    return page.locator(".state-tag")


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def click_in_dialog(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def suggested(page: Page) -> Locator:
    """Wait for a finished suggestion."""
    expect(page.locator("#suggestion")).to_have_attribute("data-state", "ready")
    return page.locator("#suggestion-text")


def confirm_internal(page: Page) -> None:
    """Confirm the warning, which comes when internal knowledge was used."""
    if page.locator("#suggestion-more .tag").count():
        click_in_dialog(page, "Insert anyway")


def lose_first_answer(page: Page, path: str) -> list[str]:
    """Carry the first request out but lose its answer; return the keys of all as they come."""
    keys: list[str] = []

    def handle(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key", ""))
        if len(keys) > 1:
            return route.continue_()
        route.fetch()
        return route.abort()

    page.route(path, handle)
    return keys


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def check(page: Page, name: str) -> None:
    """Take a screenshot; nothing may overflow, and axe may find nothing."""
    shoot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
