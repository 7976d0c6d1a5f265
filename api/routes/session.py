"""Signing in and out, and what a signed-in user says of themselves."""

from fastapi import APIRouter, Response
from starlette.requests import Request

from api.auth import SESSION_COOKIE, ContainerDep, JsonBody, Person
from api.schemas.people import PasswordIn, PresenceIn, SessionOut, SignedInOut, SignInIn
from assist.domain.people import SESSION_LIFE, PresenceStatus

router = APIRouter(prefix="/session", tags=["People"])


@router.post("", dependencies=[JsonBody])
def sign_in(
    body: SignInIn, container: ContainerDep, request: Request, response: Response
) -> SignedInOut:
    """Sign in with e-mail address and password.

    The session ends when it is unused for 12 hours, and after 7 days. After five attempts that
    fail, an e-mail address is refused for up to 15 minutes.
    """
    signed_in, secret = container.sessions.sign_in(body.email, body.password)
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    presence = container.presence.status_of(signed_in.user.id)
    session = SessionOut.of(signed_in, presence)
    return SignedInOut(user=session.user, expires_at=session.expires_at, token=secret)


@router.get("")
def get_session(caller: Person, container: ContainerDep) -> SessionOut:
    """Return the caller and when their session ends."""
    return SessionOut.of(caller, container.presence.status_of(caller.user.id))


@router.delete("", status_code=204)
def sign_out(caller: Person, container: ContainerDep, response: Response) -> None:
    """End the session at once; the user is offline then."""
    container.sessions.sign_out(caller.session)
    container.presence.report(caller.user.id, PresenceStatus.OFFLINE)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


@router.put("/presence", status_code=204, dependencies=[JsonBody])
def set_presence(body: PresenceIn, caller: Person, container: ContainerDep) -> None:
    """Say whether the user is there; repeat it every 30 seconds.

    Whoever is not heard of for 90 seconds counts as offline.
    """
    container.presence.report(caller.user.id, body.status)


@router.put("/password", status_code=204, dependencies=[JsonBody])
def change_password(body: PasswordIn, caller: Person, container: ContainerDep) -> None:
    """Replace the caller's password; their other sessions end."""
    container.sessions.change_password(caller, body.current_password, body.password)
