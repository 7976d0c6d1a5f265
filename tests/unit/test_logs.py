"""The log: one line an entry, with the request that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from api.logs import (
    JsonFormatter,
    RequestFacts,
    TextFormatter,
    configure_logging,
    current_request,
    note_client,
)
from assist.bootstrap import Settings


@pytest.fixture
def request_facts() -> Iterator[RequestFacts]:
    facts = RequestFacts("r-1")
    token = current_request.set(facts)
    yield facts
    current_request.reset(token)


@pytest.fixture
def restored_logging() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("", "api", "assist", "other")]
    before = [(logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


def entry(message: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("api.x", logging.WARNING, __file__, 1, message, args, None)
    vars(record).update(extra)
    return record


def test_a_line_names_time_level_logger_request_and_client(request_facts: RequestFacts) -> None:
    note_client("acme")
    line = TextFormatter().format(entry("lost %s", "it"))

    assert request_facts.client_id == "acme"
    assert line.endswith("+00:00 WARNING api.x: lost it request=r-1 client=acme")


def test_an_entry_outside_of_requests_names_none() -> None:
    note_client("acme")

    assert TextFormatter().format(entry("lost")).endswith("api.x: lost")


def test_a_line_break_in_a_message_cannot_forge_an_entry() -> None:
    assert "\n" not in TextFormatter().format(entry("a\nb"))


@pytest.mark.usefixtures("request_facts")
def test_json_entries_hold_the_fields_and_the_traceback_on_one_line() -> None:
    fault = (ValueError, ValueError("broken"), None)
    line = JsonFormatter().format(entry("lost\nit", fields={"status": 500}, exc_info=fault))

    logged: dict[str, Any] = json.loads(line)
    assert "\n" not in line
    assert logged["level"] == "warning"
    assert (logged["message"], logged["request"], logged["status"]) == ("lost\nit", "r-1", 500)
    assert "ValueError: broken" in logged["exception"]


@pytest.mark.usefixtures("restored_logging")
@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("debug", ["ours debug", "ours info", "ours error", "other error"]),
        ("info", ["ours info", "ours error", "other error"]),
        ("ERROR", ["ours error", "other error"]),
    ],
)
def test_our_own_entries_follow_the_level_and_other_libraries_only_warn(
    monkeypatch: pytest.MonkeyPatch, level: str, shown: list[str]
) -> None:
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging(Settings.model_validate({"log_level": level, "log_format": "JSON"}))
    for name in ("debug", "info", "error"):
        getattr(logging.getLogger("assist.x"), name)(f"ours {name}")
    logging.getLogger("other").info("other info")
    logging.getLogger("other").error("other error")

    lines = stream.getvalue().splitlines()
    assert [json.loads(line)["message"] for line in lines] == shown
