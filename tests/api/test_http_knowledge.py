"""Knowledge over HTTP: versions, articles, search and publishing."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from knowledge_base.models import Audience
from tests.api.installation import NORTH, SOUTH, Installation, make_article

AGENT, TRAINER = KeyScope.AGENT, KeyScope.TRAINER
INTERNAL = Audience.INTERNAL


@pytest.fixture
def two_versions(installation: Installation) -> None:
    """Publish two versions for one client and another one for the other client."""
    installation.publish(NORTH, make_article("delivery", "Three days."))
    installation.publish(
        NORTH,
        make_article("delivery", "Three days.", "Free."),
        make_article("policies/returns", "Thirty days."),
        make_article("secrets", "Discount code.", audience=INTERNAL),
    )
    installation.publish(SOUTH, make_article("opening", "At nine."))


def get(http: TestClient, installation: Installation, path: str) -> Any:
    response = http.get(f"/v1/knowledge{path}", headers=installation.headers(AGENT))
    assert response.status_code == 200, response.text
    return response.json()


def post(
    http: TestClient, installation: Installation, path: str, body: Any = None
) -> tuple[int, Any]:
    headers = installation.headers(TRAINER)
    response = http.post(f"/v1/knowledge{path}", json=body, headers=headers)
    return response.status_code, response.json()


def test_before_anything_is_published_all_is_empty(
    http: TestClient, installation: Installation
) -> None:
    assert get(http, installation, "") == {"published": None}
    assert get(http, installation, "/versions") == {"items": []}
    nothing: dict[str, Any] = {"knowledge_version": None, "items": [], "next_cursor": None}
    assert get(http, installation, "/articles") == nothing
    found = post(http, installation, "/search", {"query": "days"})[1]
    assert found == {"knowledge_version": None, "items": []}


@pytest.mark.usefixtures("two_versions")
def test_the_published_version_is_shown_with_its_counts(
    http: TestClient, installation: Installation
) -> None:
    published = get(http, installation, "")["published"]
    assert (published["number"], published["articles"], published["passages"]) == (2, 3, 4)
    assert (published["reason"], published["embedding_model"]) == ("ingested", "fake")


@pytest.mark.usefixtures("two_versions")
def test_versions_are_listed_newest_first_for_the_keys_client(
    http: TestClient, installation: Installation
) -> None:
    items = get(http, installation, "/versions")["items"]
    assert [(item["number"], item["is_published"]) for item in items] == [(2, True), (1, False)]


@pytest.mark.usefixtures("two_versions")
def test_pages_of_articles_join_to_the_whole_list(
    http: TestClient, installation: Installation
) -> None:
    first = get(http, installation, "/articles?limit=2")
    second = get(http, installation, f"/articles?limit=2&cursor={first['next_cursor']}")
    listed = [(item["id"], item["audience"], item["passages"]) for item in first["items"]]
    listed += [(item["id"], item["audience"], item["passages"]) for item in second["items"]]
    assert listed == [
        ("delivery", "public", 2),
        ("policies/returns", "public", 1),
        ("secrets", "internal", 1),
    ]
    assert second["next_cursor"] is None


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=a", "cursor=%C3%A9", "limit=x"])
def test_a_bad_page_is_refused(http: TestClient, installation: Installation, query: str) -> None:
    path = f"/v1/knowledge/articles?{query}"
    assert http.get(path, headers=installation.headers(AGENT)).status_code == 422


@pytest.mark.usefixtures("two_versions")
def test_an_article_whose_id_has_slashes_comes_with_its_passages(
    http: TestClient, installation: Installation
) -> None:
    found = get(http, installation, "/articles/policies/returns")
    assert found["knowledge_version"] == 2
    assert found["article"]["title"] == "Policies/Returns"
    assert [passage["text"] for passage in found["passages"]] == ["Thirty days."]


@pytest.mark.usefixtures("two_versions")
def test_another_clients_article_is_not_found(http: TestClient, installation: Installation) -> None:
    path = "/v1/knowledge/articles/delivery"
    response = http.get(path, headers=installation.headers(AGENT, SOUTH))
    assert response.status_code == 404
    assert response.json()["type"].endswith(":not-found")


@pytest.mark.usefixtures("two_versions")
def test_search_ranks_internal_passages_too(http: TestClient, installation: Installation) -> None:
    found = post(http, installation, "/search", {"query": "discount", "limit": 2})[1]
    best = found["items"][0]
    assert (best["article_id"], best["audience"]) == ("secrets", "internal")
    assert best["passage"]["text"] == "Discount code."
    assert best["lexical"] == 1.0
    assert len(found["items"]) == 2


@pytest.mark.usefixtures("two_versions")
@pytest.mark.parametrize("body", [{}, {"query": ""}, {"query": "a", "limit": 51}, {"q": "a"}])
def test_a_bad_search_is_refused(
    http: TestClient, installation: Installation, body: dict[str, Any]
) -> None:
    assert post(http, installation, "/search", body)[0] == 422


@pytest.mark.usefixtures("two_versions")
def test_a_rollback_is_undone_by_publishing(http: TestClient, installation: Installation) -> None:
    status, rolled_back = post(http, installation, "/rollback")
    assert (status, rolled_back["published"]["number"]) == (200, 1)
    articles = get(http, installation, "/articles")["items"]
    assert [article["id"] for article in articles] == ["delivery"]
    status, published = post(http, installation, "/publish", {"version": 2})
    assert (status, published["published"]["number"]) == (200, 2)


@pytest.mark.usefixtures("two_versions")
def test_a_rollback_without_an_earlier_version_is_a_conflict(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.headers(TRAINER, SOUTH)
    response = http.post("/v1/knowledge/rollback", headers=headers)
    assert response.status_code == 409
    assert "earlier" in response.json()["detail"]


@pytest.mark.usefixtures("two_versions")
def test_a_version_of_another_client_cannot_be_published(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.headers(TRAINER, SOUTH)
    response = http.post("/v1/knowledge/publish", json={"version": 2}, headers=headers)
    assert response.status_code == 409
    assert "north" not in response.text
