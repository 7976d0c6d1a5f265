"""The console in a real browser: what an agent does with one conversation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from assist.domain.conversation import ConversationState
from assist.services.desk import actor_of
from tests.browser.console_desk import (
    GOODWILL,
    QUESTION,
    Console,
    Desk,
    check,
    click,
    click_in_dialog,
    lose_first_answer,
    message,
    reply_box,
    row,
    rows,
    shoot,
    state_tag,
)

pytestmark = pytest.mark.browser


def test_a_claimed_conversation_is_the_agents_and_a_reply_reaches_the_customer(
    console: Console, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    page = console.open(desk.ana)
    row(page, "Maya").click()
    expect(message(page, QUESTION)).to_be_visible()
    click(page, "Claim")
    expect(state_tag(page)).to_have_text("With you")
    reply_box(page).fill("Hello Maya, it takes 3 days.")
    page.keyboard.press("Control+Enter")
    expect(message(page, "Hello Maya, it takes 3 days.")).to_contain_text("You")
    expect(reply_box(page)).to_have_value("")
    assert desk.said(conversation)[-1] == "Hello Maya, it takes 3 days."


def test_of_two_agents_who_claim_at_once_one_is_told_who_was_first(
    console: Console, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    ben = console.open(desk.ben, f"/console?open={conversation.id}")

    def be_second(route: Route) -> None:
        desk.claim(conversation, desk.ana)
        route.continue_()

    ben.route("**/claim", be_second)
    click(ben, "Claim")
    expect(ben.locator("#notices")).to_contain_text("Taken by Ana Ruiz.")
    expect(state_tag(ben)).to_have_text("With Ana Ruiz")
    expect(reply_box(ben)).to_be_disabled()
    expect(ben.locator("#composer-hint")).to_contain_text("Ana Ruiz has this conversation")


def test_a_note_is_marked_internal_and_never_reaches_the_customer(
    console: Console, desk: Desk
) -> None:
    conversation, page = console.with_waiting(QUESTION)
    page.get_by_role("tab", name="Note").click()
    reply_box(page).fill("She called yesterday.")
    click(page, "Add note")
    expect(message(page, "She called yesterday.")).to_contain_text("Internal note")
    assert "She called yesterday." not in desk.said(conversation)


def test_a_draft_that_names_another_client_is_stopped_with_its_words(console: Console) -> None:
    _, page = console.with_claimed(QUESTION)
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
    console: Console, desk: Desk
) -> None:
    conversation, page = console.with_claimed(QUESTION)
    reply_box(page).fill(GOODWILL)
    click(page, "Send reply")
    stopped = page.locator("#above-composer").get_by_role("alert")
    expect(stopped).to_contain_text("agents may offer")
    check(page, "console-stopped-1440-light")
    stopped.get_by_role("button", name="I have checked it: send").click()
    expect(message(page, "agents may offer")).to_be_visible()
    assert desk.said(conversation)[-1] == GOODWILL


def test_after_the_hand_back_the_assistant_answers_again(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
    click(page, "Hand back")
    click_in_dialog(page, "Hand back")
    expect(state_tag(page)).to_have_text("With the AI assistant")
    expect(reply_box(page)).to_be_disabled()
    desk.say(conversation, "One more thing: is it free?")
    expect(page.locator(".message[data-author=assistant]").last).to_be_visible()


def test_a_transfer_goes_to_a_colleague_with_a_note(console: Console) -> None:
    _, page = console.with_claimed(QUESTION)
    click(page, "Transfer")
    dialog = page.get_by_role("dialog")
    option = dialog.locator("option").filter(has_text="Ben Adeyemi")
    dialog.get_by_label("To").select_option(option.get_attribute("value"))
    dialog.get_by_label("Note").fill("You know her case.")
    dialog.get_by_role("button", name="Transfer").click()
    expect(state_tag(page)).to_have_text("With Ben Adeyemi")
    expect(message(page, "You know her case.")).to_contain_text("Internal note")


def test_a_resolved_conversation_keeps_its_disposition_and_can_be_reopened(
    console: Console,
) -> None:
    _, page = console.with_claimed(QUESTION)
    click(page, "Resolve")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Disposition").select_option(label="Action taken")
    dialog.get_by_label("Wrap-up note").fill("Sent a new lamp.")
    dialog.get_by_role("button", name="Resolve").click()
    expect(state_tag(page)).to_have_text("Resolved: action taken")
    expect(rows(page)).to_have_count(0)
    page.get_by_role("link", name="Resolved").click()
    expect(row(page, "Maya")).to_be_visible()
    click(page, "Reopen")
    expect(state_tag(page)).to_have_text("With you")


def test_a_reply_that_did_not_arrive_is_kept_and_sent_once(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
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


def test_a_draft_waits_in_its_conversation(console: Console, desk: Desk) -> None:
    desk.wait("Maya", QUESTION)
    desk.wait("Omar", "Hello?")
    page = console.open(desk.ana)
    row(page, "Maya").click()
    expect(message(page, QUESTION)).to_be_visible()
    reply_box(page).fill("Hello Maya")
    row(page, "Omar").click()
    expect(reply_box(page)).to_have_value("")
    row(page, "Maya").click()
    expect(reply_box(page)).to_have_value("Hello Maya")


def test_a_conversation_is_taken_back_from_the_client_company(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
    click(page, "Escalate")
    page.get_by_role("dialog").get_by_label("What do you need").fill("May we pay it back?")
    click_in_dialog(page, "Escalate")
    expect(state_tag(page)).to_contain_text("Waiting on Northern Lamps")
    expect(page.get_by_role("dialog")).to_have_count(0)
    shoot(page, "console-escalated-1440-light")
    click(page, "Take back")
    expect(state_tag(page)).to_have_text("With you")
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    stored, _ = desk.kept(conversation)
    assert stored.state is ConversationState.WITH_AGENT
    assert stored.assignee == desk.ana.id
    assert stored.escalation is None


def test_a_note_whose_answer_was_lost_is_stored_once(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
    keys = lose_first_answer(page, "**/notes")
    page.get_by_role("tab", name="Note").click()
    reply_box(page).fill("She called yesterday.")
    click(page, "Add note")
    click(page, "Send again")
    expect(reply_box(page)).to_have_value("")
    expect(message(page, "She called yesterday.")).to_have_count(1)
    reply_box(page).fill("She called yesterday.")
    click(page, "Add note")
    expect(message(page, "She called yesterday.")).to_have_count(2)
    _, messages = desk.kept(conversation)
    assert [each.text for each in messages].count("She called yesterday.") == 2
    assert keys[0]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("action", "path", "note", "state"),
    [
        ("Transfer", "transfer", "Note", "Waiting"),
        ("Hand back", "handback", "Note", "With the AI assistant"),
        ("Escalate", "escalate", "What do you need", "Waiting on Northern Lamps"),
        ("Resolve", "resolve", "Wrap-up note", "Resolved"),
    ],
)
def test_an_action_whose_answer_was_lost_is_done_once_when_it_is_asked_for_again(
    console: Console, desk: Desk, action: str, path: str, note: str, state: str
) -> None:
    conversation, page = console.with_claimed(QUESTION)
    keys = lose_first_answer(page, f"**/{path}")
    click(page, action)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(note).fill("You know her case.")
    click_in_dialog(page, action)
    expect(dialog.get_by_role("alert")).to_have_text("The service cannot be reached.")
    shoot(page, f"console-{path}-unanswered")
    done = desk.kept(conversation)
    click_in_dialog(page, action)
    expect(dialog).to_have_count(0)
    expect(state_tag(page)).to_contain_text(state)
    assert desk.kept(conversation) == done
    assert keys[0]
    assert keys[0] == keys[1]


def test_a_reopening_whose_answer_was_lost_is_done_once_though_the_console_is_cut_off(
    console: Console, desk: Desk
) -> None:
    conversation = desk.wait("Maya", QUESTION)
    desk.claim(conversation, desk.ana)
    desk.container.desk.resolve(conversation, actor_of(desk.ana))
    page = console.open(desk.ana, f"/console?open={conversation.id}")
    expect(state_tag(page)).to_contain_text("Resolved")
    cut_off(page)
    keys = lose_first_answer(page, "**/reopen")
    click(page, "Reopen")
    expect(page.locator("#notices")).to_contain_text("The service cannot be reached.")
    done = desk.kept(conversation)
    with page.expect_response("**/reopen") as response:
        click(page, "Reopen")
    assert response.value.ok
    page.unroute("**/v1/desk/conversations/*")
    page.reload()
    expect(state_tag(page)).to_have_text("With you")
    assert desk.kept(conversation) == done
    assert keys[0]
    assert keys[0] == keys[1]


def test_the_same_action_later_is_another_one(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
    keys = lose_first_answer(page, "**/resolve")
    click(page, "Resolve")
    click_in_dialog(page, "Resolve")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    click_in_dialog(page, "Resolve")
    click(page, "Reopen")
    click(page, "Resolve")
    click_in_dialog(page, "Resolve")
    expect(state_tag(page)).to_contain_text("Resolved")
    expect(page.get_by_role("dialog")).to_have_count(0)
    stored, _ = desk.kept(conversation)
    assert stored.state is ConversationState.RESOLVED
    assert stored.reopened == 1
    assert keys[0] == keys[1] != keys[2]


def cut_off(page: Page) -> None:
    """Let the console learn nothing of what changes."""
    page.route("**/v1/desk/events", lambda route: route.abort())
    page.reload()
    expect(state_tag(page)).to_be_visible()
    page.route("**/v1/desk/conversations/*", lambda route: route.abort())
