"""Users and sessions as JSON."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.people import (
    DEFAULT_CAPACITY,
    MAX_CAPACITY,
    MAX_EMAIL,
    MAX_NAME,
    MAX_PASSWORD,
    PresenceStatus,
    Role,
    SignedIn,
    User,
)
from assist.services.people import NewUser, UserChange
from knowledge_base.models import ClientId

MAX_NAMES = 500
"""Most clients or skills of one user."""

_USER: dict[str, Any] = {
    "id": "9c1d7e5f0a3b4c2d8e6f7a8b9c0d1e2f",
    "email": "ana@bpo.example",
    "name": "Ana",
    "role": "agent",
    "clients": ["larkspur"],
    "skills": ["billing"],
    "capacity": 4,
    "presence": "online",
    "disabled": False,
}
_GIVEN: dict[str, Any] = {
    name: _USER[name] for name in ("name", "role", "clients", "skills", "capacity")
}
_EXAMPLE_PASSWORD = "seven quiet otters"  # noqa: S105 - shown in the documentation

Email = Annotated[str, Field(min_length=3, max_length=MAX_EMAIL)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Names = Annotated[list[Annotated[str, Field(max_length=MAX_NAME)]], Field(max_length=MAX_NAMES)]
Capacity = Annotated[int, Field(ge=1, le=MAX_CAPACITY)]
Password = Annotated[str, Field(max_length=MAX_PASSWORD)]


def _examples(*values: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(values)})


class SignInIn(BaseModel):
    """Who signs in."""

    model_config = _examples({"email": _USER["email"], "password": _EXAMPLE_PASSWORD})

    email: Annotated[str, Field(max_length=MAX_EMAIL)]
    password: Password


class PasswordIn(BaseModel):
    """A user's new password; the current one shows that it is them."""

    model_config = _examples(
        {"current_password": "first one given to me", "password": _EXAMPLE_PASSWORD}
    )

    current_password: Password
    password: Password


class PresenceIn(BaseModel):
    """Whether the user takes conversations now."""

    model_config = _examples({"status": "online"})

    status: PresenceStatus


class UserIn(BaseModel):
    """A new user. An admin serves every client and names none."""

    model_config = _examples({"email": _USER["email"], "password": _EXAMPLE_PASSWORD} | _GIVEN)

    email: Email
    name: Name
    role: Role
    clients: Names = []
    skills: Names = []
    capacity: Capacity = DEFAULT_CAPACITY
    password: Password

    def as_new_user(self) -> NewUser:
        """Return what the service takes."""
        return NewUser(
            self.email, self.name, self.role, _ids(self.clients), self.skills, self.capacity
        )


class UserPatchIn(BaseModel):
    """What changes of a user. `disabled` and a new `password` end all of the user's sessions."""

    model_config = _examples({"skills": ["billing", "returns"]}, {"disabled": True})

    name: Name | None = None
    role: Role | None = None
    clients: Names | None = None
    skills: Names | None = None
    capacity: Capacity | None = None
    password: Password | None = None
    disabled: bool | None = None

    def as_change(self) -> UserChange:
        """Return what the service takes; the password is changed apart."""
        return UserChange(
            self.name,
            self.role,
            None if self.clients is None else _ids(self.clients),
            self.skills,
            self.capacity,
            self.disabled,
        )


class UserOut(BaseModel):
    """A user of the BPO; an admin's `clients` are empty and mean all."""

    model_config = ConfigDict(json_schema_extra={"examples": [_USER]})

    id: str
    email: str
    name: str
    role: Role
    clients: list[str]
    skills: list[str]
    capacity: int
    presence: PresenceStatus
    disabled: bool

    @classmethod
    def of(cls, user: User, presence: PresenceStatus = PresenceStatus.OFFLINE) -> "UserOut":
        """Sort what has no order."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role,
            clients=sorted(user.client_ids),
            skills=sorted(user.skills),
            capacity=user.capacity,
            presence=presence,
            disabled=not user.is_active,
        )


class UsersOut(BaseModel):
    """All users by e-mail address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_USER]}]})

    items: list[UserOut]


class SessionOut(BaseModel):
    """The session of the caller; it ends at `expires_at` unless it is used before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": _USER, "expires_at": "2026-11-20T21:30:00Z"}]}
    )

    user: UserOut
    expires_at: datetime

    @classmethod
    def of(cls, signed_in: SignedIn, presence: PresenceStatus) -> "SessionOut":
        """Describe a session without its secret."""
        user = UserOut.of(signed_in.user, presence)
        return cls(user=user, expires_at=signed_in.session.expires_at)


class SignedInOut(SessionOut):
    """A new session. Programs send `token` as a bearer token; pages use the cookie."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user": _USER, "expires_at": "2026-11-20T21:30:00Z", "token": "ses_9Xq..."}
            ]
        }
    )

    token: str


def _ids(names: list[str]) -> list[ClientId]:
    return [ClientId(name) for name in names]
