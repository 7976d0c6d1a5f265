"""What the widget shows and what its customers tell, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from api.schemas.conversations import without_nul
from assist.domain.branding import readable_accent
from assist.domain.client import ClientProfile
from assist.domain.customer import Customer
from assist.domain.rating import Rating, ServedBy

LANGUAGES = ("en", "es", "fr", "de", "pt")
"""The languages of the widget's own words."""

MAX_JWT_CHARS = 4000
MAX_TEXT_CHARS = 2000

_EMAIL = r"^([^@\s]{1,64}@[^@\s]{1,255})?$"
_PHONE = r"^([+(]?[0-9][0-9 ()./-]{2,38})?$"


_Text = Annotated[
    str,
    BeforeValidator(without_nul),
    StringConstraints(strip_whitespace=True, max_length=MAX_TEXT_CHARS),
]
Name = Annotated[_Text, Field(max_length=200)]
Email = Annotated[_Text, Field(max_length=320, pattern=_EMAIL)]
Phone = Annotated[_Text, Field(max_length=40, pattern=_PHONE)]


def _examples(*values: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(values)})


class WidgetOut(BaseModel):
    """What a widget shows before the conversation begins."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Larkspur Home",
                    "colour": "#2f6b4f",
                    "language": "en",
                    "languages": list(LANGUAGES),
                    "greeting": "Hello! I'm Larkspur Home's AI assistant.",
                    "starters": ["How long does delivery take?"],
                    "is_ai": True,
                    "is_open": False,
                    "opens_at": "2026-11-23T08:00:00Z",
                }
            ]
        }
    )

    name: str
    colour: str = Field(description="white text on it is readable")
    language: str = Field(description="the client's own language, in which it is answered")
    languages: list[str] = Field(description="the languages of the widget's own words")
    greeting: str
    starters: list[str]
    is_ai: bool = Field(description="an assistant answers first, which customers must be told")
    is_open: bool = Field(description="people answer at this moment")
    opens_at: datetime | None = Field(description="when they do again; null while they do")

    @classmethod
    def of(cls, profile: ClientProfile, now: datetime) -> "WidgetOut":
        """Describe what a client's widget shows now."""
        is_open = profile.hours.is_open(now)
        return cls(
            name=profile.name,
            colour=readable_accent(profile.brand.colour),
            language=profile.language,
            languages=list(LANGUAGES),
            greeting=profile.greeting,
            starters=list(profile.starters[:4]),
            is_ai=True,
            is_open=is_open,
            opens_at=None if is_open else profile.hours.next_opening(now),
        )


class ContactIn(BaseModel):
    """How the customer can be reached; what is left out stays as it is."""

    model_config = _examples({"name": "Sam Reed", "email": "sam@example.com", "phone": ""})

    name: Name = ""
    email: Email = ""
    phone: Phone = ""

    @model_validator(mode="after")
    def _has_something(self) -> Self:
        if not (self.name or self.email or self.phone):
            raise ValueError("give at least one of `name`, `email` and `phone`")
        return self

    def as_customer(self) -> Customer:
        """Return what the service takes."""
        return Customer(self.name, self.email, self.phone)


class IdentityIn(BaseModel):
    """A token that the client's own server signed with the secret of the site."""

    model_config = _examples({"jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl"})

    jwt: Annotated[str, Field(min_length=1, max_length=MAX_JWT_CHARS)]


class CustomerOut(BaseModel):
    """The customer as far as they are known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Sam Reed",
                    "email": "sam@example.com",
                    "phone": "",
                    "external_id": "42",
                    "is_verified": True,
                }
            ]
        }
    )

    name: str
    email: str
    phone: str
    external_id: str
    is_verified: bool

    @classmethod
    def of(cls, customer: Customer) -> "CustomerOut":
        """Describe a customer without what only agents see."""
        return cls(
            name=customer.name,
            email=customer.email,
            phone=customer.phone,
            external_id=customer.external_id,
            is_verified=customer.is_verified,
        )


class EndIn(BaseModel):
    """Whether the question was solved; null when the customer does not say."""

    model_config = _examples({"solved": True})

    solved: bool | None = None


class RatingIn(BaseModel):
    """What the customer thinks of the whole conversation."""

    model_config = _examples({"score": 5, "comment": "Quick and clear."})

    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: _Text = ""


class RatingOut(BaseModel):
    """A rating, and whether it is about the assistant or a person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "score": 5,
                    "comment": "Quick and clear.",
                    "served_by": "human",
                    "rated_at": "2026-11-20T09:45:00Z",
                }
            ]
        }
    )

    score: int
    comment: str
    served_by: ServedBy
    rated_at: datetime

    @classmethod
    def of(cls, rating: Rating) -> "RatingOut":
        """Describe a rating."""
        return cls(
            score=rating.score,
            comment=rating.comment,
            served_by=rating.served_by,
            rated_at=rating.rated_at,
        )


class FeedbackIn(BaseModel):
    """Whether an answer helped."""

    model_config = _examples({"helpful": True})

    helpful: Annotated[bool, Field(strict=True)]
