"""Who may call which route: one table of every route and every kind of caller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.auth import SESSION_COOKIE
from assist.domain.keys import KeyScope
from assist.domain.people import Role, User
from tests.api.installation import NORTH, SOUTH, Installation, browse, open_installation

CALLERS = (
    "nobody",
    "customer key",
    "agent key",
    "trainer key",
    "agent",
    "trainer",
    "lead",
    "admin",
    "elsewhere",  # an agent of another client
)

# + may call, . may not, = may, and looks only among the things of their own clients.
# Keys and people are those of one client, and so is what is asked for.
TABLE = """
#                                       nobody | customer, agent, trainer key
#                                                      | agent, trainer, lead, admin | elsewhere
POST   /v1/ask                                 . + + +   + + + +   .
POST   /v1/ask/stream                          . + + +   + + + +   .
GET    /v1/turns/{turn_id}                     . . + +   + + + +   .
GET    /v1/client                              . + + +   + + + +   .
GET    /v1/knowledge                           . . + +   + + + +   .
GET    /v1/knowledge/versions                  . . + +   + + + +   .
GET    /v1/knowledge/articles                  . . + +   + + + +   .
GET    /v1/knowledge/articles/{article_id:path} . . + +   + + + +   .
POST   /v1/knowledge/search                    . . + +   + + + +   .
POST   /v1/knowledge/publish                   . . . +   . + + +   .
POST   /v1/knowledge/rollback                  . . . +   . + + +   .
GET    /v1/ingestions                          . . . +   . + + +   .
POST   /v1/ingestions                          . . . +   . + + +   .
GET    /v1/ingestions/{ingestion_id}           . . . +   . + + +   .

# the customer's side
GET    /v1/widget                              . + + +   . . . .   .
POST   /v1/conversations                       . + + +   . . . .   .
POST   /v1/conversations/{conversation}/messages . + + +   . . . .   .
POST   /v1/conversations/{conversation}/handoff . + + +   . . . .   .
POST   /v1/conversations/{conversation}/contact . + + +   . . . .   .
POST   /v1/conversations/{conversation}/identity . + + +   . . . .   .
POST   /v1/conversations/{conversation}/end    . + + +   . . . .   .
POST   /v1/conversations/{conversation}/rating . + + +   . . . .   .
POST   /v1/conversations/{conversation}/messages/{sequence}/feedback . + + +   . . . .   .
GET    /v1/conversations/{conversation}/transcript . + + +   . . . .   .

# both sides
GET    /v1/conversations/{conversation}/messages . + + +   + + + +   .
GET    /v1/conversations/{conversation}/events . + + +   + + + +   .
POST   /v1/conversations/{conversation}/typing . + + +   + . + +   .

# the desk
GET    /v1/conversations                       . . + +   + + + +   .
POST   /v1/conversations/{conversation}/claim  . . . .   + . + +   .
POST   /v1/conversations/{conversation}/reply  . . + +   + . + +   .
POST   /v1/conversations/{conversation}/notes  . . + +   + . + +   .
POST   /v1/conversations/{conversation}/transfer . . + +   + . + +   .
POST   /v1/conversations/{conversation}/handback . . + +   + . + +   .
POST   /v1/conversations/{conversation}/escalate . . + +   + . + +   .
POST   /v1/conversations/{conversation}/resolve . . + +   + . + +   .
POST   /v1/conversations/{conversation}/reopen . . + +   + . + +   .
GET    /v1/desk/conversations                  . . + +   + + + +   .
GET    /v1/desk/conversations/{conversation}   . . + +   + + + +   .
GET    /v1/desk/events                         . . = =   = = = =   =
GET    /v1/desk/agents                         . . + +   + + + +   .
GET    /v1/desk/clients                        . . = =   = = = =   =
GET    /v1/desk/search                         . . + +   + + + +   .
POST   /v1/desk/check                          . . + +   + . + +   .
GET    /v1/desk/canned-responses               . . + +   + + + +   .
GET    /v1/desk/conversations/{conversation}/summary . . + +   + + + +   .
POST   /v1/desk/conversations/{conversation}/suggestions . . + +   + . + +   .
POST   /v1/suggestions                         . . + +   + . + +   .
GET    /v1/suggestions/{suggestion_id}         . . + +   + + + +   .
POST   /v1/suggestions/{suggestion_id}/outcome . . = =   = . = =   =
GET    /v1/canned-responses                    . . + +   + + + +   .
POST   /v1/canned-responses                    . . . +   . + + +   .
PATCH  /v1/canned-responses/{response_id}      . . . +   . + + +   .
DELETE /v1/canned-responses/{response_id}      . . . +   . + + +   .

