"""Problems (RFC 9457) as they are described in the OpenAPI document."""

from pydantic import BaseModel


class PlaceOut(BaseModel):
    """What is wrong at one place of the request, such as `body.messages.0`."""

    place: str
    message: str


class ProblemOut(BaseModel):
    """Why a request failed; `type` is stable, the other members are for people."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[PlaceOut] | None = None
