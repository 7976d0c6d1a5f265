"""The demo pages in a real browser: states, sources, accessibility, widths and both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.pages.demo_site import load_site
from assist.domain.turn import Question, Turn
from knowledge_base.models import Audience
from tests.api.installation import NORTH, Installation

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
SCREENSHOTS = Path("build/test-screenshots")
STARTER = "How long does delivery take?"
PAGE = "/demo/north/ask"


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width


def open_sources(page: Page) -> None:
    page.locator(".source").first.wait_for()
    for source in page.locator(".source").all():
        source.click()


def test_a_starter_gets_an_answer_with_its_sources_and_circumstances(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    page.get_by_role("button", name=STARTER).click()
    turn = page.get_by_role("article")
    expect(turn.get_by_role("listitem").first).to_have_text("Small lamps come by post.")
    expect(turn.get_by_role("cell", name="£9")).to_be_visible()
    expect(turn.locator(".facts")).to_contain_text("Answered")
    expect(turn.locator(".facts")).to_contain_text("90 %")
    expect(turn.locator(".facts")).to_contain_text("version 1")
    expect(turn.locator(".facts")).to_contain_text("5.5 ms")
    expect(page.locator("#starters")).to_be_hidden()


def test_a_source_opens_and_closes(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    page.get_by_role("button", name=STARTER).click()
    source = page.get_by_role("button", name="Standard delivery")
    quote = page.locator("blockquote").first
    expect(quote).to_be_hidden()
    source.click()
    expect(quote).to_have_text("Delivery takes 3 to 5 working days.")
    expect(source).to_have_attribute("aria-expanded", "true")
    source.click()
    expect(quote).to_be_hidden()


def test_a_quote_shows_headings_lists_and_gaps_as_such(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    page.get_by_role("button", name=STARTER).click()
    page.get_by_role("button", name="How to reach us").click()
    quote = page.locator("blockquote:visible")
    expect(quote.locator(".heading")).to_have_text("How it comes")
    expect(quote.get_by_role("listitem")).to_have_count(2)
    expect(quote.locator("p.quiet")).to_have_text("[...]")
    expect(quote.locator("p").first).to_have_text("Northern Lamps\n1 High Street\nLeeds")
    bordered = "element => getComputedStyle(element).borderTopWidth"
    assert quote.get_by_role("listitem").first.evaluate(bordered) == "0px"


def test_a_wide_table_scrolls_in_its_own_box_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(PAGE, width=390, height=844)
    page.get_by_role("button", name=STARTER).click()
    open_sources(page)
    boxes = page.get_by_role("group", name="Table").all()
    assert len(boxes) == 2
    for box in boxes:
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())
    thread = page.locator("#thread")
    assert thread.evaluate("thread => thread.scrollWidth - thread.clientWidth") == 0


def test_nonsense_is_not_answered_and_a_person_is_offered(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    ask(page, "Where is my teapot's soul?")
    turn = page.get_by_role("article")
    expect(turn.locator(".facts")).to_contain_text("Not answered")
    expect(turn.locator(".sources")).to_have_count(0)
    turn.get_by_role("button", name="Talk to a person").click()
    expect(
        page.get_by_text("this passes the conversation to Northern Lamps's team")
    ).to_be_visible()


def test_earlier_messages_go_along_until_the_conversation_starts_again(
    open_page: OpenPage, installation: Installation
) -> None:
    page = open_page(PAGE)
    ask(page, "First")
    expect(page.get_by_role("article")).to_have_count(1)
    ask(page, "Second")
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("article")).to_have_count(0)
    ask(page, "Third")
    expect(page.get_by_role("article")).to_have_count(1)
    asked = [question.messages for question in installation.answering.questions]
    assert asked == [("First",), ("First", "Second"), ("Third",)]


def test_an_agent_sees_internal_sources_marked_and_asks_as_of_a_day(
    open_page: OpenPage, installation: Installation
) -> None:
    page = open_page(PAGE)
    page.get_by_text("Agent", exact=True).click()
    page.get_by_label("Answer as of").fill("2026-02-10")
    page.get_by_role("button", name=STARTER).click()
    expect(page.get_by_role("button", name="Goodwill")).to_contain_text("internal")
    expect(page.get_by_role("button", name="Standard delivery")).not_to_contain_text("internal")
    expect(page.get_by_text("as agent, as of 2026-02-10")).to_be_visible()
    [question] = installation.answering.questions
    assert question.audience is Audience.INTERNAL
    assert question.on.isoformat() == "2026-02-10"


def test_while_waiting_a_second_question_is_not_sent(
    open_page: OpenPage, installation: Installation
) -> None:
    page = open_page(PAGE)
    page.route("**/v1/ask", lambda _: None)
    ask(page, "First")
    expect(page.get_by_text("Looking it up")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    ask(page, "Second")
    expect(page.locator(".bubble.mine")).to_have_count(1)
    expect(page.get_by_label("Your question")).to_have_value("Second")
    assert installation.answering.questions == []


def test_a_failed_question_is_kept_and_sent_again_on_request(
    open_page: OpenPage, installation: Installation
) -> None:
    reply = installation.answering.reply
    faults = [RuntimeError("broken")]

    def fail_once(question: Question) -> Turn:
        if faults:
            raise faults.pop()
        return reply(question)

    installation.answering.reply = fail_once
    page = open_page(PAGE, may_fail=True)
    ask(page, "How long?")
    expect(page.get_by_role("alert")).to_contain_text("could not be completed")
    shoot(page, "demo-failed-1440")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".bubble.mine")).to_have_count(1)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_a_conversation_fits_and_is_accessible(
    open_page: OpenPage, width: int, height: int, dark: bool
) -> None:
    page = open_page(PAGE, width=width, height=height, dark=dark)
    shoot(page, f"demo-empty-{width}-{'dark' if dark else 'light'}")
    page.get_by_text("Agent", exact=True).click()
    page.get_by_role("button", name=STARTER).click()
    open_sources(page)
    ask(page, "Where is my teapot's soul?")
    expect(page.get_by_role("article")).to_have_count(2)
    shoot(page, f"demo-asked-{width}-{'dark' if dark else 'light'}")
    assert overflow(page) <= 0
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/demo", "/docs"])
def test_the_lists_fit_and_are_accessible(
    open_page: OpenPage, path: str, width: int, dark: bool
) -> None:
    page = open_page(path, width=width, dark=dark)
    shoot(page, f"{path.strip('/')}-list-{width}-{'dark' if dark else 'light'}")
    assert overflow(page) <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_client_is_opened_from_the_list(open_page: OpenPage) -> None:
    page = open_page("/demo")
    page.get_by_role("link", name="Northern Lamps").click()
    page.get_by_role("link", name="Ask page").click()
    expect(page.get_by_role("heading", name="Northern Lamps")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_a_clients_website_has_the_widget_on_it(
    open_page: OpenPage,
    installation: Installation,
    site: str,
    width: int,
    height: int,
    dark: bool,
) -> None:
    load_site(installation.container, NORTH, int(site.rpartition(":")[2]))
    page = open_page("/demo/north", width=width, height=height, dark=dark)
    page.get_by_role("button", name="Chat with us").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name=STARTER).click()
    expect(frame.locator(".bubble")).to_have_count(3)
    shoot(page, f"demo-site-{width}-{'dark' if dark else 'light'}")
    assert overflow(page) <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
