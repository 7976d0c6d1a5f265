"""The demo pages: there only when asked for, with keys for this machine alone."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.pages.demo_site import load_site
from assist.domain.keys import KeyScope
from tests.api.installation import NORTH, Installation, browse

SITE = "/demo/north"
PAGE = "/demo/north/ask"
ACCESS = "/demo/north/access"


@pytest.mark.parametrize("path", ["/demo", SITE, PAGE, "/demo/brands.css", ACCESS])
def test_without_a_demo_its_pages_do_not_exist(http: TestClient, path: str) -> None:
    assert http.get(path).status_code == 404


def test_the_home_page_leads_to_what_is_there(http: TestClient, demo_http: TestClient) -> None:
    assert http.get("/").headers["location"] == "/docs"
    assert demo_http.get("/").headers["location"] == "/demo"


def test_demo_clients_are_listed_and_no_others(demo_http: TestClient) -> None:
    page = demo_http.get("/demo").text
    assert 'href="/demo/north"' in page
    assert "South" not in page
    assert demo_http.get("/demo/south").status_code == 404
    assert demo_http.get("/demo/south/access").status_code == 404


def test_a_clients_page_shows_its_profile_without_running_it(
    demo_http: TestClient, installation: Installation
) -> None:
    profile = {"name": "North <b>", "greeting": "Hi <script>", "starters": ["How long?"]}
    installation.container.clients.update(NORTH, profile)
    page = demo_http.get(PAGE).text
    assert "North &lt;b&gt;" in page
    assert "Hi &lt;script&gt;" in page
    assert ">How long?</button>" in page


def test_pages_have_no_inline_script_or_style(demo_http: TestClient) -> None:
    for path in ("/demo", SITE, PAGE, "/docs"):
        page = demo_http.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_everything_a_page_links_to_is_there(demo_http: TestClient) -> None:
    page = demo_http.get(PAGE).text
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(linked) >= 5
    for path in linked:
        assert demo_http.get(path).status_code == 200, path


def test_static_files_may_be_kept_for_good(demo_http: TestClient) -> None:
    page = demo_http.get(PAGE).text
    [script] = re.findall(r'src="([^"]+)"', page)
    response = demo_http.get(script)
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-type"].startswith("text/javascript")
    assert demo_http.get(script.replace("client.js", "none.js")).headers["cache-control"] == (
        "no-store"
    )


def test_a_clients_website_embeds_the_widget_as_clients_do(
    demo_http: TestClient, installation: Installation
) -> None:
    site = load_site(installation.container, NORTH, 8300)
    response = demo_http.get(SITE)
    snippet = f'<script async src="/widget/v1.js" data-site="{site.key}"></script>'
    assert snippet in response.text
    assert "frame-src 'self'" in response.headers["content-security-policy"]
    assert load_site(installation.container, NORTH, 8301).key == site.key
    assert "<script" not in demo_http.get(SITE).text


def test_the_clients_colour_is_served_as_a_stylesheet(
    demo_http: TestClient, installation: Installation
) -> None:
    installation.container.clients.update(NORTH, {"name": "N", "brand": {"colour": "#123456"}})
    response = demo_http.get("/demo/brands.css")
    assert response.headers["content-type"].startswith("text/css")
    assert response.text == '[data-client="north"] { --brand: #123456; }\n'


def test_a_page_on_this_machine_gets_its_keys(
    demo_http: TestClient, installation: Installation
) -> None:
    response = demo_http.get(ACCESS, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.json() == {
        "customer": installation.secrets[NORTH, KeyScope.CUSTOMER],
        "agent": installation.secrets[NORTH, KeyScope.AGENT],
    }
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=["name", "site"]
)
def test_a_foreign_page_gets_no_keys(demo_http: TestClient, headers: dict[str, str]) -> None:
    response = demo_http.get(ACCESS, headers=headers)
    assert response.status_code == 403
    assert "bpo_" not in response.text


@pytest.mark.parametrize("address", ["192.0.2.7", "testclient"])
def test_another_machine_gets_no_keys(installation: Installation, address: str) -> None:
    http = TestClient(
        browse(installation, demo=True).app,
        base_url="http://127.0.0.1:8300",
        client=(address, 50000),
    )
    assert http.get(ACCESS).status_code == 403
