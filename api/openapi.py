"""The OpenAPI document: FastAPI's own, with the problems that every route can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from api.auth import CLIENT_HEADER
from api.errors import PROBLEM_JSON
from api.schemas.problems import ProblemOut

if TYPE_CHECKING:
    from fastapi import FastAPI

DESCRIPTION = """\
Answers for the customers and agents of one client company, from that client's own articles.

Every request under `/v1` but the sign-in carries an API key or the session of a user. A key alone
decides whose knowledge is used; a user names the client in `X-Client`.
Errors are `application/problem+json`; their `type` is stable. Every response has `X-Request-Id`.
"""

TAGS = [
    {"name": "Answers", "description": "Ask, and look at what was recorded."},
    {"name": "Conversations", "description": "A customer's exchange with assistant and agents."},
    {"name": "Suggestions", "description": "Drafts, checks and canned responses for agents."},
    {"name": "Desk", "description": "What agents look at, over all their clients."},
    {"name": "Client", "description": "How the client presents itself."},
    {"name": "Knowledge", "description": "Versions, articles and search."},
    {"name": "Ingestion", "description": "Take in articles in the background."},
    {"name": "Reports", "description": "Figures of the desk, for leads."},
    {"name": "People", "description": "Sessions and users of the BPO."},
    {"name": "Webhooks", "description": "Tell other systems what happens."},
    {"name": "Health", "description": "For the operator's probes."},
]

_REF = "#/components/schemas/{model}"
_EXAMPLE = {
    "type": "urn:bpo-assist:problem:invalid-request",
    "title": "The request is not valid",
    "status": 422,
    "detail": "See `errors` for each place.",
    "instance": "/v1/ask",
    "errors": [{"place": "body.question", "message": "Field required"}],
}
_KEYED = {"401": "No active API key or session", "403": "The caller may not do this"}
_STATEFUL = ("/v1/knowledge/", "/v1/conversations/")
_SIGN_IN = {"401": "The e-mail address or the password is wrong", "429": "Too many attempts"}
_SENDING = {"413": "The body is too large", "415": "Another content type is needed"}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the document, built once."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        tags=app.openapi_tags,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    model = ProblemOut.model_json_schema(ref_template=_REF)
    schemas |= model.pop("$defs") | {"ProblemOut": {**model, "examples": [_EXAMPLE]}}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _add_problems(operation, path)
    return document


def _add_problems(operation: dict[str, Any], path: str) -> None:
    """Describe the problems of one operation; FastAPI's own description of 422 is replaced."""
    responses = operation["responses"]
    problems = {"500": "Something went wrong"}
    if "security" in operation:
        problems |= _KEYED
    if "requestBody" in operation:
        problems |= _SENDING
    if "422" in responses or "requestBody" in operation:
        problems["422"] = "The request is not valid"
    if path == "/v1/session" and "security" not in operation:
        problems |= _SIGN_IN
    if "{" in path or _names_client(operation):
        problems["404"] = "There is none of that id, or it is another client's"
    if path.startswith(_STATEFUL) and "post" in operation["operationId"]:
        problems["409"] = "The current state does not allow this"
    content = {PROBLEM_JSON: {"schema": {"$ref": _REF.format(model="ProblemOut")}}}
    for status, text in problems.items():
        responses[status] = {"description": text, "content": content}


def _names_client(operation: dict[str, Any]) -> bool:
    """Say whether a user's request names the client, who may be unknown to them."""
    return any(given["name"] == CLIENT_HEADER for given in operation.get("parameters", ()))
