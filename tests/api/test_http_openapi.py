"""The OpenAPI document and the page made from it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient


@pytest.fixture
def document(http: TestClient) -> Any:
    return http.get("/openapi.json").json()


def operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
    ]


def test_every_route_has_a_tag_a_description_and_a_key_under_v1(document: Any) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for path, operation in operations(document):
        assert set(operation["tags"]) <= tags
        assert operation["description"]
        assert ("security" in operation) is _needs_credentials(path, operation)


def _needs_credentials(path: str, operation: Any) -> bool:
    """Signing in needs none yet, and other systems call an address that is a secret itself."""
    is_open = operation["summary"] == "Sign In" or path.startswith("/v1/inbound/")
    return path.startswith("/v1/") and not is_open


def test_every_error_is_documented_as_a_problem(document: Any) -> None:
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400" and status != "503":
                assert list(response["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_body_and_response_has_an_example(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for path, operation in operations(document):
        is_streamed = path.endswith(
            ("/stream", "/events", ".csv", "_id}/suggestions", "/transcript")
        )
        if is_streamed or path == "/v1/turns/{turn_id}":
            continue
        status, success = next(iter(operation["responses"].items()))
        if status == "204":
            continue
        name = success["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert schemas[name]["examples"], name
        for content in operation.get("requestBody", {}).get("content", {}).values():
            reference = content["schema"].get("$ref", "").rpartition("/")[2]
            assert content["schema"].get("example") or schemas[reference]["examples"]


def test_every_reference_leads_somewhere(document: Any) -> None:
    text = str(document)
    for name in {part.partition("'")[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]


def test_the_page_of_routes_needs_nothing_from_elsewhere(http: TestClient) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    assert "POST /v1/ask" in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
