"""A local endpoint of the OpenAI protocol that behaves, or misbehaves, as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic
from typing import Any

PATIENCE_S = 20
"""So long a hanging or dripping server goes on: a test whose deadline is not kept fails then."""


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    at: float

    @property
    def texts(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])


class Exchange(BaseHTTPRequestHandler):
    """One request and the means to answer it well or badly."""

    server: LlmServer
    released: Event
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Request(self.path, headers, body, monotonic()))
        self.close_connection = True
        self.released = self.server.released
        left = self.server.left
        try:
            self.server.next_behaviour()(self)
        except (BrokenPipeError, ConnectionResetError):
            left.set()

    def log_message(self, *_arguments: object) -> None:
        pass

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        usual = {"Content-Type": "text/event-stream", "Connection": "close"}
        for name, value in (usual | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, raw: str) -> None:
        """Send bytes as a chunk of the body."""
        data = raw.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def send_text(self, text: str, finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
        self.send(f"data: {json.dumps(_chunk([choice]))}\n\n")


Behaviour = Callable[[Exchange], None]


@dataclass
class LlmServer(ThreadingHTTPServer):
    """Behaves in turn as its list says, and as the last entry for ever."""

    behaviours: list[Behaviour] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    entered: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)
    left: Event = field(default_factory=Event)
    daemon_threads = True

    def __post_init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def behave(self, *behaviours: Behaviour) -> None:
        """Begin anew; what still hangs or drips comes to its end."""
        self.released.set()
        self.entered, self.released, self.left = Event(), Event(), Event()
        self.behaviours, self.requests = list(behaviours), []

    def next_behaviour(self) -> Behaviour:
        more = len(self.behaviours) > 1
        return self.behaviours.pop(0) if more else self.behaviours[0]


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[LlmServer]:
    server = LlmServer(list(behaviours))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answer_of(*sentences: tuple[str, int]) -> str:
    return json.dumps({"sentences": [{"text": text, "source": n} for text, n in sentences]})


def writes(text: str, finish_reason: str | None = "stop", *, usage: bool = True) -> Behaviour:
    """Stream a text in three pieces, as a good endpoint does."""

    def behave(exchange: Exchange) -> None:
        exchange.begin(Transfer_Encoding="chunked")
        third = len(text) // 3 + 1
        for start in range(0, len(text), third):
            exchange.send_text(text[start : start + third])
        exchange.send_text("", finish_reason)
        if usage:
            counts = {"prompt_tokens": 200, "completion_tokens": 30, "total_tokens": 230}
            exchange.send(f"data: {json.dumps(_chunk([], counts))}\n\n")
        exchange.send("data: [DONE]\n\n")
        exchange.end()

    return behave


def status(code: int, body: str = "{}", **headers: str) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        length = str(len(body))
        exchange.begin(code, Content_Type="application/json", Content_Length=length, **headers)
        exchange.wfile.write(body.encode())

    return behave


def hangs(exchange: Exchange) -> None:
    """Say nothing until released, and then that all is well."""
    exchange.server.entered.set()
    exchange.released.wait(PATIENCE_S)
    writes(answer_of())(exchange)


def drips(raw: str) -> Behaviour:
    """Send so little so often that no timeout of a read ever ends it."""

    def behave(exchange: Exchange) -> None:
        exchange.begin(Transfer_Encoding="chunked")
        end = monotonic() + PATIENCE_S
        while monotonic() < end and not exchange.released.wait(0.01):
            exchange.send(raw)

    return behave


def cuts(exchange: Exchange) -> None:
    """Break the connection in mid-answer."""
    exchange.begin(Transfer_Encoding="chunked")
    exchange.send_text('{"sentences": [{"text": "The late')
    exchange.wfile.flush()
    exchange.connection.shutdown(2)


def sends(raw: str) -> Behaviour:
    """Send a body as it is."""

    def behave(exchange: Exchange) -> None:
        exchange.begin(Transfer_Encoding="chunked")
        exchange.send(raw)
        exchange.end()

    return behave


def _chunk(choices: Sequence[object], usage: object = None) -> dict[str, object]:
    return {
        "id": "c-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test-model-7",
        "choices": choices,
        "usage": usage,
    }
