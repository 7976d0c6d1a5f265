"""What a customer tells about herself never stands in a log, also when something fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.logs import JsonFormatter, TextFormatter
from assist.adapters.scripted_model import ScriptedModel
from assist.domain.generating import Fault, ModelFaultError, Prompt
from assist.domain.keys import KeyScope
from assist.domain.turn import Question
from tests.api.installation import NORTH, Installation, browse, make_article, open_installation

MESSAGE = (
    "Delivery. My name is Jane Miller, my mail is jane.miller@mail.example, my phone is "
    "+44 7700 900123, my card is 4111 1111 1111 1111 and my IBAN is DE89 3704 0044 0532 0130 00."
)
TELLING = (
    "jane",
    "miller",
    "mail.example",
    "44 7700",
    "900123",
    "1111 1111",
    "de89 3704",
    "0532 0130",
)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path / "home") as opened:
        parts = vars(opened.container)
        del parts["answering"]
        parts["_language_model"] = ScriptedModel()
        opened.container.clients.update(NORTH, {"name": "North Ltd", "answers": "generated"})
        opened.publish(NORTH, make_article("delivery", "Delivery takes 3 days."))
        yield opened


@pytest.fixture
def http(installation: Installation) -> TestClient:
    return browse(installation)


@pytest.fixture(params=[TextFormatter, JsonFormatter])
def log(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """Write down what every library logs, at every level."""
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def assert_silent(log: StringIO, *expected: str) -> None:
    logged = log.getvalue().casefold()
    assert all(each.casefold() in logged for each in expected), logged
    assert [each for each in TELLING if each in logged] == []


def ask(installation: Installation, http: TestClient, path: str = "/v1/ask") -> int:
    headers = installation.headers(KeyScope.CUSTOMER)
    return http.post(path, json={"question": MESSAGE}, headers=headers).status_code


def converse(installation: Installation, http: TestClient) -> int:
    headers = installation.headers(KeyScope.CUSTOMER)
    started = http.post("/v1/conversations", json={}, headers=headers).json()
    token = {"X-Conversation-Token": started["token"], "Idempotency-Key": "k-1"}
    path = f"/v1/conversations/{started['conversation_id']}/messages"
    return http.post(path, json={"text": MESSAGE}, headers=headers | token).status_code


def break_answers(installation: Installation, error: Callable[[str], Exception]) -> None:
    """Let the knowledge base fail with an error that quotes the message."""

    def fail(question: Question, **_: object) -> NoReturn:
        raise error(question.messages[-1])

    vars(installation.container.answering)["answer"] = fail


def chained(message: str) -> Exception:
    error = RuntimeError("no answer")
    error.__cause__ = ValueError(message)
    return error


ERRORS: list[Callable[[str], Exception]] = [
    lambda message: RuntimeError(f"cannot read {message!r}"),
    lambda message: ValueError(f"{message}\n  [input_value={message!r}]"),
    lambda message: UnicodeEncodeError("utf-8", message, 0, 1, message),
    chained,
]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_an_answer_leaves_no_personal_data(
    installation: Installation, http: TestClient, log: StringIO, path: str
) -> None:
    assert ask(installation, http, path) == 200
    assert_silent(log, f"POST {path} 200")


def test_a_conversation_leaves_no_personal_data(
    installation: Installation, http: TestClient, log: StringIO
) -> None:
    assert converse(installation, http) == 200
    assert_silent(log, "/messages 200")


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream"])
def test_a_failure_that_quotes_the_message_leaves_no_personal_data(
    installation: Installation,
    http: TestClient,
    log: StringIO,
    path: str,
    error: Callable[[str], Exception],
) -> None:
    break_answers(installation, error)
    ask(installation, http, path)

    assert_silent(log, "Traceback", type(error("")).__name__, " in fail")


@pytest.mark.parametrize("error", ERRORS)
def test_a_conversation_that_cannot_be_answered_leaves_no_personal_data(
    installation: Installation,
    http: TestClient,
    log: StringIO,
    error: Callable[[str], Exception],
) -> None:
    break_answers(installation, error)
    converse(installation, http)

    assert_silent(log, "could not be answered", type(error("")).__name__)


def test_a_model_that_fails_leaves_no_personal_data(
    installation: Installation, http: TestClient, log: StringIO
) -> None:
    def fail(_: Prompt) -> str:
        raise ModelFaultError(Fault.TIMEOUT)

    vars(installation.container)["_language_model"] = ScriptedModel(fail)
    ask(installation, http)

    assert_silent(log, "a generated answer failed: timeout")


def test_a_database_that_fails_leaves_no_personal_data(
    installation: Installation, http: TestClient, log: StringIO
) -> None:
    with installation.container.engine.begin() as connection:
        connection.execute(text("DROP TABLE turns"))
    ask(installation, http)

    assert_silent(log, "OperationalError", "INSERT INTO turns")


def test_a_refused_body_leaves_no_personal_data(
    installation: Installation, http: TestClient, log: StringIO
) -> None:
    headers = installation.headers(KeyScope.CUSTOMER)
    http.post("/v1/ask", json={"question": [MESSAGE], MESSAGE: 1}, headers=headers)
    http.post("/v1/ask", content=MESSAGE.encode(), headers=headers)

    assert_silent(log, "POST /v1/ask 422")