# people, other systems, reports
POST   /v1/session                             + + + +   + + + +   +
GET    /v1/session                             . . . .   = = = =   =
DELETE /v1/session                             . . . .   = = = =   =
PUT    /v1/session/presence                    . . . .   = = = =   =
PUT    /v1/session/password                    . . . .   = = = =   =
GET    /v1/users                               . . . .   . . . +   .
POST   /v1/users                               . . . .   . . . +   .
PATCH  /v1/users/{user_id}                     . . . .   . . . +   .
GET    /v1/webhooks                            . . . .   . . . +   .
POST   /v1/webhooks                            . . . .   . . . +   .
GET    /v1/webhooks/{webhook_id}               . . . .   . . . +   .
PATCH  /v1/webhooks/{webhook_id}               . . . .   . . . +   .
DELETE /v1/webhooks/{webhook_id}               . . . .   . . . +   .
GET    /v1/webhooks/{webhook_id}/deliveries    . . . .   . . . +   .
POST   /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry . . . .   . . . +   .
GET    /v1/reports/desk                        . . . +   . . + +   .
GET    /v1/reports/conversations.csv           . . . +   . . + +   .
GET    /console                                . . . .   = = = =   =
GET    /lead                                   . . . .   . . + +   .
GET    /lead/charts/{name}.svg                 . . . +   . . + +   .
"""

PUBLIC = """
GET  /openapi.json
GET  /healthz
GET  /readyz
GET  /
GET  /docs
GET  /sign-in
GET  /demo
GET  /demo/brands.css
GET  /demo/{client_id}
GET  /demo/{client_id}/ask
GET  /demo/{client_id}/access
GET  /static
GET  /static/console
GET  /static/lead
GET  /static/widget/{name:path}
GET  /widget/v1.js
GET  /widget/frame
GET  /client-reply/{token}
POST /client-reply/{token}
POST /v1/inbound/chatwoot/{site_key}
"""
"""What asks for no credentials: it holds nothing of anybody, or its address is the secret."""

QUERIES: Mapping[str, Mapping[str, str]] = {
    "/v1/reports": {"client": NORTH},
    "/lead": {"client": NORTH},
    "/v1/desk": {"client": NORTH, "q": "delivery"},
    "/v1/suggestions": {"client": NORTH},
}
"""The client of the routes that take one in the query, by how their paths begin."""

BODIES: Mapping[str, Mapping[str, Any]] = {
    "/v1/suggestions": {"client": NORTH, "conversation": [{"author": "customer", "text": "Hi"}]},
    "/v1/desk/check": {"client": NORTH, "text": "Hello."},
}
"""The bodies that name a client; all others are empty."""

HIDDEN = ("that you serve", "your credentials open")
"""What a 404 says when it hides that there is something."""


def read_table() -> dict[tuple[str, str], dict[str, bool]]:
    rows = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
    return {
        (method, path.replace("{conversation}", "{conversation_id}")): {
            caller: mark != "." for caller, mark in zip(CALLERS, marks, strict=True)
        }
        for method, path, *marks in rows
    }


def read_public() -> set[tuple[str, str]]:
    lines = [line.split() for line in PUBLIC.splitlines() if line]
    return {(method, path) for method, path in lines}


@dataclass
class Site:
    """An installation with somebody of each kind, and a conversation to look at."""

    installation: Installation
    http: TestClient
    people: Mapping[str, User]

    def start(self) -> tuple[str, str]:
        """Start a conversation and return its id and token."""
        headers = self.installation.headers(KeyScope.CUSTOMER)
        started = self.http.post("/v1/conversations", json={}, headers=headers).json()
        return started["conversation_id"], started["token"]

    def credentials(self, caller: str) -> dict[str, str]:
        """Return the headers with which somebody calls; a session is new each time."""
        if caller == "nobody":
            return {}
        if caller.endswith(" key"):
            return self.installation.headers(KeyScope(caller.removesuffix(" key")))
        headers = self.installation.signed_in(self.people[caller])
        token = headers["Authorization"].removeprefix("Bearer ")
        return headers | {"X-Client": NORTH, "Cookie": f"{SESSION_COOKIE}={token}"}

    def may_call(self, caller: str, method: str, path: str) -> bool:
        """Say whether the route lets the caller in; what it does then is other tests' business."""
        conversation_id, token = self.start() if "{conversation_id}" in path else ("", "")
        address = re.sub(r"{.*?}", "0" * 32, path.replace("{conversation_id}", conversation_id))
        response = self.http.request(
            method,
            address,
            params=next((at for start, at in QUERIES.items() if path.startswith(start)), {}),
            json=None if method in {"GET", "DELETE"} else BODIES.get(path, {}),
            headers=self.credentials(caller)
            | {"X-Conversation-Token": token, "Idempotency-Key": "1"},
        )
        assert response.status_code < 500 or path == "/readyz", response.text
        return response.status_code not in {401, 403} and not _is_closed(response)


