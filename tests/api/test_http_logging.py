"""What a request leaves in the log: its circumstances, never what was said."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from starlette.testclient import TestClient

from api.logs import TextFormatter
from assist.domain.keys import KeyScope
from assist.domain.turn import Question, Turn
from tests.api.installation import Installation, browse


@pytest.fixture
def log() -> Iterator[StringIO]:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter())
    logger = logging.getLogger("api")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_a_request_is_one_line_without_its_words_and_key(
    http: TestClient, installation: Installation, log: StringIO
) -> None:
    headers = {**installation.headers(KeyScope.CUSTOMER), "X-Request-Id": "r-1"}
    http.post("/v1/ask?note=private", json={"question": "my secret"}, headers=headers)

    [line] = log.getvalue().splitlines()
    assert "INFO api.requests: POST /v1/ask 200 " in line
    assert line.endswith(" ms request=r-1 client=north")
    assert not any(word in line for word in ("secret", "private", "bpo_"))


def test_a_refused_request_names_no_client_and_cannot_break_the_line(
    http: TestClient, log: StringIO
) -> None:
    http.get("/nope%0AINFO" + "x" * 1000)

    [line] = log.getvalue().splitlines()
    assert "GET /nope%0AINFOxx" in line
    assert " 404 " in line
    assert "client=" not in line
    assert len(line) < 400


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_an_error_is_logged_with_the_requests_id(
    installation: Installation, log: StringIO, path: str
) -> None:
    def fail(question: Question) -> Turn:
        raise RuntimeError(f"broken for {question.client_id}")

    installation.answering.reply = fail
    headers = {**installation.headers(KeyScope.CUSTOMER), "X-Request-Id": "r-2"}
    browse(installation).post(path, json={"question": "my secret"}, headers=headers)

    error, *traceback, line = log.getvalue().splitlines()
    assert " ERROR api." in error
    assert error.endswith("request=r-2 client=north")
    assert "RuntimeError: broken for north" in traceback[-1]
    assert f"POST {path} " in line
    assert "secret" not in log.getvalue()
