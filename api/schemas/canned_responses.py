"""Canned responses as JSON."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.canned import MAX_TAGS, MAX_TEXT, MAX_TITLE, CannedResponse, FilledResponse

_CANNED: dict[str, Any] = {
    "id": "3f0e6f2d1c9b7a4c53a8d4f1b2c3d4e5",
    "title": "Parcel is being traced",
    "text": "Hi {customer_name}, we are tracing your parcel {order_number}.",
    "tags": ["delivery"],
    "language": "en",
    "updated_at": "2026-11-20T09:30:05Z",
}
_FILLED: dict[str, Any] = _CANNED | {
    "filled": "Hi Maria, we are tracing your parcel {order_number}.",
    "missing": ["order_number"],
}


class CannedIn(BaseModel):
    """A new canned response; `{order_number}` and other slots are filled when it is used."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Parcel is being traced",
                    "text": "Hi {customer_name}, we are tracing your parcel {order_number}.",
                    "tags": ["delivery"],
                }
            ]
        },
    )

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    tags: Annotated[list[str], Field(max_length=MAX_TAGS)] = []
    language: Annotated[str, Field(max_length=20)] = ""


class CannedChangeIn(BaseModel):
    """The fields to replace; those left out stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"tags": ["delivery", "late"]}]}
    )

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)] | None = None
    tags: Annotated[list[str], Field(max_length=MAX_TAGS)] | None = None
    language: Annotated[str, Field(min_length=2, max_length=20)] | None = None


class CannedOut(BaseModel):
    """A canned response."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CANNED]})

    id: str
    title: str
    text: str
    tags: list[str]
    language: str
    updated_at: datetime

    @classmethod
    def of(cls, response: CannedResponse) -> "CannedOut":
        """Describe a canned response."""
        return cls(
            id=response.id,
            title=response.title,
            text=response.text,
            tags=list(response.tags),
            language=response.language,
            updated_at=response.updated_at,
        )


class CannedListOut(BaseModel):
    """Canned responses by title."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_CANNED]}]})

    items: list[CannedOut]


class FilledOut(CannedOut):
    """A canned response for a conversation; `missing` slots still stand in `filled`."""

    filled: str
    missing: list[str]

    @classmethod
    def of_filled(cls, filled: FilledResponse) -> "FilledOut":
        """Describe a filled response."""
        plain = CannedOut.of(filled.response).model_dump()
        return cls(**plain, filled=filled.text, missing=list(filled.missing))


class FilledListOut(BaseModel):
    """Canned responses for a conversation, by title."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_FILLED]}]})

    items: list[FilledOut]
