"""Who calls and what they may do: the holder of a client's API key, or a signed-in user."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, cast

from fastapi import Depends, Header, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.logs import note_client
from assist.bootstrap import Container
from assist.domain.keys import ApiKey, KeyScope
from assist.domain.people import (
    SESSION_PREFIX,
    Permission,
    Role,
    SignedIn,
    User,
    scope_permissions,
)
from knowledge_base.models import ClientId

SESSION_COOKIE = "assist_session"
CLIENT_HEADER = "X-Client"

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_OWN_SITES = {"same-origin", "none"}

_bearer = HTTPBearer(
    scheme_name="ApiKey",
    bearerFormat="bpo_...",
    auto_error=False,
    description=(
        "A key of one client: `customer` asks, `agent` also reads internal knowledge and turns and "
        "works at the desk, `trainer` also changes knowledge. `assist key add` issues one. The "
        "token of a sign-in (`ses_...`) is sent the same way."
    ),
)
_cookie = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="Session",
    auto_error=False,
    description="Set by `POST /v1/session`, for pages of this server.",
)


async def _container(request: Request) -> Container:
    return cast("Container", request.app.state.container)


ContainerDep = Annotated[Container, Depends(_container)]


@dataclass(frozen=True)
class Access:
    """A caller as of this request: a key of one client, or a user with their session."""

    permissions: frozenset[Permission]
    key: ApiKey | None = None
    signed_in: SignedIn | None = None
    secret: str = field(default="", repr=False)
    list_clients: Callable[[], Iterable[ClientId]] = field(default=tuple, repr=False)

    @property
    def user(self) -> User | None:
        """The signed-in user; `None` for a key."""
        return self.signed_in.user if self.signed_in else None

    @property
    def actor_name(self) -> str:
        """The name under which the caller writes; empty for a key, which is no person."""
        return self.user.name if self.user else ""

    def allows(self, permission: Permission) -> bool:
        """Say whether the caller may do something, for the clients that they serve."""
        return permission in self.permissions

    def serves(self, client_id: ClientId) -> bool:
        """Say whether the caller may see anything of a client."""
        if self.user:
            return self.user.serves(client_id)
        return self.key is not None and self.key.client_id == client_id

    def client_ids(self) -> frozenset[ClientId]:
        """Return the clients that the caller serves: all there are, for an admin."""
        if self.key:
            return frozenset({self.key.client_id})
        if self.user and self.user.role is not Role.ADMIN:
            return self.user.client_ids
        return frozenset(self.list_clients())

    def check(self, permission: Permission) -> None:
        """Refuse with 403 what the caller may not do."""
        if not self.allows(permission):
            raise HTTPException(403, _refusal(self, permission))


@dataclass(frozen=True)
class ClientAccess:
    """A caller and the one client that the request is about."""

    access: Access
    client_id: ClientId

    def check(self, permission: Permission) -> None:
        """Refuse with 403 what the caller may not do."""
        self.access.check(permission)


@cache
def require(permission: Permission) -> Callable[..., Access]:
    """Return a dependency that gives the caller when they may do something.

    Keys, sessions and users are read afresh for every request, so that whoever is revoked or
    disabled stops at once.
    """

    def find_caller(
        request: Request,
        container: ContainerDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        cookie: Annotated[str | None, Security(_cookie)],
    ) -> Access:
        access = _caller(request, container, bearer, cookie)
        access.check(permission)
        return access

    return find_caller


@cache
def require_for_client(permission: Permission) -> Callable[..., ClientAccess]:
    """Return a dependency that gives the caller and the client whom the request is about.

    A key opens its own client, whatever the request says. A user names the client in a header; one
    whom they do not serve is as unknown as none.
    """

    def find_caller(
        request: Request,
        container: ContainerDep,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        cookie: Annotated[str | None, Security(_cookie)],
        client: Annotated[
            str,
            Header(alias=CLIENT_HEADER, description="id of the client; only with a session"),
        ] = "",
    ) -> ClientAccess:
        access = _caller(request, container, bearer, cookie)
        access.check(permission)
        client_id = access.key.client_id if access.key else _named_client(access, client)
        note_client(client_id)
        return ClientAccess(access, client_id)

    return find_caller


def _with_key(
    caller: Annotated[ClientAccess, Depends(require_for_client(Permission.ASK))],
) -> ClientAccess:
    """Refuse a session where customers' software calls: their token is no agent's."""
    if caller.access.key is None:
        raise HTTPException(403, "This is for customers: send an API key of the client instead.")
    return caller


def _signed_in(access: Annotated[Access, Depends(require(Permission.ASK))]) -> SignedIn:
    """Refuse a key where only a person can be meant."""
    if access.signed_in is None:
        raise HTTPException(403, "An API key is no person: sign in with `POST /v1/session`.")
    return access.signed_in


Asker = Annotated[Access, Depends(require(Permission.ASK))]
DeskReader = Annotated[Access, Depends(require(Permission.READ_DESK))]
DeskWorker = Annotated[Access, Depends(require(Permission.WORK_DESK))]
Reporter = Annotated[Access, Depends(require(Permission.REPORT))]
Manager = Annotated[Access, Depends(require(Permission.MANAGE))]
Person = Annotated[SignedIn, Depends(_signed_in)]

ClientAsker = Annotated[ClientAccess, Depends(require_for_client(Permission.ASK))]
ClientReader = Annotated[ClientAccess, Depends(require_for_client(Permission.READ_DESK))]
ClientTrainer = Annotated[ClientAccess, Depends(require_for_client(Permission.TRAIN))]

CustomerKey = Annotated[ClientAccess, Depends(_with_key)]
"""The software of a client's customers: a key of any scope, no session."""
AgentKey = ClientReader
TrainerKey = ClientTrainer


