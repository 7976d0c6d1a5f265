"""Sessions over HTTP: the cookie, the token, what they open and what ends them."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from assist.domain.people import PresenceStatus, Role, User
from assist.services.people import UserChange
from tests.api.installation import NORTH, SOUTH, Installation, browse
from tests.people_fakes import PASSWORD

COOKIE = "assist_session"
PRESENCE = "/v1/session/presence"
ONLINE = {"status": "online"}


@pytest.fixture
def ana(installation: Installation) -> User:
    return installation.add_user(Role.AGENT, NORTH, name="Ana")


def sign_in(http: TestClient, email: str = "ana@bpo.example", password: str = PASSWORD) -> str:
    """Sign in, keep the cookie in the client and return the token."""
    response = http.post("/v1/session", json={"email": email, "password": password})
    assert response.status_code == 200, response.text
    token: str = response.json()["token"]
    return token


def test_signing_in_returns_the_user_a_token_and_the_same_as_a_cookie(
    http: TestClient, ana: User
) -> None:
    response = http.post("/v1/session", json={"email": "Ana@bpo.example", "password": PASSWORD})

    body = response.json()
    assert body["user"] == {
        "id": ana.id,
        "email": "ana@bpo.example",
        "name": "Ana",
        "role": "agent",
        "clients": ["north"],
        "skills": [],
        "capacity": 4,
        "presence": "offline",
        "disabled": False,
    }
    assert body["expires_at"] == "2026-11-21T11:30:00Z"
    cookie = SimpleCookie(response.headers["set-cookie"])[COOKIE]
    assert cookie.value == body["token"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/")
    assert not cookie["secure"]


@pytest.mark.usefixtures("ana")
def test_the_cookie_of_an_encrypted_connection_stays_on_such(installation: Installation) -> None:
    http = TestClient(browse(installation).app, base_url="https://desk.bpo.example")
    response = http.post("/v1/session", json={"email": "ana@bpo.example", "password": PASSWORD})

    assert SimpleCookie(response.headers["set-cookie"])[COOKIE]["secure"]


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@bpo.example", "wrong password"), ("nobody@bpo.example", PASSWORD), ("", "")],
)
def test_a_refused_sign_in_is_a_problem_without_a_cookie(
    http: TestClient, email: str, password: str
) -> None:
    response = http.post("/v1/session", json={"email": email, "password": password})

    assert response.status_code == 401
    assert response.json()["detail"] == "The e-mail address or the password is wrong."
    assert "set-cookie" not in response.headers


@pytest.mark.usefixtures("ana")
def test_too_many_failures_are_told_when_to_come_back(http: TestClient) -> None:
    wrong = {"email": "ana@bpo.example", "password": "wrong password"}
    statuses = [http.post("/v1/session", json=wrong).status_code for _ in range(6)]
    response = http.post("/v1/session", json={**wrong, "password": PASSWORD})

    assert statuses == [401] * 5 + [429]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "900"
    assert response.json()["type"].endswith(":too-many-requests")


def test_a_sign_in_is_taken_as_json_only(http: TestClient) -> None:
    response = http.post("/v1/session", data={"email": "ana@bpo.example", "password": PASSWORD})

    assert response.status_code == 415


@pytest.mark.usefixtures("ana")
def test_token_and_cookie_both_open_the_session(
    http: TestClient, installation: Installation
) -> None:
    token = sign_in(http)
    other = browse(installation)

    assert http.get("/v1/session").json()["user"]["name"] == "Ana"
    bearer = {"Authorization": f"Bearer {token}"}
    assert other.get("/v1/session", headers=bearer).json()["user"]["name"] == "Ana"
    assert other.get("/v1/session").status_code == 401


def test_an_api_key_is_no_session(http: TestClient, installation: Installation) -> None:
    trainer = installation.headers(KeyScope.TRAINER)

    assert http.get("/v1/session", headers=trainer).status_code == 403


def test_an_api_key_in_the_cookie_opens_nothing(
    http: TestClient, installation: Installation
) -> None:
    http.cookies.set(COOKIE, installation.secrets[NORTH, KeyScope.TRAINER])

    assert http.get("/v1/client").status_code == 401


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.127.0.0.1:8300"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8301"},
        {"Origin": "http://127.0.0.1:8300.evil.example"},
    ],
)
def test_a_change_with_the_cookie_from_elsewhere_is_refused(
    http: TestClient, headers: dict[str, str]
) -> None:
    sign_in(http)
    response = http.put(PRESENCE, json=ONLINE, headers=headers)

    assert response.status_code == 403
    assert "pages of this server" in response.json()["detail"]
    assert http.get("/v1/session").json()["user"]["presence"] == "offline"


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8300"},
    ],
)
def test_a_change_with_the_cookie_from_our_own_page_is_taken(
    http: TestClient, headers: dict[str, str]
) -> None:
    sign_in(http)

    assert http.put(PRESENCE, json=ONLINE, headers=headers).status_code == 204
    assert http.get("/v1/session").json()["user"]["presence"] == "online"


def test_signing_out_ends_the_session_and_removes_the_cookie(
    http: TestClient, installation: Installation, ana: User
) -> None:
    bearer = {"Authorization": f"Bearer {sign_in(http)}"}
    http.put(PRESENCE, json=ONLINE, headers=bearer)

    response = http.delete("/v1/session", headers=bearer)

    assert response.status_code == 204
    assert SimpleCookie(response.headers["set-cookie"])[COOKIE]["max-age"] == "0"
    assert http.get("/v1/session", headers=bearer).status_code == 401
    assert installation.container.presence.status_of(ana.id) is PresenceStatus.OFFLINE


def test_a_disabled_user_is_out_with_the_next_request(
    http: TestClient, installation: Installation, ana: User
) -> None:
    sign_in(http)
    installation.container.people.change(ana.id, UserChange(disabled=True))

    assert http.get("/v1/session").status_code == 401
    response = http.post("/v1/session", json={"email": ana.email, "password": PASSWORD})
    assert response.status_code == 401


@pytest.mark.usefixtures("ana")
def test_the_own_password_is_changed(http: TestClient, installation: Installation) -> None:
    elsewhere = browse(installation)
    sign_in(elsewhere)
    bearer = {"Authorization": f"Bearer {sign_in(http)}"}

    def change(current: str, new: str) -> int:
        body = {"current_password": current, "password": new}
        return http.put("/v1/session/password", json=body, headers=bearer).status_code

    assert change("wrong", "another long password") == 422
    assert change(PASSWORD, "short") == 422
    assert elsewhere.get("/v1/session").status_code == 200
    assert change(PASSWORD, "another long password") == 204
    assert elsewhere.get("/v1/session").status_code == 401
    assert http.get("/v1/session", headers=bearer).status_code == 200
    assert sign_in(elsewhere, password="another long password")


def test_a_session_names_the_client_in_a_header(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.person(Role.AGENT, NORTH)

    assert http.get("/v1/client", headers=headers | {"X-Client": NORTH}).json()["id"] == NORTH
    missing = http.get("/v1/client", headers=headers)
    assert missing.status_code == 422
    assert "X-Client" in missing.json()["detail"]


def test_a_client_whom_the_user_does_not_serve_is_as_unknown_as_none(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.person(Role.LEAD, NORTH)
    south, none = (
        http.get("/v1/client", headers=headers | {"X-Client": name}) for name in (SOUTH, "nobody")
    )

    assert (south.status_code, none.status_code) == (404, 404)
    assert south.json()["detail"].replace(SOUTH, "nobody") == none.json()["detail"]


def test_an_admin_opens_every_client_that_there_is(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.person(Role.ADMIN)

    assert http.get("/v1/client", headers=headers | {"X-Client": SOUTH}).json()["id"] == SOUTH
    assert http.get("/v1/client", headers=headers | {"X-Client": "nobody"}).status_code == 404


def test_a_session_cannot_speak_for_a_customer(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.person(Role.ADMIN) | {"X-Client": NORTH}

    assert http.post("/v1/conversations", json={}, headers=headers).status_code == 403
