"""Who calls: the API key opens one client with one scope, and nothing else names the client."""

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.logs import note_client
from assist.bootstrap import Container
from assist.domain.keys import ApiKey, KeyScope

_bearer = HTTPBearer(
    scheme_name="ApiKey",
    bearerFormat="bpo_...",
    auto_error=False,
    description=(
        "A key of one client: `customer` asks, `agent` also reads internal knowledge and turns, "
        "`trainer` also changes knowledge. `assist key add` issues one."
    ),
)


async def _container(request: Request) -> Container:
    return cast("Container", request.app.state.container)


ContainerDep = Annotated[Container, Depends(_container)]


def require(scope: KeyScope) -> Callable[..., ApiKey]:
    """Return a dependency that gives the caller's key when it includes the scope.

    The key is read afresh for every request, so that a revoked one stops at once.
    """

    def find_caller(
        container: ContainerDep,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    ) -> ApiKey:
        key = container.keys.find_active(credentials.credentials) if credentials else None
        if key is None:
            raise HTTPException(
                401,
                "Send an active API key in the header `Authorization: Bearer <key>`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        note_client(key.client_id)
        check_scope(key, scope)
        return key

    return find_caller


def check_scope(key: ApiKey, scope: KeyScope) -> None:
    """Refuse a key that does not include the scope."""
    if not key.scope.includes(scope):
        raise HTTPException(403, f"This needs a key of scope '{scope}'; yours is '{key.scope}'.")


CustomerKey = Annotated[ApiKey, Depends(require(KeyScope.CUSTOMER))]
AgentKey = Annotated[ApiKey, Depends(require(KeyScope.AGENT))]
TrainerKey = Annotated[ApiKey, Depends(require(KeyScope.TRAINER))]


async def _refuse_other_content(request: Request) -> None:
    """Refuse a body that is not JSON before its fields are looked for in it."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise HTTPException(415, "Send the body as `Content-Type: application/json`.")


JsonBody = Depends(_refuse_other_content)
