"""Agents and clients of the desk as JSON."""

from typing import Any

from pydantic import BaseModel

from api.schemas.desk import EXAMPLE_USER_ID, examples
from assist.domain.client import ClientProfile
from assist.domain.desk import queues_of
from assist.domain.people import PresenceStatus
from assist.services.desk_views import Colleague
from knowledge_base.models import ClientId

_AGENT: dict[str, Any] = {
    "id": EXAMPLE_USER_ID,
    "name": "Ana",
    "presence": "online",
    "open": 2,
    "capacity": 4,
    "skills": ["billing"],
}
_CLIENT: dict[str, Any] = {
    "id": "larkspur",
    "name": "Larkspur Home",
    "colour": "#1f4fd8",
    "queues": ["general", "complaints"],
    "dispositions": ["answered", "action taken"],
    "language": "en",
}


class AgentOut(BaseModel):
    """Who else works for a client."""

    model_config = examples(_AGENT)

    id: str
    name: str
    presence: PresenceStatus
    open: int
    capacity: int
    skills: list[str]

    @classmethod
    def of(cls, colleague: Colleague) -> "AgentOut":
        """Describe an agent."""
        user = colleague.user
        return cls(
            id=user.id,
            name=user.name,
            presence=colleague.presence,
            open=colleague.open,
            capacity=user.capacity,
            skills=sorted(user.skills),
        )


class AgentsOut(BaseModel):
    """Who works for a client."""

    model_config = examples({"items": [_AGENT]})

    items: list[AgentOut]


class DeskClientOut(BaseModel):
    """A client for whom the caller works."""

    model_config = examples(_CLIENT)

    id: str
    name: str
    colour: str
    queues: list[str]
    dispositions: list[str]
    language: str

    @classmethod
    def of(cls, client_id: ClientId, profile: ClientProfile) -> "DeskClientOut":
        """Describe a client for its agents."""
        return cls(
            id=client_id,
            name=profile.name,
            colour=profile.brand.colour,
            queues=list(queues_of(profile)),
            dispositions=list(profile.dispositions),
            language=profile.language,
        )


class DeskClientsOut(BaseModel):
    """The clients for whom the caller works."""

    model_config = examples({"items": [_CLIENT]})

    items: list[DeskClientOut]
