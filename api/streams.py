"""Turns an answer into server-sent events."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fastapi.sse import ServerSentEvent

from api.errors import problem_of
from api.schemas.answers import http_answer_json

if TYPE_CHECKING:
    from assist.domain.turn import Turn

_log = logging.getLogger(__name__)

# A piece ends after a sentence or a line; joined, the pieces are the text again.
_PIECE = re.compile(r".+?(?:[.!?][\"')\]]?\s+|\n+|\Z)", re.DOTALL)


def answer_events(find_answer: Callable[[], Turn], path: str) -> Iterator[ServerSentEvent]:
    """Yield the sources, the text in pieces and the whole answer; or a problem."""
    yield from text_events(lambda: http_answer_json(find_answer()), path)


def text_events(find_text: Callable[[], dict[str, Any]], path: str) -> Iterator[ServerSentEvent]:
    """Yield the `citations` of what is found, its `text` in pieces, and all of it; or a problem."""
    try:
        found = find_text()
    except Exception as error:  # noqa: BLE001 - the status is sent: all must be told in the stream
        _log.exception("a streamed answer failed")
        yield ServerSentEvent(event="error", data=problem_of(error).as_json(path))
        return
    yield ServerSentEvent(event="sources", data=found["citations"])
    for piece in text_pieces(found["text"]):
        yield ServerSentEvent(event="delta", data={"text": piece})
    yield ServerSentEvent(event="done", data=found)


def text_pieces(text: str) -> list[str]:
    """Split a text after its sentences and lines."""
    return _PIECE.findall(text)
