"""The whole story, from a customer's question to the lead's report, over a kill of the server."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.real_service import PASSWORD, RealService, email_of, open_service
from tests.browser.widget_world import serve_host

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "How long does standard delivery take? My order is NL-20417."
RETURNS = "Can I return an unused lamp for a full refund?"
GUARANTEE = "For how many years does the guarantee last when I buy lamps from you?"
RECOVERY_MS = 30_000
OUTAGE = ("net::ERR_", "Failed to load resource")
REFUSED_CLAIM = "409 (Conflict)"


@dataclass
class Story:
    """The windows of everybody in it; what a browser complains of counts unless it was to come."""

    browser: Browser
    service: RealService
    host: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def open(self, address: str, *, session: str = "") -> Page:
        """Open a page in a window of its own."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800})
        self.contexts.append(context)
        if session:
            cookie = {"name": "assist_session", "value": session, "url": self.service.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("console", lambda message: self._note(message.text))
        page.on("pageerror", lambda error: self._note(str(error)))
        page.goto(address)
        return page

    def _note(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.complaints.append(text)

    def open_widget(self) -> Customer:
        address = f"{self.host}/?site={self.service.site_key}&page=en&home={self.service.url}"
        customer = Customer(self.open(address))
        customer.page.locator("button[aria-expanded]").click()
        customer.frame.locator("body[data-ready]").wait_for()
        return customer

    def sign_in(self, name: str) -> Agent:
        page = self.open(f"{self.service.url}/console")
        page.get_by_label("E-mail").fill(email_of(name))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#connection")).to_have_text("Live")
        return Agent(name, page)


@dataclass
class Customer:
    """The page of a shop with the widget in it."""

    page: Page

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def write(self, text: str) -> None:
        self.frame.locator(".composer textarea").fill(text)
        self.frame.locator(".composer textarea").press("Enter")

    def ask_for_person(self) -> None:
        self.frame.locator(".composer .person").click()
        expect(self.frame.locator("header p")).to_have_text("Waiting for a person")
        expect(self.frame.locator(".status")).to_contain_text("You are next in line.")

    def expect_said(self, kind: str, *texts: str) -> None:
        """Expect bubbles of one kind that hold these texts, in order, and no others."""
        bubbles = self.frame.locator(f".{kind} .bubble")
        expect(bubbles).to_contain_text(list(texts), timeout=RECOVERY_MS)
        expect(bubbles).to_have_count(len(texts))

    @property
    def conversation_id(self) -> str:
        slot = "Object.keys(localStorage).find(name => name.startsWith('bpo-assist:'))"
        stored: dict[str, Any] = self.page.evaluate(f"JSON.parse(localStorage[{slot}])")
        assert stored["pending"] == []
        found: str = stored["id"]
        return found


@dataclass
class Agent:
    """An agent's console."""

    name: str
    page: Page

    def open_only_row(self) -> None:
        self.page.locator("#queue-list a.row").click()
        expect(self.page.locator(".state-tag")).to_have_text("Waiting")

    def start_claim(self) -> None:
        self.page.locator("[data-action=claim]").evaluate("button => button.click()")

    @property
    def has_it(self) -> bool:
        expect(self.page.locator(".state-tag")).to_have_text(re.compile("^With "))
        return self.page.locator(".state-tag").inner_text() == "With you"

    def insert_suggestion(self) -> str:
        expect(self.page.locator("#suggestion")).to_have_attribute("data-state", "ready")
        self.button("Insert").click()
        return self.page.locator("#draft").input_value()

    def add_and_send(self, text: str) -> None:
        self.page.locator("#draft").press("End")
        self.page.locator("#draft").press_sequentially(text)
        self.page.locator("#draft").press("Control+Enter")

    def expect_message(self, text: str) -> None:
        expect(self.page.locator(".message").filter(has_text=text)).to_have_count(1)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def act(self, name: str, **fields: str) -> None:
        """Take an action that asks in a dialog first."""
        self.button(name).click()
        dialog = self.page.get_by_role("dialog")
        if "disposition" in fields:
            dialog.get_by_label("Disposition").select_option(label=fields["disposition"])
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog).to_have_count(0)


@pytest.fixture
def story(chromium: Browser, tmp_path: Path) -> Iterator[Story]:
    with serve_host() as host:
        origin = f"http://localhost:{host.server_address[1]}"
        with open_service(tmp_path, origin) as service:
            opened = Story(chromium, service, origin)
            yield opened
            for context in opened.contexts:
                context.close()
    assert opened.complaints == []


def test_from_the_first_question_to_the_report(story: Story) -> None:
    customer = story.open_widget()
    ask(customer)
    ana, ben = story.sign_in("Ana"), story.sign_in("Ben")
    agent = claim_at_once(story, ana, ben)
    reply_with_suggestion(customer, agent)
    go_through_an_outage(story, customer, agent)
    hand_back(customer, agent)
    resolve_and_rate(customer, agent)
    check_messages(story, customer, agent)
    check_report(story)


def ask(customer: Customer) -> None:
    customer.write(QUESTION)
    customer.expect_said("assistant", "Hello", "3 to 5 working days")
    customer.frame.get_by_role("button", name="Source 1: Standard delivery").click()
    expect(customer.frame.locator("blockquote")).to_contain_text("3 to 5 working days")
    customer.ask_for_person()
    customer.write(RETURNS)
    customer.expect_said("mine", QUESTION, RETURNS)


def claim_at_once(story: Story, first: Agent, second: Agent) -> Agent:
    """Let two agents claim in the same moment; return the one who got it."""
    story.expected = (REFUSED_CLAIM,)
    for agent in (first, second):
        expect(agent.page.locator("#queue-list a.row")).to_contain_text("Asked for a person")
        agent.open_only_row()
        expect(agent.page.locator("#background")).to_contain_text("NL-20417")
        expect(agent.page.locator("#background")).to_contain_text("3 to 5 working days")
    for agent in (first, second):
        agent.start_claim()
    winner, loser = (first, second) if first.has_it else (second, first)
    assert winner.has_it
    expect(loser.page.locator("#notices")).to_contain_text(f"Taken by {winner.name}.")
    expect(loser.page.locator(".state-tag")).to_have_text(f"With {winner.name}")
    expect(loser.page.locator("#draft")).to_be_disabled()
    story.expected = ()
    return winner


def reply_with_suggestion(customer: Customer, agent: Agent) -> None:
    expect(customer.frame.locator("header p")).to_have_text(f"{agent.name} is with you")
    assert "within 30 days" in agent.insert_suggestion()
    agent.add_and_send(" We collect it, too.")
    agent.expect_message("We collect it, too.")
    customer.expect_said("agent", "We collect it, too.")
    expect(customer.frame.locator(".agent .bubble")).to_contain_text("within 30 days")


def go_through_an_outage(story: Story, customer: Customer, agent: Agent) -> None:
    """Kill the server; what is written meanwhile arrives once, and nobody reloads a page."""
    story.expected = OUTAGE
    story.service.kill()
    expect(agent.page.locator("#connection")).to_contain_text("reconnecting")
    customer.write("Will somebody ring me?")
    expect(customer.frame.locator(".mine .fault")).to_contain_text("Not sent.")
    agent.page.locator("#draft").fill("The driver rings you before.")
    agent.page.locator("#draft").press("Control+Enter")
    expect(agent.page.locator("#above-composer")).to_contain_text("Your text is kept.")
    story.service.start()
    expect(agent.page.locator("#connection")).to_have_text("Live", timeout=RECOVERY_MS)
    customer.expect_said("mine", QUESTION, RETURNS, "Will somebody ring me?")
    expect(customer.frame.locator(".mine .fault")).to_have_count(0)
    expect(customer.frame.locator(".status")).to_be_hidden()
    story.expected = ()
    agent.expect_message("Will somebody ring me?")
    agent.button("Send again").click()
    agent.expect_message("The driver rings you before.")
    customer.expect_said("agent", "We collect it, too.", "The driver rings you before.")


def hand_back(customer: Customer, agent: Agent) -> None:
    agent.act("Hand back")
    expect(customer.frame.locator("header p")).to_have_text("AI assistant")
    customer.write(GUARANTEE)
    customer.expect_said("assistant", "Hello", "3 to 5 working days", "5 years")
    agent.expect_message("a guarantee of 5 years")


def resolve_and_rate(customer: Customer, agent: Agent) -> None:
    customer.ask_for_person()
    agent.button("Claim").click()
    expect(customer.frame.locator("header p")).to_have_text(f"{agent.name} is with you")
    agent.act("Resolve", disposition="Action taken")
    expect(customer.frame.locator("header p")).to_have_text("Conversation closed")
    customer.frame.get_by_role("radio", name="5 of 5").check(force=True)
    customer.frame.get_by_placeholder("Anything to add?").fill("Quick help")
    customer.frame.get_by_role("button", name="Send rating").click()
    expect(customer.frame.get_by_text("Thank you for your rating.")).to_be_visible()


def check_messages(story: Story, customer: Customer, agent: Agent) -> None:
    """Nothing is lost, nothing is doubled, no sequence is missing."""
    conversation = f"{story.service.url}/v1/conversations/{customer.conversation_id}"
    headers = {"Authorization": f"Bearer {story.service.session_of(agent.name)}"}
    page = httpx.get(f"{conversation}/messages?limit=200", headers=headers).raise_for_status()
    messages = page.json()["items"]
    assert [each["sequence"] for each in messages] == list(range(1, len(messages) + 1))
    said = [each["text"] for each in messages if each["author"] == "customer"]
    assert said == [QUESTION, RETURNS, "Will somebody ring me?", GUARANTEE]
    assert sum(each["author"] == "agent" for each in messages) == 2
    shown = agent.page.locator(".message").evaluate_all(
        "messages => messages.map(each => Number(each.dataset.sequence))"
    )
    assert shown == [each["sequence"] for each in messages]


def check_report(story: Story) -> None:
    secret = story.service.session_of("Lee")
    page = story.open(f"{story.service.url}/lead", session=secret)
    tiles = page.locator(".tile")
    expect(tiles.filter(has_text="Rating of people")).to_contain_text("5.0")
    expect(tiles.filter(has_text="Handed to people")).to_contain_text("100 %")
    headers = {"Authorization": f"Bearer {secret}"}
    table = httpx.get(f"{story.service.url}/v1/reports/conversations.csv", headers=headers)
    [row] = csv.DictReader(io.StringIO(table.raise_for_status().text.lstrip("\ufeff")))
    assert (row["rating"], row["disposition"]) == ("5", "action taken")
