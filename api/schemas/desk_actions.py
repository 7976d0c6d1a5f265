"""What agents send to act on a conversation."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas.answers import Message
from api.schemas.conversations import without_nul
from api.schemas.desk import EXAMPLE_USER_ID

MAX_NOTE = 4000

Note = Annotated[
    str, BeforeValidator(without_nul), Field(max_length=MAX_NOTE, description="for agents only")
]


def _inputs(*values: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(values)})


class ReplyIn(BaseModel):
    """What an agent says; `confirm` names the findings that the agent has read and sends anyway."""

    model_config = _inputs({"text": "Hello, I'm Ana."})

    text: Annotated[Message, BeforeValidator(without_nul)]
    suggestion_id: Annotated[str, Field(max_length=32)] | None = Field(
        default=None, description="the suggestion from which the text was made"
    )
    confirm: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)] = []


class NoteIn(BaseModel):
    """What agents tell each other."""

    model_config = _inputs({"text": "Called the warehouse; they look for it."})

    text: Annotated[Message, BeforeValidator(without_nul)]


class TransferIn(BaseModel):
    """Where a conversation goes: to a person, or to a queue."""

    model_config = _inputs(
        {"to_user": EXAMPLE_USER_ID, "note": "You know this customer."}, {"to_queue": "billing"}
    )

    to_user: Annotated[str, Field(max_length=32)] | None = None
    to_queue: Annotated[str, Field(max_length=100)] | None = None
    skill: Annotated[str, Field(max_length=100)] = ""
    note: Note = ""


class HandBackIn(BaseModel):
    """What other agents should know of a conversation that the assistant goes on with."""

    model_config = _inputs({"note": "The refund is on its way."})

    note: Note = ""


class EscalateIn(BaseModel):
    """What the client company is asked."""

    model_config = _inputs({"note": "May we refund 120 pounds for order L-20311?"})

    note: Annotated[Message, BeforeValidator(without_nul)]


class ResolveIn(BaseModel):
    """How a conversation ended."""

    model_config = _inputs({"disposition": "answered", "note": "Sent the returns label."})

    disposition: Annotated[str, Field(max_length=100)] = Field(
        default="", description="one of the client's dispositions"
    )
    note: Note = ""
