"""The lead's page in a real browser: filters, charts, accessibility, widths and both themes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.desk_rows import ConversationRow, HandoffRow, RatingRow, ResolutionRow
from assist.domain.people import Role
from assist.domain.suggestion import Outcome
from knowledge_base.models import ClientId
from tests.api.installation import NORTH, NOW, SOUTH, Installation
from tests.reporting_fakes import SuggestionRow, write_history

pytestmark = pytest.mark.browser

SCREENSHOTS = Path("build/test-screenshots")
REASONS = ["asks_for_person", "complaint", "account_action", "not_supported", "fraud", "legal"]
WEIGHTS = [30, 22, 18, 14, 6, 3]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

OpenLead = Callable[..., Page]


def conversation(number: int, chance: random.Random) -> ConversationRow:
    """Make up a conversation of the last eight weeks; the later, the more it goes well."""
    days = chance.uniform(0.1, 56)
    at = NOW - timedelta(days=days)
    client_id = ClientId(chance.choice([NORTH, NORTH, SOUTH]))
    base = ConversationRow(
        ConversationId(f"c{number}"),
        client_id,
        at,
        ConversationState.RESOLVED,
        at + timedelta(minutes=6),
        customer_messages=2,
        assistant_messages=2,
        answered=chance.random() < 0.9,
        resolution=ResolutionRow("customer", at + timedelta(minutes=6)),
    )
    if chance.random() < (0.3 if days < 28 else 0.4):
        return _with_people(base, chance)
    confirmed = chance.choice([True, True, None, None, None, False])
    resolution = replace(base.resolution or ResolutionRow("idle", at), confirmed=confirmed)
    rating = RatingRow(chance.choice([5, 5, 4, 4, 3, 1]), "assistant")
    is_rated = chance.random() < 0.4
    return replace(base, resolution=resolution, rating=rating if is_rated else None)


def _with_people(base: ConversationRow, chance: random.Random) -> ConversationRow:
    at = base.created_at
    reply = timedelta(seconds=chance.lognormvariate(4.8, 0.8))
    end = reply + timedelta(seconds=chance.uniform(120, 1500))
    handoff = HandoffRow(
        chance.choices(REASONS, WEIGHTS)[0],
        "general",
        "high",
        at,
        at + timedelta(seconds=300),
        claimed_at=at + reply / 2,
        first_reply_at=at + reply,
        ended_at=at + end,
        outcome="resolved",
    )
    score = chance.choice([5, 5, 5, 4, 3, 2])
    return replace(
        base,
        agent_messages=2,
        was_claimed=True,
        handoffs=(handoff,),
        reopened=int(chance.random() < 0.1),
        resolution=ResolutionRow("agent", at + end, "answered"),
        rating=RatingRow(score, "human") if chance.random() < 0.5 else None,
    )


def made_up_history() -> tuple[list[ConversationRow], list[SuggestionRow]]:
    chance = random.Random(7)  # noqa: S311 - made-up data
    rows = [conversation(number, chance) for number in range(500)]
    waiting = replace(rows[0], id=ConversationId("w"), state=ConversationState.QUEUED)
    outcomes = [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED, None]
    offered = [
        SuggestionRow(NORTH, NOW - timedelta(days=chance.uniform(0, 56)), outcome, distance)
        for outcome in chance.choices(outcomes, k=160)
        for distance in [chance.uniform(0, 0.5) if outcome is Outcome.EDITED else None]
    ]
    return [*rows, waiting], offered


@pytest.fixture
def open_lead(chromium: Browser, site: str, installation: Installation) -> Iterator[OpenLead]:
    """Open pages as a user of a role; the browser must not complain."""
    complaints: list[str] = []
    contexts = []

    def open_lead(
        path: str = "/lead",
        *,
        role: Role = Role.LEAD,
        dark: bool = False,
        may_fail: bool = False,
        **context_options: Any,
    ) -> Page:
        bearer = installation.person(role, NORTH, SOUTH)["Authorization"]
        context = chromium.new_context(
            viewport=context_options.pop("viewport", DESK),
            color_scheme="dark" if dark else "light",
            **context_options,
        )
        contexts.append(context)
        secret = bearer.removeprefix("Bearer ")
        context.add_cookies([{"name": "assist_session", "value": secret, "url": site}])
        page = context.new_page()
        if not may_fail:  # the browser itself logs a refused request as an error
            page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + path)
        return page

    yield open_lead
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def history(installation: Installation) -> None:
    write_history(installation.container.engine, *made_up_history())


def shoot(page: Page, name: str, *, full: bool = False) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full)


def wait_for_charts(page: Page) -> None:
    page.wait_for_function(
        "[...document.querySelectorAll('img[data-chart]')]"
        ".every((image) => image.complete && image.naturalWidth > 0)"
    )


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_report_fits_and_is_accessible(
    open_lead: OpenLead, viewport: dict[str, int], dark: bool
) -> None:
    page = open_lead(viewport=viewport, dark=dark)
    wait_for_charts(page)
    name = f"lead-report-{viewport['width']}-{'dark' if dark else 'light'}"
    shoot(page, name)
    shoot(page, f"{name}-full", full=True)
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    theme = "dark" if dark else "light"
    size = "narrow" if viewport == PHONE else "wide"
    shown = page.locator("img[data-chart]").first.evaluate("(image) => image.currentSrc")
    assert f"theme={theme}" in shown
    assert f"size={size}" in shown


@pytest.mark.usefixtures("history")
def test_filters_stand_in_the_address(open_lead: OpenLead) -> None:
    page = open_lead()
    page.get_by_role("link", name="7 days").click()
    page.get_by_label("Client", exact=True).select_option("Northern Lamps")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("client=north&from=2026-11-14&to=2026-11-20"))
    expect(page.get_by_label("Client", exact=True)).to_have_value("north")
    expect(page.get_by_role("heading", name="Clients", exact=True)).to_have_count(0)


@pytest.mark.usefixtures("history")
def test_a_definition_opens_beside_its_figure(open_lead: OpenLead) -> None:
    page = open_lead()
    page.locator("summary", has_text="Contained").click()
    expect(page.get_by_text("no person took part in and none was asked for")).to_be_visible()


@pytest.mark.usefixtures("history")
def test_the_page_works_without_scripts(open_lead: OpenLead) -> None:
    page = open_lead(java_script_enabled=False)
    page.get_by_label("Client", exact=True).select_option("South Ltd")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("in days of UTC")).to_be_visible()
    page.locator("summary", has_text="Table and meaning").first.click()
    expect(page.get_by_role("region", name="Table of conversations per day")).to_be_visible()


@pytest.mark.usefixtures("history")
def test_the_rows_are_downloaded(open_lead: OpenLead) -> None:
    page = open_lead()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename == "conversations-2026-10-24-2026-11-20.csv"


@pytest.mark.usefixtures("history")
def test_a_chart_that_does_not_come_can_be_tried_again(open_lead: OpenLead) -> None:
    page = open_lead(may_fail=True)
    wait_for_charts(page)
    page.route("**/lead/charts/reasons.svg*", lambda route: route.abort())
    page.reload()
    failed = page.get_by_role("alert").filter(has_text="The chart did not load.")
    expect(failed).to_be_visible()
    page.unroute("**/lead/charts/reasons.svg*")
    page.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(0)
    wait_for_charts(page)


@pytest.mark.usefixtures("history")
def test_figures_that_were_left_open_are_marked_as_old(open_lead: OpenLead) -> None:
    page = open_lead("/sign-in", role=Role.LEAD)
    page.clock.install(time=datetime.now(UTC))
    page.goto(page.url.replace("/sign-in", "/lead"))
    age = page.locator("#as-of")
    expect(age).to_contain_text("as of 23:30 UTC")
    page.clock.fast_forward("06:00")
    expect(age).to_contain_text("may be out of date")
    expect(age.get_by_role("link", name="Refresh")).to_be_visible()


@pytest.mark.usefixtures("history")
def test_it_prints_on_few_pages(open_lead: OpenLead) -> None:
    page = open_lead()
    wait_for_charts(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pdf = page.pdf(path=SCREENSHOTS / "lead-print.pdf", format="A4")
    assert pdf.count(b"/Type /Page\n") <= 4


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_an_empty_range_offers_a_longer_one(open_lead: OpenLead, dark: bool) -> None:
    page = open_lead(dark=dark)
    expect(page.get_by_text("No conversation started")).to_be_visible()
    shoot(page, f"lead-empty-1440-{'dark' if dark else 'light'}")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Show 90 days").click()
    expect(page).to_have_url(re.compile("from=2026-08-23"))


def test_an_agent_is_told_whom_the_page_is_for(open_lead: OpenLead) -> None:
    page = open_lead(role=Role.AGENT, may_fail=True)
    expect(page.get_by_text("The report is for team leads")).to_be_visible()
    shoot(page, "lead-refused-1440-light")
    assert Axe().run(page).violations_count == 0
