"""A service with the widget, and a client's page on another origin that embeds it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn

from api.app import create_app
from assist.domain.decision import DecisionKind
from assist.domain.site import Site
from assist.domain.turn import Citation, Question, Turn
from knowledge_base.models import ArticleId, Audience, PassageId
from tests.api.installation import NORTH, Installation, make_turn

PROFILE: dict[str, Any] = {
    "name": "Northern Lamps",
    "greeting": "Hello! I'm Northern Lamps' AI assistant. Ask me anything about our lamps.",
    "brand": {"colour": "#2f6b4f"},
    "starters": ["How long does delivery take?", "How do I return a lamp?"],
}
CLOSED: dict[str, Any] = {
    "hours": {"time_zone": "Europe/London", "weekly": {"monday": "08:00-18:00"}}
}
ANSWER = (
    "Delivery takes **3 to 5 working days**.\n\n- Small lamps come by post.\n"
    "- Large lamps come by van."
)
CHOICES = "So that I give you the right answer:\n- A floor lamp\n- A table lamp"


def citation(title: str, quote: str, *, in_reply: bool = True) -> Citation:
    return Citation(
        ArticleId(title.lower().replace(" ", "-")),
        title,
        "How long it takes",
        quote,
        0.81,
        Audience.PUBLIC,
        PassageId(1),
        "https://north.example.com/delivery",
        in_reply,
    )


def reply(question: Question) -> Turn:
    """Answer by a word in the message."""
    asked = question.messages[-1]
    plain: dict[str, Any] = {"citations": (), "confidence": 0.2}
    if "teapot" in asked:
        text = "I don't have an approved answer to that one. Shall I pass you to our team?"
        return make_turn(question, decision=DecisionKind.ABSTAIN, text=text, **plain)
    if "lamp?" in asked:
        return make_turn(question, decision=DecisionKind.CLARIFY, text=CHOICES, **plain)
    sources = (
        citation("Standard delivery", "Delivery takes 3 to 5 working days."),
        citation("Delivery to islands", "Islands take two days more.", in_reply=False),
    )
    return make_turn(question, text=ANSWER, citations=sources)


@dataclass
class World:
    """A served installation that can be stopped and started, and the page of its client."""

    installation: Installation
    host: ThreadingHTTPServer
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None
    sites: list[Site] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """The page's origin: another one than the service's."""
        return f"http://localhost:{self.host.server_address[1]}"

    @property
    def site(self) -> Site:
        return self.sites[0]

    def page(self, *, site: str = "", lang: str = "", page_lang: str = "en") -> str:
        """Return the address of the page with the snippet in it."""
        key = site or self.site.key
        return f"{self.origin}/?site={key}&lang={lang}&page={page_lang}&home={self.url}"

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        app = create_app(self.installation.container)
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()

    def stop(self) -> None:
        """Break off all connections, as a crash does."""
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join()
        self._server = self._thread = None


@contextmanager
def open_world(installation: Installation) -> Iterator[World]:
    installation.container.clients.update(NORTH, PROFILE)
    installation.answering.reply = reply
    with serve_host() as host:
        world = World(installation, host)
        world.sites.append(installation.container.sites.add(NORTH, [world.origin]))
        world.start()
        yield world
        world.stop()


@contextmanager
def serve_host() -> Iterator[ThreadingHTTPServer]:
    """Serve the pages of the client, on an origin of their own."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    thread = threading.Thread(target=host.serve_forever)
    thread.start()
    yield host
    host.shutdown()
    host.server_close()
    thread.join()


class _Host(BaseHTTPRequestHandler):
    """Serves one page with the snippet, under a policy as strict as a client's can be."""

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if not asked:
            self.send_error(404)
            return
        body = _page(asked).encode()
        home = asked["home"]
        policy = f"default-src 'none'; script-src {home}; frame-src {home}; img-src data:"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _page(asked: dict[str, str]) -> str:
    lang = f' data-lang="{escape(asked["lang"])}"' if asked.get("lang") else ""
    return (
        f'<!doctype html><html lang="{escape(asked.get("page", ""))}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><title>Shop</title>'
        f'<script async src="{asked["home"]}/widget/v1.js" data-site="{asked["site"]}"{lang}>'
        "</script><main><h1>Northern Lamps</h1><p>Lamps for long evenings.</p></main></html>"
    )


SCREENSHOTS = Path("build/test-screenshots")
