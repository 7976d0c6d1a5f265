"""The agents' console in a real browser: the queue, claims, replies, suggestions and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from assist.domain.conversation import ConversationState
from assist.domain.people import Role, User
from tests.api.installation import NORTH, SOUTH, Installation
from tests.browser.console_desk import GOODWILL, Desk, open_desk
from tests.people_fakes import PASSWORD

pytestmark = pytest.mark.browser

OpenConsole = Callable[..., Page]
SCREENSHOTS = Path("build/test-screenshots")
QUESTION = "How long does delivery take?"


@pytest.fixture
def desk(installation: Installation) -> Iterator[Desk]:
    opened = open_desk(installation)
    yield opened
    opened.site.stop()


@pytest.fixture
def open_console(chromium: Browser, desk: Desk) -> Iterator[OpenConsole]:
    """Open the console as a user, in a window of their own, which must not complain."""
    complaints: list[str] = []
    contexts = []

    def open_console(
        user: User | None,
        path: str = "/console",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user:
            _, secret = desk.container.sessions.sign_in(user.email, PASSWORD)
            context.add_cookies([{"name": "assist_session", "value": secret, "url": desk.site.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(desk.site.url + path)
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_console
    for context in contexts:
        context.close()
    # The browser itself logs a refused request as an error.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def rows(page: Page) -> Locator:
    return page.locator("#queue-list a.row")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has_text=name)


def message(page: Page, text: str) -> Locator:
    return page.locator(".message").filter(has_text=text)


def reply_box(page: Page) -> Locator:
    return page.locator("#draft")


def suggested(page: Page) -> Locator:
    """Wait for a finished suggestion."""
    expect(page.locator("#suggestion")).to_have_attribute("data-state", "ready")
    return page.locator("#suggestion-text")


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_signing_in_leads_back_to_where_one_wanted_to_go(
    open_console: OpenConsole, desk: Desk
) -> None:
    page = open_console(None, "/console?view=mine")
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


def test_after_signing_in_no_other_site_is_opened(open_console: OpenConsole, desk: Desk) -> None:
    page = open_console(None, "/sign-in?next=https://evil.example/console")
    page.get_by_label("E-mail").fill(desk.ana.email)
    page.get_by_label("Password").fill(PASSWORD)
    click(page, "Sign in")
    expect(page).to_have_url(desk.site.url + "/console")


def test_the_queue_shows_who_waits_at_every_client_and_can_be_filtered(
    open_console: OpenConsole, desk: Desk
) -> None:
    desk.wait("Maya", QUESTION)
    desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = open_console(desk.ana)
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


def test_an_agent_sees_nothing_of_a_client_that_is_not_theirs(
    open_console: OpenConsole, desk: Desk
) -> None:
    desk.wait("Maya", QUESTION)
    other = desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = open_console(desk.ben, f"/console?open={other.id}")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("There is no such conversation among your clients.")).to_be_visible()


def test_a_claimed_conversation_is_the_agents_and_a_reply_reaches_the_customer(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana)
    row(page, "Maya").click()
    expect(message(page, QUESTION)).to_be_visible()
    click(page, "Claim")
    expect(page.locator(".state-tag")).to_have_text("With you")
    reply_box(page).fill("Hello Maya, it takes 3 days.")
    page.keyboard.press("Control+Enter")
    expect(message(page, "Hello Maya, it takes 3 days.")).to_contain_text("You")
    expect(reply_box(page)).to_have_value("")
    assert desk.said(conversation)[-1] == "Hello Maya, it takes 3 days."


def test_of_two_agents_who_claim_at_once_one_is_told_who_was_first(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    ben = open_console(desk.ben, f"/console?open={conversation.id}")

    def be_second(route: Route) -> None:
        desk.claim(conversation, desk.ana)
        route.continue_()

    ben.route("**/claim", be_second)
    click(ben, "Claim")
    expect(ben.locator("#notices")).to_contain_text("Taken by Ana Ruiz.")
    expect(ben.locator(".state-tag")).to_have_text("With Ana Ruiz")
    expect(reply_box(ben)).to_be_disabled()
    expect(ben.locator("#composer-hint")).to_contain_text("Ana Ruiz has this conversation")


def test_new_messages_come_live_and_unread_ones_are_marked(
    open_console: OpenConsole, desk: Desk
) -> None:
    first, second = desk.wait("Maya", QUESTION), desk.wait("Omar", "Hello?")
    desk.claim(first, desk.ana)
    desk.claim(second, desk.ana)
    page = open_console(desk.ana, f"/console?view=mine&open={first.id}")
    expect(message(page, QUESTION)).to_be_visible()
    desk.say(first, "Are you there?")
    expect(message(page, "Are you there?")).to_be_visible()
    desk.say(second, "I am still waiting.")
    expect(row(page, "Omar").get_by_text("New")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    row(page, "Omar").click()
    expect(message(page, "I am still waiting.")).to_be_visible()
    expect(row(page, "Omar").get_by_text("New")).to_have_count(0)


def test_a_note_is_marked_internal_and_never_reaches_the_customer(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    page.get_by_role("tab", name="Note").click()
    reply_box(page).fill("She called yesterday.")
    click(page, "Add note")
    expect(message(page, "She called yesterday.")).to_contain_text("Internal note")
    assert "She called yesterday." not in desk.said(conversation)


def test_a_suggestion_is_inserted_edited_and_sent(open_console: OpenConsole, desk: Desk) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    expect(suggested(page)).to_contain_text("3 to 5 working days")
    expect(page.locator("#suggestion-sources")).to_contain_text("Delivery")
    reply_box(page).fill("Hi Maya,")
    page.keyboard.press("Alt+i")
    confirm_internal(page)
    expect(reply_box(page)).to_have_value(re.compile(r"^Hi Maya,\n\n.*3 to 5 working", re.DOTALL))
    reply_box(page).press_sequentially(" Kind regards")
    page.keyboard.press("Control+Enter")
    expect(message(page, "Kind regards")).to_be_visible()
    assert "Kind regards" in desk.said(conversation)[-1]
    expect(page.locator("#suggestion-status")).to_have_text("Reply sent.")


def confirm_internal(page: Page) -> None:
    """Confirm the warning, which comes when internal knowledge was used."""
    if page.locator("#suggestion-more .tag").count():
        page.get_by_role("dialog").get_by_role("button", name="Insert anyway").click()


def test_on_a_phone_an_inserted_suggestion_is_shown_where_it_is_sent(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}", width=390, height=844)
    click(page, "Assist")
    suggested(page)
    click(page, "Insert")
    confirm_internal(page)
    expect(reply_box(page)).to_be_visible()
    expect(reply_box(page)).not_to_have_value("")


def test_a_rejected_suggestion_is_recorded_with_its_reason(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    suggested(page)
    click(page, "Reject")
    with page.expect_response("**/outcome") as response:
        click(page, "Tone")
    assert response.value.json()["outcome"] == "rejected" or response.value.ok
    expect(page.locator("#suggestion-status")).to_contain_text("Rejected")


def test_a_suggestion_is_renewed_after_a_new_message_but_not_while_it_is_edited(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    suggested(page)
    with page.expect_request("**/suggestions"):
        desk.say(conversation, "And on which days?")
    suggested(page)
    reply_box(page).fill("Let me look.")
    desk.say(conversation, "Hello?")
    expect(page.locator("#suggestion")).to_have_attribute("data-state", "stale")
    expect(page.get_by_role("button", name="Update")).to_be_visible()
    page.wait_for_timeout(1200)
    expect(page.locator("#suggestion")).to_have_attribute("data-state", "stale")
    expect(reply_box(page)).to_have_value("Let me look.")


def test_a_canned_response_asks_for_the_slots_that_are_missing(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    page.get_by_role("tab", name="Canned").click()
    page.get_by_role("button", name="Insert Late delivery").click()
    page.get_by_role("dialog").get_by_label("Order number").fill("NL-1001")
    page.keyboard.press("Enter")
    expect(reply_box(page)).to_have_value("Hello Maya, your order NL-1001 is on its way.")
    expect(reply_box(page)).to_be_focused()


def test_internal_passages_are_marked_and_pasted_only_after_a_warning(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    expect(message(page, QUESTION)).to_be_visible()
    page.keyboard.press("/")
    page.get_by_label("Search the client's knowledge").fill("goodwill credit")
    card = page.locator("#knowledge-list .card").filter(has_text="Goodwill").first
    expect(card).to_contain_text("internal")
    card.get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(reply_box(page)).to_have_value("")
    card.get_by_role("button").click()
    dialog.get_by_role("button", name="Insert anyway").click()
    expect(reply_box(page)).to_have_value(re.compile("up to £20"))


def test_a_draft_that_names_another_client_is_stopped_with_its_words(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    reply_box(page).fill("Thank you for choosing Southern Sails!")
    click(page, "Send reply")
    stopped = page.locator("#above-composer").get_by_role("alert")
    expect(stopped).to_contain_text("Southern Sails")
    expect(stopped.get_by_role("button")).to_have_count(0)
    expect(reply_box(page)).to_have_value("Thank you for choosing Southern Sails!")
    reply_box(page).fill("Thank you for choosing us!")
    expect(stopped).to_have_count(0)
    click(page, "Send reply")
    expect(message(page, "Thank you for choosing us!")).to_be_visible()


def test_internal_words_are_sent_only_when_the_agent_confirms_them(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    reply_box(page).fill(GOODWILL)
    click(page, "Send reply")
    stopped = page.locator("#above-composer").get_by_role("alert")
    expect(stopped).to_contain_text("agents may offer")
    check(page, "console-stopped-1440-light")
    stopped.get_by_role("button", name="I have checked it: send").click()
    expect(message(page, "agents may offer")).to_be_visible()
    assert desk.said(conversation)[-1] == GOODWILL


def test_a_suggestion_can_be_sent_as_it_is_in_another_style(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    suggested(page)
    reply_box(page).fill("My own words stay.")
    click(page, "Again")
    with page.expect_response("**/suggestions") as response:
        click(page, "Shorter")
    assert response.value.request.post_data_json == {"style": "shorter", "again": True}
    text = suggested(page).inner_text()
    click(page, "Send")
    if page.get_by_role("dialog").count():
        confirm_internal(page)
    expect(page.locator("#suggestion-status")).to_have_text("Reply sent.")
    assert desk.said(conversation)[-1].split() == text.split()
    expect(reply_box(page)).to_have_value("My own words stay.")


def test_after_the_hand_back_the_assistant_answers_again(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    click(page, "Hand back")
    page.get_by_role("dialog").get_by_role("button", name="Hand back").click()
    expect(page.locator(".state-tag")).to_have_text("With the AI assistant")
    expect(reply_box(page)).to_be_disabled()
    desk.say(conversation, "One more thing: is it free?")
    expect(page.locator(".message[data-author=assistant]").last).to_be_visible()


def test_a_transfer_goes_to_a_colleague_with_a_note(open_console: OpenConsole, desk: Desk) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    click(page, "Transfer")
    dialog = page.get_by_role("dialog")
    option = dialog.locator("option").filter(has_text="Ben Adeyemi")
    dialog.get_by_label("To").select_option(option.get_attribute("value"))
    dialog.get_by_label("Note").fill("You know her case.")
    dialog.get_by_role("button", name="Transfer").click()
    expect(page.locator(".state-tag")).to_have_text("With Ben Adeyemi")
    expect(message(page, "You know her case.")).to_contain_text("Internal note")


def test_a_resolved_conversation_keeps_its_disposition_and_can_be_reopened(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    click(page, "Resolve")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Disposition").select_option(label="Action taken")
    dialog.get_by_label("Wrap-up note").fill("Sent a new lamp.")
    dialog.get_by_role("button", name="Resolve").click()
    expect(page.locator(".state-tag")).to_have_text("Resolved: action taken")
    expect(rows(page)).to_have_count(0)
    page.get_by_role("link", name="Resolved").click()
    expect(row(page, "Maya")).to_be_visible()
    click(page, "Reopen")
    expect(page.locator(".state-tag")).to_have_text("With you")


def test_a_reply_that_did_not_arrive_is_kept_and_sent_once(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    expect(message(page, QUESTION)).to_be_visible()
    keys: list[str] = []
    page.on(
        "request",
        lambda request: (
            keys.append(request.headers["idempotency-key"])
            if request.url.endswith("/reply")
            else None
        ),
    )
    page.route("**/reply", lambda route: route.abort())
    reply_box(page).fill("It takes 3 days.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#above-composer")).to_contain_text("Not sent.")
    page.reload()
    expect(reply_box(page)).to_have_value("It takes 3 days.")
    page.unroute("**/reply")
    click(page, "Send again")
    expect(message(page, "It takes 3 days.")).to_be_visible()
    assert keys[0] == keys[1]
    assert desk.said(conversation).count("It takes 3 days.") == 1


def test_a_draft_waits_in_its_conversation(open_console: OpenConsole, desk: Desk) -> None:
    desk.wait("Maya", QUESTION)
    desk.wait("Omar", "Hello?")
    page = open_console(desk.ana)
    row(page, "Maya").click()
    expect(message(page, QUESTION)).to_be_visible()
    reply_box(page).fill("Hello Maya")
    row(page, "Omar").click()
    expect(reply_box(page)).to_have_value("")
    row(page, "Maya").click()
    expect(reply_box(page)).to_have_value("Hello Maya")


def test_everything_can_be_done_by_keyboard(open_console: OpenConsole, desk: Desk) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.wait("Omar", "Hello?")
    page = open_console(desk.ana)
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(message(page, QUESTION)).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".state-tag")).to_have_text("With you")
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
    expect(page.locator(".state-tag")).to_have_text(re.compile("^Resolved"))
    stored = desk.container.conversations.find_conversation(NORTH, conversation.id)
    assert stored
    assert stored.state is ConversationState.RESOLVED


def test_single_letters_can_be_switched_off(open_console: OpenConsole, desk: Desk) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    expect(message(page, QUESTION)).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Single letters are shortcuts").uncheck()
    click(page, "Done")
    page.keyboard.press("r")
    expect(reply_box(page)).not_to_be_focused()


def test_a_trainer_may_read_but_not_work(
    open_console: OpenConsole, desk: Desk, installation: Installation
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    trainer = installation.add_user(Role.TRAINER, NORTH, name="Tess")
    page = open_console(trainer, f"/console?open={conversation.id}")
    expect(message(page, QUESTION)).to_be_visible()
    expect(page.get_by_text("Replying needs the role agent or lead.")).to_be_visible()
    expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    expect(page.locator("#suggestion")).to_be_hidden()


def test_after_a_restart_the_console_goes_on_by_itself(
    open_console: OpenConsole, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    expect(page.locator("#connection")).to_have_text("Live")
    desk.site.stop()
    expect(page.locator("#connection")).to_contain_text("reconnecting")
    desk.say(conversation, "Written while the desk was away.")
    desk.wait("Omar", "Hello?")
    desk.site.start()
    expect(page.locator("#connection")).to_have_text("Live", timeout=15_000)
    expect(message(page, "Written while the desk was away.")).to_have_count(1)
    expect(row(page, "Omar")).to_be_visible()


def test_steps_of_a_cited_procedure_stay_ticked(open_console: OpenConsole, desk: Desk) -> None:
    conversation = desk.wait("Maya", "My lamp is missing: can you trace the delivery?")
    desk.claim(conversation, desk.ana)
    page = open_console(desk.ana, f"/console?open={conversation.id}")
    step = page.get_by_label("Confirm the order number.")
    step.check()
    expect(page.locator("#checklist")).to_contain_text("1 of 3")
    page.reload()
    expect(step).to_be_checked()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_the_console_fits_and_is_accessible(
    open_console: OpenConsole, desk: Desk, width: int, height: int, dark: bool
) -> None:
    conversation = desk.wait("Maya", QUESTION, "I am angry! My order NL-1001 is late.")
    desk.claim(conversation, desk.ana)
    desk.wait("Peter", "My sail is torn.", client_id=SOUTH)
    page = open_console(desk.ana, width=width, height=height, dark=dark)
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
def test_the_sign_in_page_is_accessible(open_console: OpenConsole, dark: bool) -> None:
    check(open_console(None, "/sign-in", dark=dark), f"sign-in-{'dark' if dark else 'light'}")


def check(page: Page, name: str) -> None:
    """Take a screenshot; nothing may overflow, and axe may find nothing."""
    shoot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
