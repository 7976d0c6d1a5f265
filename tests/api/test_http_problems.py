"""What surrounds every response: problems, headers, limits and ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from assist.domain.errors import AssistError
from assist.domain.keys import KeyScope
from assist.domain.turn import Question, Turn
from tests.api.installation import Installation, browse

CUSTOMER = KeyScope.CUSTOMER


def test_an_unknown_path_is_a_problem(http: TestClient) -> None:
    response = http.get("/v1/nothing")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:bpo-assist:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "Not Found",
        "instance": "/v1/nothing",
    }


def test_a_wrong_method_is_a_problem_that_names_the_right_one(http: TestClient) -> None:
    response = http.get("/v1/ask")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["type"].endswith(":method-not-allowed")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_refused(
    http: TestClient, installation: Installation, content_type: str
) -> None:
    headers = installation.headers(CUSTOMER) | {"Content-Type": content_type}
    response = http.post("/v1/ask", content=b'{"question": "a"}', headers=headers)
    assert response.status_code == 415


def test_broken_json_is_refused_naming_its_place(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.headers(CUSTOMER) | {"Content-Type": "application/json"}
    response = http.post("/v1/ask", content=b'{"question": ', headers=headers)
    assert response.status_code == 422
    assert response.json()["errors"][0]["place"].startswith("body.")


def test_a_large_body_is_refused_by_its_announced_length_unread(
    http: TestClient, installation: Installation
) -> None:
    reads = []

    def body() -> Iterator[bytes]:
        reads.append(True)
        yield b" " * 1_000_001

    headers = installation.headers(CUSTOMER) | {"Content-Type": "application/json"}
    headers |= {"Content-Length": "1000001"}
    response = http.post("/v1/ask", content=body(), headers=headers)
    assert response.status_code == 413
    assert response.json()["type"].endswith(":too-large")
    assert reads == []


def test_a_large_body_is_refused_while_it_comes_in_pieces(
    http: TestClient, installation: Installation
) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b" " * 100_000] * 11

    headers = installation.headers(CUSTOMER) | {"Content-Type": "application/json"}
    response = http.post("/v1/ask", content=pieces(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize("error", [RuntimeError("at /srv/secret"), AssistError("at /srv/secret")])
def test_an_unexpected_error_is_told_without_details(
    installation: Installation, error: Exception
) -> None:
    def fail(question: Question) -> Turn:
        del question
        raise error

    installation.answering.reply = fail
    headers = installation.headers(CUSTOMER)
    response = browse(installation).post("/v1/ask", json={"question": "a"}, headers=headers)
    assert response.status_code == 500
    assert response.json()["type"].endswith(":internal")
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/v1/client", "/v1/nothing", "/healthz", "/docs", "/openapi.json"]
)
def test_every_response_has_the_security_headers(http: TestClient, path: str) -> None:
    headers = http.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_a_sane_request_id_is_kept(http: TestClient) -> None:
    headers = {"X-Request-Id": "order-42.a_b"}
    assert http.get("/healthz", headers=headers).headers["x-request-id"] == "order-42.a_b"


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "<script>"])
def test_any_other_request_id_is_replaced(http: TestClient, given: str) -> None:
    made = http.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert len(made) == 32
    assert made != http.get("/healthz").headers["x-request-id"]
