"""The command line's connection to the running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from api.cli.server_client import ServerClient, ServerRefusedError


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked: dict[str, Any] = {"path": self.path, "body": body}
        answer, status = asked | {"key": self.headers["Authorization"]}, 200
        if self.path == "/refuse":
            answer, status = {"title": "Forbidden", "detail": "the key has another scope"}, 403
        content = b"<html>" if self.path == "/page" else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def client(url: str) -> Iterator[ServerClient]:
    client = ServerClient(url, "bpo_secret")
    yield client
    client.close()


def test_a_request_carries_the_key_and_the_body(client: ServerClient) -> None:
    answer = client.post("/v1/ask", {"question": "£?"})

    assert answer == {"path": "/v1/ask", "body": {"question": "£?"}, "key": "Bearer bpo_secret"}


def test_a_proxy_setting_is_ignored(client: ServerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert client.post("/v1/ask")["path"] == "/v1/ask"


def test_a_refusal_becomes_an_error_with_the_servers_words(client: ServerClient) -> None:
    with pytest.raises(ServerRefusedError, match="the key has another scope"):
        client.post("/refuse")


def test_an_answer_that_is_no_json_becomes_an_error(client: ServerClient) -> None:
    with pytest.raises(ServerRefusedError, match="does not answer"):
        client.post("/page")


def test_a_server_that_is_gone_becomes_an_error() -> None:
    client = ServerClient("http://127.0.0.1:1", "secret")

    with pytest.raises(ServerRefusedError, match=r"127\.0\.0\.1:1 does not answer"):
        client.post("/v1/ask")
