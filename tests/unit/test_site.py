"""Sites: which origins are taken, how they are compared, and whom white text can be read on."""

from __future__ import annotations

import pytest

from assist.domain.branding import readable_accent
from assist.domain.errors import InvalidSiteError
from assist.domain.keys import KeyScope
from assist.domain.site import Site, new_site_key, new_site_secret, parse_origins
from tests.fakes import ACME, NOON


def site(*origins: str) -> Site:
    return Site(new_site_key(), ACME, "Shop", origins, new_site_secret(), NOON)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("https://shop.example", "https://shop.example"),
        (" https://SHOP.example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8300", "http://127.0.0.1:8300"),
        ("http://[::1]:8300", "http://[::1]:8300"),
        ("https://xn--caf-dma.example", "https://xn--caf-dma.example"),
    ],
)
def test_origins_are_written_as_browsers_write_them(given: str, written: str) -> None:
    assert parse_origins([given]) == (written,)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "shop.example",
        "https://*.shop.example",
        "https://shop.example/help",
        "https://shop.example?x",
        "https://shop.example#x",
        "https://user@shop.example",
        "https://shop.example; script-src *",
        "https://shop.example https://evil.example",
        "https://shop.example:99999",
        "https://-shop.example",
        "javascript:alert(1)",
        "file:///etc",
        "https://",
        "https://[",
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(InvalidSiteError, match="is no origin"):
        parse_origins([given])


def test_a_site_needs_an_origin() -> None:
    with pytest.raises(InvalidSiteError, match="at least one origin"):
        parse_origins([])


def test_an_origin_that_is_named_twice_is_kept_once() -> None:
    assert parse_origins(["https://a.example", "https://A.example/"]) == ("https://a.example",)


def test_only_the_very_origin_is_allowed() -> None:
    shop = site("https://shop.example")
    assert shop.allows("https://shop.example")
    others = ["http://shop.example", "https://shop.example:8443", "https://shop.example.evil", ""]
    assert not any(shop.allows(origin) for origin in others)


def test_a_sites_key_opens_what_a_customer_may_do_at_its_client() -> None:
    key = site("https://shop.example").as_api_key()
    assert (key.client_id, key.scope) == (ACME, KeyScope.CUSTOMER)
    assert key.is_active(NOON)


def test_keys_and_secrets_are_new_each_time() -> None:
    assert new_site_key() != new_site_key()
    assert new_site_secret() != new_site_secret()


@pytest.mark.parametrize("colour", ["#1f4fd8", "#2f6b4f", "#000000"])
def test_a_colour_on_which_white_is_readable_stays(colour: str) -> None:
    assert readable_accent(colour) == colour


@pytest.mark.parametrize("colour", ["#ffffff", "#ffd500", "#7fd4ff", "#ff6600"])
def test_a_light_colour_is_darkened_until_white_is_readable_on_it(colour: str) -> None:
    readable = readable_accent(colour)
    assert readable != colour
    assert readable_accent(readable) == readable
