"""The pages of the console: who gets them, and that the strict policy lets them work."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

COOKIE = {"Cookie": "assist_session=ses_x"}
PAGES = ["/sign-in", "/console"]


def test_without_a_session_the_console_leads_to_the_sign_in_page(http: TestClient) -> None:
    response = http.get("/console?view=mine&open=1")
    assert response.status_code == 307
    assert response.headers["location"] == "/sign-in?next=%2Fconsole%3Fview%3Dmine%26open%3D1"


def test_the_home_page_leads_signed_in_people_to_the_console(
    http: TestClient, demo_http: TestClient
) -> None:
    assert http.get("/", headers=COOKIE).headers["location"] == "/console"
    assert demo_http.get("/", headers=COOKIE).headers["location"] == "/console"
    assert demo_http.get("/").headers["location"] == "/demo"


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_have_no_inline_script_or_style(http: TestClient, path: str) -> None:
    page = http.get(path, headers=COOKIE)
    assert page.status_code == 200
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text)


@pytest.mark.parametrize("path", PAGES)
def test_everything_the_pages_load_is_there_and_may_be_kept(http: TestClient, path: str) -> None:
    """Modules are followed through their imports."""
    waiting = re.findall(r'(?:src|href)="(/static/[^"]+)"', http.get(path, headers=COOKIE).text)
    loaded: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in loaded:
            continue
        loaded.add(address)
        response = http.get(address)
        assert response.status_code == 200, address
        assert "immutable" in response.headers["cache-control"]
        if address.endswith(".js"):
            folder = response.url.copy_with(path=address)
            waiting += [
                folder.join(name).path for name in re.findall(r'from "(\.[^"]+)"', response.text)
            ]
    assert sum(address.endswith(".js") for address in loaded) >= 2


def test_no_module_parses_strings_as_html(http: TestClient) -> None:
    """Trusted Types would stop it; this says so before a browser does."""
    page = http.get("/console", headers=COOKIE).text
    prefix = re.search(r'"(/static/[0-9a-f]+)/console/console\.js"', page)
    assert prefix
    for name in ("console.js", "thread.js", "suggestion.js", "queue.js", "context.js"):
        text = http.get(f"{prefix.group(1)}/console/{name}").text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text)
