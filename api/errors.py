"""The one table from exceptions to problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.uploads import UploadError
from assist.domain.draft_checks import DraftStoppedError
from assist.domain.errors import (
    AlreadyTakenError,
    CannedResponseNotFoundError,
    CannedTitleTakenError,
    CapacityError,
    ClientExistsError,
    ClientNotFoundError,
    ConversationNotFoundError,
    ConversationStateError,
    HomeInUseError,
    IdentityError,
    InvalidCannedResponseError,
    InvalidClientError,
    InvalidSiteError,
    InvalidTargetError,
    InvalidUserError,
    KeyReusedError,
    LastAdminError,
    MessageNotFoundError,
    NoContactError,
    OtherCustomerError,
    RatingError,
    SignInError,
    SiteNotFoundError,
    SuggestionNotFoundError,
    ThrottledError,
    UnknownDispositionError,
    UserExistsError,
    UserNotFoundError,
    WebhookNotFoundError,
    WebhookStateError,
)
from ingest.sources import IngestError
from knowledge_base.models import KnowledgeBaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

PROBLEM_JSON = "application/problem+json"
_TYPE = "urn:bpo-assist:problem:"


@dataclass(frozen=True)
class ProblemKind:
    """A row of the table. `detail` replaces the exception's own message where that says too much.

    `slug` ends the problem's type, which programs compare with; it never changes.
    """

    status: HTTPStatus
    slug: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class Problem:
    """A problem as it goes out; `errors` name the places of an invalid request.

    `members` are what this kind of problem says besides.
    """

    kind: ProblemKind
    detail: str
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, instance: str) -> dict[str, Any]:
        """Return the members that the standard names; `instance` is the request's path."""
        body: dict[str, Any] = {
            "type": _TYPE + self.kind.slug,
            "title": self.kind.title,
            "status": int(self.kind.status),
            "detail": self.detail,
            "instance": instance,
        }
        return body | ({"errors": list(self.errors)} if self.errors else {}) | dict(self.members)

    def response(self, instance: str) -> JSONResponse:
        """Return the HTTP response."""
        return JSONResponse(
            self.as_json(instance),
            status_code=self.kind.status,
            headers=dict(self.headers),
            media_type=PROBLEM_JSON,
        )


INTERNAL = ProblemKind(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal",
    "Something went wrong",
    "The request could not be completed; repeat it, or quote X-Request-Id to your operator.",
)
_INVALID = ProblemKind(
    HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", "The request is not valid"
)
_UNAVAILABLE = ProblemKind(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "Not available now",
    "Another process of this installation is using the knowledge stores; try again later.",
)

_BY_STATUS = {
    kind.status: kind
    for kind in (
        ProblemKind(HTTPStatus.BAD_REQUEST, "malformed", "The request cannot be read"),
        ProblemKind(
            HTTPStatus.UNAUTHORIZED, "unauthenticated", "A valid API key or a sign-in is needed"
        ),
        ProblemKind(HTTPStatus.FORBIDDEN, "forbidden", "The caller may not do this"),
        ProblemKind(HTTPStatus.NOT_FOUND, "not-found", "Not found"),
        ProblemKind(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed"),
        ProblemKind(HTTPStatus.CONFLICT, "conflict", "The current state does not allow this"),
        ProblemKind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The request is too large"),
        ProblemKind(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported content type"
        ),
        ProblemKind(HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"),
        _INVALID,
        _UNAVAILABLE,
    )
}

_BY_ERROR: Mapping[type[Exception], ProblemKind] = {
    ClientNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    ClientExistsError: _BY_STATUS[HTTPStatus.CONFLICT],
    ConversationNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    ConversationStateError: _BY_STATUS[HTTPStatus.CONFLICT],
    AlreadyTakenError: ProblemKind(
        HTTPStatus.CONFLICT, "taken", "Somebody else has the conversation"
    ),
    CapacityError: ProblemKind(HTTPStatus.CONFLICT, "capacity", "The agent has enough to do"),
    NoContactError: ProblemKind(
        HTTPStatus.CONFLICT, "no-contact", "The client company named nobody to ask"
    ),
    KeyReusedError: _INVALID,
    UnknownDispositionError: _INVALID,
    InvalidClientError: _INVALID,
    UserNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    UserExistsError: _BY_STATUS[HTTPStatus.CONFLICT],
    InvalidUserError: _INVALID,
    LastAdminError: _BY_STATUS[HTTPStatus.CONFLICT],
    SignInError: _BY_STATUS[HTTPStatus.UNAUTHORIZED],
    ThrottledError: _BY_STATUS[HTTPStatus.TOO_MANY_REQUESTS],
    SiteNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    InvalidSiteError: _INVALID,
    IdentityError: ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-identity", "The identity is not valid"
    ),
    OtherCustomerError: _BY_STATUS[HTTPStatus.CONFLICT],
    RatingError: _BY_STATUS[HTTPStatus.CONFLICT],
    MessageNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    SuggestionNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    CannedResponseNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    CannedTitleTakenError: _BY_STATUS[HTTPStatus.CONFLICT],
    InvalidCannedResponseError: _INVALID,
    DraftStoppedError: ProblemKind(
        HTTPStatus.CONFLICT, "draft-stopped", "The draft must not be sent as it is"
    ),
    InvalidTargetError: _INVALID,
    WebhookNotFoundError: _BY_STATUS[HTTPStatus.NOT_FOUND],
    WebhookStateError: _BY_STATUS[HTTPStatus.CONFLICT],
    HomeInUseError: _UNAVAILABLE,
    KnowledgeBaseError: _BY_STATUS[HTTPStatus.CONFLICT],
    IngestError: _INVALID,
    UploadError: _INVALID,
}


def problem_of(error: Exception) -> Problem:
    """Return what is told about an exception; an unknown one is told nothing about."""
    if isinstance(error, RequestValidationError):
        return Problem(_INVALID, "See `errors` for each place.", _places(error.errors()))
    if isinstance(error, HTTPException):
        return _http_problem(error)
    for family in type(error).__mro__:
        if family in _BY_ERROR:
            kind = _BY_ERROR[family]
            return Problem(
                kind, kind.detail or str(error), headers=_headers(error), members=_members(error)
            )
    return Problem(INTERNAL, INTERNAL.detail)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every expected error with its problem; the middleware answers the others."""

    def handle(request: Request, error: Exception) -> JSONResponse:
        return problem_of(error).response(request.url.path)

    for family in (HTTPException, RequestValidationError, *_BY_ERROR):
        app.add_exception_handler(family, handle)


def _headers(error: Exception) -> Mapping[str, str]:
    """Say when a refused attempt may be repeated."""
    return {"Retry-After": str(error.retry_after_s)} if isinstance(error, ThrottledError) else {}


def _members(error: Exception) -> Mapping[str, Any]:
    """Say what stopped a draft, for whoever shows it to the agent."""
    if not isinstance(error, DraftStoppedError):
        return {}
    shown = ("kind", "text", "message", "may_confirm")
    return {"findings": [{name: getattr(each, name) for name in shown} for each in error.findings]}


def _http_problem(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    kind = _BY_STATUS.get(status, ProblemKind(status, "http", status.phrase))
    return Problem(kind, str(error.detail), headers=error.headers or {})


def _places(faults: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Name each place without repeating what was sent: it may hold personal data."""
    return [
        {
            "place": ".".join(str(part) for part in fault["loc"]),
            "message": str(fault["msg"]).removeprefix("Value error, "),
        }
        for fault in faults
    ]
