"""Logging on standard error: plain text or JSON lines, each with the request it belongs to.

Messages hold no question, answer, body or key. The text of an exception may quote what it could not
handle, so personal data is taken out of it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assist.domain.redacting import READ, redact

if TYPE_CHECKING:
    from assist.bootstrap import Settings

_FRAME = re.compile(r'  File ".+", line \d+, in .+')
_OUR_PACKAGES = ("api", "assist", "eval", "ingest", "knowledge_base")


@dataclass
class RequestFacts:
    """What is known of the request that is being answered; the client once its key is checked."""

    request_id: str
    client_id: str = ""


current_request: ContextVar[RequestFacts | None] = ContextVar("current_request", default=None)
"""Also seen by the threads that work on a request, which fill in the same object."""


def note_client(client_id: str) -> None:
    """Remember whose key the current request carries."""
    request = current_request.get()
    if request:
        request.client_id = client_id


def configure_logging(settings: Settings) -> None:
    """Log as the settings say; of other libraries, only warnings and errors."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    handler.addFilter(_is_ours_or_urgent)  # some libraries set their own level
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    for package in _OUR_PACKAGES:
        logging.getLogger(package).setLevel(level)


def _is_ours_or_urgent(record: logging.LogRecord) -> bool:
    package = record.name.partition(".")[0]
    return package in _OUR_PACKAGES or record.levelno >= logging.WARNING


_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Formatter(logging.Formatter):
    """Takes personal data out of exceptions' texts; where they were raised stays."""

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the library's name
        """Return the traceback without personal data."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(line if _FRAME.fullmatch(line) else redact(line[:READ]) for line in lines)


class TextFormatter(_Formatter):
    """One line for people; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry; a traceback that another handler has made a text of is made again."""
        own = copy(record)
        own.exc_text = None
        return super().format(own)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return time, level, logger and message, then the request and its client."""
        message = " ".join(record.message.split())
        line = f"{_time(record)} {record.levelname} {record.name}: {message}"
        return " ".join([line, *(f"{name}={value}" for name, value in _request().items())])


class JsonFormatter(_Formatter):
    """One JSON object a line for programs; a traceback is a field."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry with the fields that its `extra={"fields": ...}` adds."""
        entry: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_request(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _request() -> dict[str, str]:
    """Return what is known of the request; formatters run where the entry was made."""
    request = current_request.get()
    if request is None:
        return {}
    client = {"client": request.client_id} if request.client_id else {}
    return {"request": request.request_id, **client}
