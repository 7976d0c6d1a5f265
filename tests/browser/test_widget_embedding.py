"""The widget on clients' pages: where it is shown, in which language, and for whom."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import jwt
import pytest
from playwright.sync_api import expect

from tests.api.installation import NOW
from tests.browser.widget_visit import SLOT, Customers, Visit
from tests.browser.widget_world import World

pytestmark = pytest.mark.browser

FRAME_BYTES = 20_000


def test_a_wrong_key_is_told_and_shows_no_launcher(customers: Customers, world: World) -> None:
    customers.expected.append("404")
    visit = customers.visit(world.page(site="site_unknown"))
    visit.page.wait_for_function("!document.querySelector('body > div')")
    expect(visit.launcher).to_have_count(0)
    assert customers.unexpected() == [
        "BPO Assist: there is no site 'site_unknown'; check data-site"
    ]
    customers.complaints.clear()


def test_a_page_of_another_origin_is_told_and_shows_no_launcher(
    customers: Customers, world: World
) -> None:
    customers.expected.append("403")
    foreign = world.page().replace("//localhost:", "//127.0.0.1:", 1)
    visit = customers.visit(foreign)
    visit.page.wait_for_function("!document.querySelector('body > div')")
    [told] = customers.unexpected()
    assert "is not among the origins of the site" in told
    customers.complaints.clear()


def test_a_page_that_lies_about_its_origin_is_refused_by_the_browser(
    customers: Customers, world: World
) -> None:
    customers.expected += ["frame-ancestors", "403", "is not among the origins"]
    visit = customers.visit(world.page().replace("//localhost:", "//127.0.0.1:", 1))
    lie = f"{world.url}/widget/frame?site={world.site.key}&origin={world.origin}"
    visit.page.evaluate(
        "src => document.body.append(Object.assign(document.createElement('iframe'), { src }))",
        lie,
    )
    visit.page.wait_for_timeout(300)
    assert any("frame-ancestors" in text for text in customers.complaints)


@pytest.mark.parametrize(
    ("lang", "page_lang", "locale", "placeholder"),
    [
        ("es", "de", "en-US", "Escriba su mensaje"),
        ("", "fr-CA", "en-US", "Écrivez votre message"),
        ("", "", "de-DE", "Nachricht eingeben"),
        ("", "it", "pt-PT", "Escreva a sua mensagem"),
        ("xx", "", "ja-JP", "Type your message"),
    ],
    ids=["data-lang", "page", "browser", "unknown-page", "none"],
)
def test_the_language_is_chosen_by_the_snippet_the_page_or_the_browser(
    customers: Customers, world: World, lang: str, page_lang: str, locale: str, placeholder: str
) -> None:
    address = world.page(lang=lang, page_lang=page_lang)
    visit = customers.visit(address, locale=locale).open()
    expect(visit.frame.locator(".composer textarea")).to_have_attribute("placeholder", placeholder)


def signed(world: World, subject: str = "42", **claims: Any) -> str:
    expires = (NOW + timedelta(minutes=30)).timestamp()
    told = {"sub": subject, "exp": expires, "name": "Sam Reed"} | claims
    return jwt.encode(told, world.site.secret, "HS256")


def identify(visit: Visit, token: str | None) -> None:
    visit.page.wait_for_function("window.BpoAssist")
    visit.page.evaluate("token => BpoAssist.identify(token)", token)


def test_a_signed_in_customer_is_known_and_goes_on_elsewhere(
    visit: Visit, customers: Customers, world: World
) -> None:
    identify(visit, signed(world))
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    customer = visit.conversation.customer
    assert (customer.name, customer.external_id, customer.is_verified) == ("Sam Reed", "42", True)
    elsewhere = customers.visit()
    identify(elsewhere, signed(world))
    elsewhere.open().write("It's me")
    elsewhere.expect_texts("Hello!", "How long?", "Delivery", "It's me", "Delivery")
    assert elsewhere.conversation.id == visit.conversation.id


def test_a_token_that_is_not_valid_is_told_and_leaves_the_customer_anonymous(
    visit: Visit, customers: Customers, world: World
) -> None:
    customers.expected += ["422", "the identity was not accepted: the token has expired"]
    identify(visit, signed(world, exp=1))
    visit.open().write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    assert not visit.conversation.customer.is_verified
    assert any("the token has expired" in text for text in customers.complaints)


def test_signing_out_leaves_nothing_for_the_next_customer(visit: Visit, world: World) -> None:
    identify(visit, signed(world))
    visit.open().write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    identify(visit, None)
    visit.expect_texts("Hello!")
    assert visit.page.evaluate(f"{SLOT} ?? null") is None


def test_another_signed_in_customer_gets_a_conversation_of_their_own(
    visit: Visit, customers: Customers, world: World
) -> None:
    customers.expected.append("409")
    identify(visit, signed(world))
    visit.open().write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    identify(visit, signed(world, "43"))
    visit.expect_texts("Hello!")
    visit.write("Who am I?")
    visit.expect_texts("Hello!", "Who am I?", "Delivery takes")
    assert visit.conversation.customer.external_id == "43"


def test_the_page_can_open_close_and_listen(visit: Visit) -> None:
    visit.page.wait_for_function("window.BpoAssist")
    visit.page.evaluate(
        """() => {
          window.told = [];
          for (const name of ['open', 'close', 'sent', 'message'])
            BpoAssist.on(name, detail => told.push([name, detail?.author ?? null]));
          BpoAssist.open();
        }"""
    )
    visit.frame.locator("body[data-ready]").wait_for()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.page.evaluate("BpoAssist.close()")
    expect(visit.page.locator("iframe")).to_be_hidden()
    assert visit.page.evaluate("told") == [
        ["open", None],
        ["sent", None],
        ["message", "assistant"],
        ["close", None],
    ]


def test_what_the_frame_loads_on_opening_is_small(visit: Visit, world: World) -> None:
    loaded: dict[str, int] = {}
    for response in _responses(visit):
        loaded[response.url] = len(gzip.compress(response.body(), 9, mtime=0))
    paths = {url.removeprefix(world.url).split("?")[0]: size for url, size in loaded.items()}
    texts = [path for path in paths if "/texts/" in path]
    assert len(texts) == 1
    assert any(path.endswith("/frame.css") for path in paths)
    assert any(path.endswith("/panel.js") for path in paths)
    assert sum(paths.values()) <= FRAME_BYTES, paths


def _responses(visit: Visit) -> list[Any]:
    found: list[Any] = []
    visit.page.on("response", lambda response: found.append(response))  # noqa: PLW0108 - Playwright marks its handlers, which a built-in method does not allow
    visit.page.reload()
    visit.open()
    mine = ("/widget/frame", "/static/")
    return [each for each in found if any(part in each.url for part in mine)]
