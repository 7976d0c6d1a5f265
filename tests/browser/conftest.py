"""A served demo and a Chromium that watches for faults."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assist.domain.decision import DecisionKind
from assist.domain.turn import Citation, Question, Turn
from knowledge_base.models import ArticleId, Audience, PassageId
from scripts.browser import CHROMIUM, FLAGS
from tests.api.installation import NORTH, Installation, browse, make_turn, open_installation
from tests.browser.widget_visit import Customers, Visit
from tests.browser.widget_world import World, open_world

# Longer than the 5 s after which a stream reads the store without having been woken.
expect.set_options(timeout=20_000)

PROFILE = {
    "name": "Northern Lamps",
    "greeting": "Hello! I'm Northern Lamps' AI assistant. Ask me anything about our lamps.",
    "brand": {"colour": "#2f6b4f"},
    "contacts": {"phone": "020 7946 0123"},
    "hours": {"time_zone": "Europe/London", "weekly": {"monday": "08:00-18:00"}},
    "starters": ["How long does delivery take?", "How do I return a lamp?"],
}
PRICES = (
    "| Parcel | Destination | Collection point | Handling surcharge | Price |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| Small | Northumberland | Berwick-upon-Tweed | None | £3 |\n"
    "| Large | Northumberland | Berwick-upon-Tweed | Overnight | £9 |"
)
LIST = "How it comes\n- Small lamps come by post.\n- Large lamps come by van."
ANSWER = f"Delivery takes 3 to 5 working days.\n\n{LIST}\n\n{PRICES}"
ABRIDGED = f"Northern Lamps\n1 High Street\nLeeds\n\n[...]\n\n{LIST}"


def _citation(title: str, quote: str, audience: Audience = Audience.PUBLIC) -> Citation:
    article = ArticleId(title.lower().replace(" ", "-"))
    address = "https://north.example.com/delivery"
    passage = PassageId(1)
    return Citation(article, title, "Prices", quote, 0.81, audience, passage, address)


def _reply(question: Question) -> Turn:
    asked = question.messages[-1]
    if "teapot" in asked:
        text = "I don't have an approved answer to that one. Shall I pass you to our team?"
        return make_turn(
            question,
            decision=DecisionKind.ABSTAIN,
            reason="not_supported",
            text=text,
            citations=(),
            confidence=0.12,
        )
    citations = [
        _citation("Standard delivery", "Delivery takes 3 to 5 working days."),
        _citation("Delivery prices", PRICES),
        _citation("How to reach us", ABRIDGED),
    ]
    if question.audience is Audience.INTERNAL:
        citations.append(_citation("Goodwill", "Offer free delivery.", Audience.INTERNAL))
    return make_turn(question, text=ANSWER, citations=tuple(citations))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path / "home") as opened:
        opened.container.clients.update(NORTH, PROFILE)
        opened.answering.reply = _reply
        yield opened


@pytest.fixture
def site(installation: Installation) -> Iterator[str]:
    """Serve the demo on a free port of the loopback address."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = browse(installation, demo=True).app
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


# Not for the whole session: while it is open, its event loop runs in this thread, and
# `asyncio.run` fails in whatever test comes next.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing; install the package chromium")
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Open pages that must not complain: no console error, policy violation or failed request."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(
        path: str,
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        may_fail: bool = False,
    ) -> Page:
        page = chromium.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        pages.append(page)
        if not may_fail:  # the browser itself logs a failed request as an error
            page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + path)
        if path.endswith("/ask"):  # the page that has a script
            page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def world(installation: Installation) -> Iterator[World]:
    with open_world(installation) as opened:
        yield opened


@pytest.fixture
def customers(chromium: Browser, world: World) -> Iterator[Customers]:
    """Open pages with the widget; whatever they complain about must be expected."""
    opened = Customers(chromium, world)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.unexpected() == []


@pytest.fixture
def visit(customers: Customers) -> Visit:
    return customers.visit()
