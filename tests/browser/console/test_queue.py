"""The console in a real browser: signing in, who waits, the keyboard, and how it looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from assist.domain.conversation import ConversationState
from assist.domain.people import Role
from tests.api.installation import NORTH, SOUTH, Installation
from tests.browser.console_desk import (
    QUESTION,
    Console,
    Desk,
    check,
    click,
    message,
    reply_box,
    row,
    rows,
    state_tag,
    suggested,
)
from tests.people_fakes import PASSWORD

pytestmark = pytest.mark.browser


def test_signing_in_leads_back_to_where_one_wanted_to_go(console: Console, desk: Desk) -> None:
    page = console.open(None, "/console?view=mine")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("E-mail").fill(desk.ana.email)
    page.get_by_label("Password").fill("not the password")
    click(page, "Sign in")
    expect(page.get_by_role("alert")).to_have_text("The e-mail or the password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(desk.site.url + "/console?view=mine")
    expect(page.locator("#user-name")).to_have_text("Ana Ruiz")
    click(page, "Sign out")
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto(desk.site.url + "/console")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_after_signing_in_no_other_site_is_opened(console: Console, desk: Desk) -> None:
    page = console.open(None, "/sign-in?next=https://evil.example/console")
    page.get_by_label("E-mail").fill(desk.ana.email)
    page.get_by_label("Password").fill(PASSWORD)
    click(page, "Sign in")
    expect(page).to_have_url(desk.site.url + "/console")


def test_the_queue_shows_who_waits_at_every_client_and_can_be_filtered(
    console: Console, desk: Desk
) -> None:
    desk.wait("Maya", QUESTION)
    desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = console.open(desk.ana)
    expect(rows(page)).to_have_count(2)
    expect(row(page, "Maya")).to_contain_text("Northern Lamps")
    expect(row(page, "Peter")).to_contain_text("Southern Sails")
    expect(row(page, "Maya").locator(".due")).to_have_text(re.compile(r"^\d+:\d\d$"))
    expect(page).to_have_title(re.compile(r"^\(2\)"))
    page.get_by_label("Client", exact=True).select_option(label="Southern Sails")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("client=south"))
    page.reload()
    expect(row(page, "Peter")).to_be_visible()
    expect(rows(page)).to_have_count(1)


def test_an_agent_sees_nothing_of_a_client_that_is_not_theirs(console: Console, desk: Desk) -> None:
    desk.wait("Maya", QUESTION)
    other = desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = console.open(desk.ben, f"/console?open={other.id}")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("There is no such conversation among your clients.")).to_be_visible()


def test_new_messages_come_live_and_unread_ones_are_marked(console: Console, desk: Desk) -> None:
    first, second = desk.wait("Maya", QUESTION), desk.wait("Omar", "Hello?")
    desk.claim(first, desk.ana)
    desk.claim(second, desk.ana)
    page = console.open(desk.ana, f"/console?view=mine&open={first.id}")
    expect(message(page, QUESTION)).to_be_visible()
    desk.say(first, "Are you there?")
    expect(message(page, "Are you there?")).to_be_visible()
    desk.say(second, "I am still waiting.")
    expect(row(page, "Omar").get_by_text("New")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    row(page, "Omar").click()
    expect(message(page, "I am still waiting.")).to_be_visible()
    expect(row(page, "Omar").get_by_text("New")).to_have_count(0)


def test_everything_can_be_done_by_keyboard(console: Console, desk: Desk) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.wait("Omar", "Hello?")
    page = console.open(desk.ana)
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(message(page, QUESTION)).to_be_visible()
    page.keyboard.press("t")
    expect(state_tag(page)).to_have_text("With you")
    page.keyboard.press("n")
    page.keyboard.type("jkt is only text here")
    page.keyboard.press("Control+Enter")
    expect(message(page, "jkt is only text here")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("It takes 3 days.")
    page.keyboard.press("Control+Enter")
    expect(message(page, "It takes 3 days.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Control+Enter")
    expect(state_tag(page)).to_have_text(re.compile("^Resolved"))
    stored = desk.container.conversations.find_conversation(NORTH, conversation.id)
    assert stored
    assert stored.state is ConversationState.RESOLVED


def test_single_letters_can_be_switched_off(console: Console) -> None:
    _, page = console.with_waiting(QUESTION)
    expect(message(page, QUESTION)).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Single letters are shortcuts").uncheck()
    click(page, "Done")
    page.keyboard.press("r")
    expect(reply_box(page)).not_to_be_focused()


def test_a_trainer_may_read_but_not_work(
    console: Console, desk: Desk, installation: Installation
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    trainer = installation.add_user(Role.TRAINER, NORTH, name="Tess")
    page = console.open(trainer, f"/console?open={conversation.id}")
    expect(message(page, QUESTION)).to_be_visible()
    expect(page.get_by_text("Replying needs the role agent or lead.")).to_be_visible()
    expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    expect(page.locator("#suggestion")).to_be_hidden()


def test_after_a_restart_the_console_goes_on_by_itself(console: Console, desk: Desk) -> None:
    conversation, page = console.with_waiting(QUESTION)
    expect(page.locator("#connection")).to_have_text("Live")
    desk.site.stop()
    expect(page.locator("#connection")).to_contain_text("reconnecting")
    desk.say(conversation, "Written while the desk was away.")
    desk.wait("Omar", "Hello?")
    desk.site.start()
    expect(page.locator("#connection")).to_have_text("Live", timeout=15_000)
    expect(message(page, "Written while the desk was away.")).to_have_count(1)
    expect(row(page, "Omar")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_the_console_fits_and_is_accessible(
    console: Console, desk: Desk, width: int, height: int, dark: bool
) -> None:
    conversation = desk.wait("Maya", QUESTION, "I am angry! My order NL-1001 is late.")
    desk.claim(conversation, desk.ana)
    desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = console.open(desk.ana, width=width, height=height, dark=dark)
    name = f"{width}-{'dark' if dark else 'light'}"
    expect(rows(page)).to_have_count(2)
    check(page, f"console-queue-{name}")
    row(page, "Maya").click()
    suggested(page)
    check(page, f"console-open-{name}")
    thread = page.locator("#thread")
    assert thread.evaluate("thread => thread.scrollWidth - thread.clientWidth") == 0
    if width < 900:
        click(page, "Assist")
        check(page, f"console-assist-{name}")
    for tab in ("Canned", "Knowledge"):
        page.get_by_role("tab", name=tab).click()
        check(page, f"console-{tab.lower()}-{name}")
    page.keyboard.press("e")
    page.get_by_role("dialog").wait_for()
    check(page, f"console-resolve-{name}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sign_in_page_is_accessible(console: Console, dark: bool) -> None:
    check(console.open(None, "/sign-in", dark=dark), f"sign-in-{'dark' if dark else 'light'}")
