"""The console in a real browser: suggested replies, canned responses and knowledge."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.console_desk import (
    QUESTION,
    Console,
    Desk,
    click,
    confirm_internal,
    message,
    reply_box,
    suggested,
)

pytestmark = pytest.mark.browser


def test_a_suggestion_is_inserted_edited_and_sent(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
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


def test_on_a_phone_an_inserted_suggestion_is_shown_where_it_is_sent(console: Console) -> None:
    _, page = console.with_claimed(QUESTION, width=390, height=844)
    click(page, "Assist")
    suggested(page)
    click(page, "Insert")
    confirm_internal(page)
    expect(reply_box(page)).to_be_visible()
    expect(reply_box(page)).not_to_have_value("")


def test_a_rejected_suggestion_is_recorded_with_its_reason(console: Console) -> None:
    _, page = console.with_claimed(QUESTION)
    suggested(page)
    click(page, "Reject")
    with page.expect_response("**/outcome") as response:
        click(page, "Tone")
    sent = response.value.request.post_data_json
    assert sent == {"outcome": "rejected", "reason": "tone"}
    assert response.value.ok
    expect(page.locator("#suggestion-status")).to_contain_text("Rejected")


def test_a_suggestion_is_renewed_after_a_new_message_but_not_while_it_is_edited(
    console: Console, desk: Desk
) -> None:
    conversation, page = console.with_claimed(QUESTION)
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


def test_a_canned_response_asks_for_the_slots_that_are_missing(console: Console) -> None:
    _, page = console.with_waiting(QUESTION)
    page.get_by_role("tab", name="Canned").click()
    page.get_by_role("button", name="Insert Late delivery").click()
    page.get_by_role("dialog").get_by_label("Order number").fill("NL-1001")
    page.keyboard.press("Enter")
    expect(reply_box(page)).to_have_value("Hello Maya, your order NL-1001 is on its way.")
    expect(reply_box(page)).to_be_focused()


def test_internal_passages_are_marked_and_pasted_only_after_a_warning(console: Console) -> None:
    _, page = console.with_waiting(QUESTION)
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


def test_a_suggestion_can_be_sent_as_it_is_in_another_style(console: Console, desk: Desk) -> None:
    conversation, page = console.with_claimed(QUESTION)
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


def test_steps_of_a_cited_procedure_stay_ticked(console: Console) -> None:
    _, page = console.with_claimed("My lamp is missing: can you trace the delivery?")
    step = page.get_by_label("Confirm the order number.")
    step.check()
    expect(page.locator("#checklist")).to_contain_text("1 of 3")
    page.reload()
    expect(step).to_be_checked()
