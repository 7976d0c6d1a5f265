"""Canned responses: approved reusable replies whose slots are filled from the conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from assist.domain.errors import InvalidCannedResponseError
from knowledge_base.models import ClientId
from knowledge_base.retrieval.terms import fold

CannedResponseId = NewType("CannedResponseId", str)

MAX_TITLE = 120
MAX_TEXT = 4000
MAX_TAGS = 10

SLOT = re.compile(r"\{([a-z][a-z_]*)\}")


class Slot(StrEnum):
    """What can be filled in from a conversation."""

    CUSTOMER_NAME = "customer_name"
    AGENT_NAME = "agent_name"
    CLIENT_NAME = "client_name"
    ORDER_NUMBER = "order_number"
    AMOUNT = "amount"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    OPENING_HOURS = "opening_hours"
    NEXT_OPENING = "next_opening"


@dataclass(frozen=True)
class CannedResponse:
    """An approved reply of one client; its text may hold slots such as `{order_number}`."""

    id: CannedResponseId
    client_id: ClientId
    title: str
    text: str
    updated_at: datetime
    tags: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True)
class FilledResponse:
    """A response with its slots filled; `missing` ones are still in the text."""

    response: CannedResponse
    text: str
    missing: tuple[Slot, ...] = ()


def check_response(response: CannedResponse) -> CannedResponse:
    """Return a response, checked. Raises `InvalidCannedResponseError` naming what is wrong."""
    if not 0 < len(response.title) <= MAX_TITLE:
        raise InvalidCannedResponseError(f"a title needs 1 to {MAX_TITLE} characters")
    if not 0 < len(response.text) <= MAX_TEXT:
        raise InvalidCannedResponseError(f"a text needs 1 to {MAX_TEXT} characters")
    if len(response.tags) > MAX_TAGS:
        raise InvalidCannedResponseError(f"at most {MAX_TAGS} tags are taken")
    unknown = [name for name in SLOT.findall(response.text) if name not in set(Slot)]
    if unknown:
        known = ", ".join(f"{{{slot}}}" for slot in Slot)
        raise InvalidCannedResponseError(f"{{{unknown[0]}}} is no slot; there are {known}")
    return response


def fill(response: CannedResponse, values: Mapping[Slot, str]) -> FilledResponse:
    """Fill the slots whose values are known."""

    def value_of(found: re.Match[str]) -> str:
        return values.get(Slot(found.group(1))) or found.group()

    text = SLOT.sub(value_of, response.text)
    slots = dict.fromkeys(Slot(name) for name in SLOT.findall(response.text))
    return FilledResponse(response, text, tuple(slot for slot in slots if not values.get(slot)))


def search_responses(responses: Sequence[CannedResponse], words: str) -> list[CannedResponse]:
    """Return the responses that hold every word, those with all of them in title or tags first."""
    wanted = fold(words).split()
    found: list[tuple[bool, CannedResponse]] = []
    for response in responses:
        head = fold(" ".join([response.title, *response.tags]))
        whole = f"{head} {fold(response.text)}"
        if all(word in whole for word in wanted):
            found.append((not all(word in head for word in wanted), response))
    return [response for _, response in sorted(found, key=lambda each: each[0])]