def find_access(container: Container, secret: str) -> Access | None:
    """Return what a secret opens now: a session, or a client's key."""
    if secret.startswith(SESSION_PREFIX):
        return _session_access(container, secret)
    key = _find_key(container, secret)
    return Access(scope_permissions(key.scope), key=key, secret=secret) if key else None


def _find_key(container: Container, secret: str) -> ApiKey | None:
    return container.sites.find_api_key(secret) or container.keys.find_active(secret)


def _session_access(container: Container, secret: str) -> Access | None:
    signed_in = container.sessions.find(secret)
    if signed_in is None:
        return None
    return Access(
        signed_in.user.role.permissions,
        signed_in=signed_in,
        secret=secret,
        list_clients=lambda: (client_id for client_id, _ in container.clients.list_all()),
    )


def _caller(
    request: Request,
    container: Container,
    bearer: HTTPAuthorizationCredentials | None,
    cookie: str | None,
) -> Access:
    """Return the caller by the header, or else by the cookie of a page of this server."""
    access = find_access(container, bearer.credentials if bearer else cookie or "")
    if access is None or not (bearer or access.signed_in):
        raise HTTPException(
            401,
            "Send an active API key in the header `Authorization: Bearer <key>`, or sign in.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if bearer is None:
        _refuse_foreign_page(request)
    if access.key:
        note_client(access.key.client_id)
    return access


def _refuse_foreign_page(request: Request) -> None:
    """Refuse a change that another site's page may have sent with the user's cookie."""
    headers = request.headers
    origin_host = headers.get("origin", "").partition("://")[2]
    is_own = headers.get("sec-fetch-site") in _OWN_SITES or (
        bool(origin_host) and origin_host == headers.get("host")
    )
    if request.method not in _SAFE_METHODS and not is_own:
        raise HTTPException(
            403, "With the session's cookie, changes are taken from pages of this server only."
        )


def _named_client(access: Access, name: str) -> ClientId:
    if not name:
        raise HTTPException(422, f"Name the client in the header `{CLIENT_HEADER}: <client id>`.")
    if ClientId(name) not in access.client_ids():
        raise HTTPException(404, f"There is no client {name!r} that you serve.")
    return ClientId(name)


def _refusal(access: Access, permission: Permission) -> str:
    if access.user:
        return f"This needs the permission '{permission}'; the role '{access.user.role}' lacks it."
    scopes = [scope for scope in KeyScope if permission in scope_permissions(scope)]
    if not scopes or access.key is None:
        return "No API key allows this: sign in as an admin."
    return f"This needs a key of scope '{scopes[0]}'; yours is '{access.key.scope}'."


async def _refuse_other_content(request: Request) -> None:
    """Refuse a body that is not JSON before its fields are looked for in it."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise HTTPException(415, "Send the body as `Content-Type: application/json`.")


JsonBody = Depends(_refuse_other_content)