def _is_closed(response: Any) -> bool:
    """Say whether the answer hides that there is something, or leads to the sign-in."""
    if response.status_code == 404:
        return any(words in response.text for words in HIDDEN)
    return str(response.headers.get("location", "")).startswith("/sign-in")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_installation(tmp_path_factory.mktemp("site") / "home") as installation:
        people = {role.value: installation.add_user(role) for role in Role}
        people["elsewhere"] = installation.add_user(Role.AGENT, SOUTH)
        installation.container.wakeups.close()  # live streams end at once
        yield Site(installation, browse(installation, demo=True), people)


def served_routes(http: TestClient) -> set[tuple[str, str]]:
    """List the application's routes; the folders of files without their versions."""
    return {
        (method, re.sub(r"(/static(/widget)?)[/-][0-9a-f]{12}", r"\1", route.path or ""))
        for route in iter_route_contexts(http.app.routes)  # type: ignore[attr-defined]
        for method in (route.methods or {"GET"}) - {"HEAD"}
    }


def test_the_tables_name_every_route(site: Site) -> None:
    served = served_routes(site.http)

    assert served - read_table().keys() - read_public() == set(), "give each a row"
    assert read_table().keys() | read_public() <= served, "remove the rows of what is gone"


@pytest.mark.parametrize(
    ("method", "path", "expected"), [(*route, who) for route, who in read_table().items()]
)
def test_a_route_lets_in_whom_the_table_names(
    site: Site, method: str, path: str, expected: dict[str, bool]
) -> None:
    assert {caller: site.may_call(caller, method, path) for caller in CALLERS} == expected


@pytest.mark.parametrize(("method", "path"), sorted(read_public()))
def test_a_public_route_shows_the_same_to_everybody(site: Site, method: str, path: str) -> None:
    address = re.sub(r"{.*?}", "0" * 32, path.replace("{client_id}", NORTH))
    texts = {
        site.http.request(method, address, headers=site.credentials(caller)).text
        for caller in ("nobody", "customer key", "admin")
    }

    assert len(texts) == 1
