"""What a client shows to its customers."""

from pydantic import BaseModel, ConfigDict

from assist.domain.client import Brand, ClientProfile, Contacts
from assist.domain.hours import Hours
from knowledge_base.models import ClientId


class ClientOut(BaseModel):
    """The public part of a client's profile."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "larkspur",
                    "name": "Larkspur Home",
                    "language": "en",
                    "greeting": "Hello! I'm Larkspur Home's AI assistant.",
                    "brand": {"colour": "#2f6b4f"},
                    "contacts": {"phone": "020 7946 0123", "email": "", "website": ""},
                    "hours": {
                        "time_zone": "Europe/London",
                        "weekly": {"monday": "08:00-18:00"},
                        "holidays": ["2026-12-25"],
                    },
                    "starters": ["How long does delivery take?"],
                }
            ]
        }
    )

    id: str
    name: str
    language: str
    greeting: str
    brand: Brand
    contacts: Contacts
    hours: Hours
    starters: tuple[str, ...]

    @classmethod
    def of(cls, client_id: ClientId, profile: ClientProfile) -> "ClientOut":
        """Leave out phrases and handoff rules."""
        shared = set(cls.model_fields) - {"id"}
        return cls(id=client_id, **{name: getattr(profile, name) for name in shared})
