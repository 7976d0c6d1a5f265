"""Users over HTTP: an admin adds, changes and disables them."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.people import PresenceStatus, Role
from tests.api.installation import NORTH, Installation
from tests.people_fakes import PASSWORD

BEN: dict[str, Any] = {
    "email": "Ben@bpo.example",
    "name": "Ben",
    "role": "agent",
    "clients": ["south", "north"],
    "skills": ["Billing"],
    "capacity": 3,
    "password": PASSWORD,
}


@pytest.fixture
def admin(installation: Installation) -> dict[str, str]:
    return installation.person(Role.ADMIN)


def test_an_added_user_can_sign_in(http: TestClient, admin: dict[str, str]) -> None:
    response = http.post("/v1/users", json=BEN, headers=admin)

    assert response.status_code == 201
    user = response.json()
    assert user == {
        "id": user["id"],
        "email": "ben@bpo.example",
        "name": "Ben",
        "role": "agent",
        "clients": ["north", "south"],
        "skills": ["billing"],
        "capacity": 3,
        "presence": "offline",
        "disabled": False,
    }
    signed_in = http.post("/v1/session", json={"email": BEN["email"], "password": PASSWORD})
    assert signed_in.json()["user"]["id"] == user["id"]


@pytest.mark.parametrize(
    ("change", "status", "named"),
    [
        ({"email": "ben"}, 422, "no e-mail address"),
        ({"password": "short"}, 422, "at least 12 characters"),
        ({"clients": []}, 422, "at least one client"),
        ({"clients": ["nobody"]}, 404, "nobody"),
        ({"role": "admin"}, 422, "every client"),
        ({"role": "boss"}, 422, "body.role"),
        ({"capacity": 0}, 422, "body.capacity"),
        ({"color": "red"}, 422, "body.color"),
    ],
)
def test_a_user_who_cannot_be_is_refused_with_the_fault(
    http: TestClient, admin: dict[str, str], change: dict[str, Any], status: int, named: str
) -> None:
    response = http.post("/v1/users", json=BEN | change, headers=admin)

    assert response.status_code == status
    assert named in response.text
    assert len(http.get("/v1/users", headers=admin).json()["items"]) == 1


def test_an_address_is_used_once(http: TestClient, admin: dict[str, str]) -> None:
    http.post("/v1/users", json=BEN, headers=admin)

    assert http.post("/v1/users", json=BEN, headers=admin).status_code == 409


def test_users_are_listed_with_their_presence(
    http: TestClient, installation: Installation, admin: dict[str, str]
) -> None:
    ana = installation.add_user(Role.AGENT, NORTH, name="Ana")
    installation.container.presence.report(ana.id, PresenceStatus.AWAY)

    items = http.get("/v1/users", headers=admin).json()["items"]

    assert {item["email"]: item["presence"] for item in items} == {
        "admin.1@bpo.example": "offline",
        "ana@bpo.example": "away",
    }


def test_only_what_is_given_changes(
    http: TestClient, installation: Installation, admin: dict[str, str]
) -> None:
    ana = installation.add_user(Role.AGENT, NORTH, name="Ana")
    change = {"clients": ["south"], "skills": ["returns"]}

    changed = http.patch(f"/v1/users/{ana.id}", json=change, headers=admin).json()

    assert (changed["name"], changed["role"], changed["capacity"]) == ("Ana", "agent", 4)
    assert (changed["clients"], changed["skills"]) == (["south"], ["returns"])


@pytest.mark.parametrize("change", [{"disabled": True}, {"password": "another long password"}])
def test_disabling_and_a_new_password_end_all_sessions(
    http: TestClient, installation: Installation, admin: dict[str, str], change: dict[str, Any]
) -> None:
    ana = installation.add_user(Role.AGENT)
    headers = installation.signed_in(ana)

    assert http.patch(f"/v1/users/{ana.id}", json=change, headers=admin).status_code == 200
    assert http.get("/v1/session", headers=headers).status_code == 401


def test_a_new_role_holds_from_the_next_request_on(
    http: TestClient, installation: Installation, admin: dict[str, str]
) -> None:
    ana = installation.add_user(Role.AGENT)
    headers = installation.signed_in(ana) | {"X-Client": NORTH}
    assert http.get("/v1/ingestions", headers=headers).status_code == 403

    http.patch(f"/v1/users/{ana.id}", json={"role": "trainer"}, headers=admin)

    assert http.get("/v1/ingestions", headers=headers).status_code == 200


def test_the_last_admin_cannot_be_disabled(http: TestClient, admin: dict[str, str]) -> None:
    own_id = http.get("/v1/session", headers=admin).json()["user"]["id"]
    response = http.patch(f"/v1/users/{own_id}", json={"disabled": True}, headers=admin)

    assert response.status_code == 409
    assert "only admin" in response.json()["detail"]


def test_an_unknown_user_is_not_found(http: TestClient, admin: dict[str, str]) -> None:
    assert http.patch("/v1/users/nobody", json={}, headers=admin).status_code == 404
