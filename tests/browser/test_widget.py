"""Conversations in the widget, in a real browser on a page of another origin."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from assist.domain.conversation import Author, MessageDraft, Step
from assist.domain.exchange import RequestKey
from assist.services.desk import actor_of
from knowledge_base.models import Audience
from tests.api.installation import NORTH, NOW, Installation
from tests.browser.widget_visit import SLOT, STARTER, Customers, Visit
from tests.browser.widget_world import CLOSED, PROFILE

pytestmark = pytest.mark.browser


def test_the_launcher_opens_the_panel_and_escape_returns_to_it(visit: Visit) -> None:
    expect(visit.launcher).to_have_attribute("aria-label", "Chat with us")
    expect(visit.page.locator("iframe")).to_be_hidden()
    visit.open()
    expect(visit.launcher).to_have_attribute("aria-expanded", "true")
    expect(visit.frame.get_by_role("heading", name="Northern Lamps")).to_be_visible()
    expect(visit.frame.locator("header p")).to_have_text("AI assistant")
    expect(visit.frame.get_by_text("An AI assistant answers here")).to_be_visible()
    expect(visit.frame.locator(".chip")).to_have_text(PROFILE["starters"])
    expect(visit.frame.locator(".composer textarea")).to_be_focused()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("iframe")).to_be_hidden()
    expect(visit.launcher).to_be_focused()


def test_a_starter_gets_an_answer_with_its_sources(visit: Visit) -> None:
    visit.open()
    visit.button(STARTER).click()
    visit.expect_texts("Hello!", STARTER, "Delivery takes 3 to 5 working days.")
    expect(visit.frame.get_by_role("listitem")).to_have_text(
        ["Small lamps come by post.", "Large lamps come by van."]
    )
    source = visit.button("Source 1: Standard delivery")
    source.click()
    expect(source).to_have_attribute("aria-expanded", "true")
    expect(visit.frame.locator("blockquote")).to_have_text("Delivery takes 3 to 5 working days.")
    visit.button("Source 2: Delivery to islands").click()
    expect(visit.frame.locator(".source")).to_contain_text("See also")
    expect(source).to_have_attribute("aria-expanded", "false")
    expect(visit.frame.locator(".source a")).to_have_attribute("rel", "noreferrer noopener")


def test_a_finished_answer_is_announced_once_and_an_unfinished_one_not(visit: Visit) -> None:
    visit.open()
    visit.frame.locator("body").evaluate(
        """body => {
          window.heard = [];
          const live = body.querySelector('[aria-live=polite]');
          new MutationObserver(() => heard.push(live.textContent))
            .observe(live, { childList: true, subtree: true });
          window.unfinished = [];
          new MutationObserver(changes => changes.flatMap(({ addedNodes }) => [...addedNodes])
            .filter(node => node.querySelector?.('.dots'))
            .forEach(node => unfinished.push(node.getAttribute('aria-hidden'))))
            .observe(body.querySelector('.thread'), { childList: true });
        }"""
    )
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes 3 to 5 working days.")
    heard = visit.frame.locator("body").evaluate("() => heard")
    assert len(heard) == 1
    assert heard[0].startswith("AI assistant: Delivery takes")
    assert set(visit.frame.locator("body").evaluate("() => unfinished")) <= {"true"}


def test_an_answer_is_judged_and_an_unhelpful_one_leads_to_a_person(visit: Visit) -> None:
    visit.open()
    visit.write("How long?")
    visit.frame.get_by_role("button", name="No", exact=True).click()
    expect(visit.frame.locator(".feedback")).to_contain_text("A person can help you.")
    visit.frame.locator(".feedback").get_by_role("button", name="Talk to a person").click()
    expect(visit.frame.locator("header p")).to_have_text("Waiting for a person")


def test_the_choices_of_a_question_are_chips(visit: Visit) -> None:
    visit.open()
    visit.write("Which lamp?")
    visit.button("A table lamp").click()
    visit.expect_texts("Hello!", "Which lamp?", "So that I give", "A table lamp", "Delivery takes")
    expect(visit.button("A floor lamp")).to_have_count(0)


def test_an_unsure_assistant_offers_a_person(visit: Visit) -> None:
    visit.open()
    visit.write("Where is my teapot?")
    visit.frame.locator(".message").get_by_role("button", name="Talk to a person").click()
    expect(visit.frame.locator(".status")).to_contain_text("You are next in line.")


def test_enter_sends_and_shift_enter_breaks_the_line(visit: Visit) -> None:
    visit.open()
    box = visit.frame.locator(".composer textarea")
    box.press_sequentially("One")
    box.press("Shift+Enter")
    box.press_sequentially("Two")
    box.press("Enter")
    expect(visit.frame.locator(".mine .bubble")).to_have_text("One\nTwo")
    expect(box).to_have_value("")


def test_the_whole_story_with_a_person(visit: Visit) -> None:
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.ask_for_person()
    expect(visit.frame.locator(".status")).to_contain_text("You are next in line.")
    visit.shoot("queued")
    visit.claim()
    expect(visit.frame.locator("header p")).to_have_text("Ana is with you")
    expect(visit.frame.locator(".status")).to_be_hidden()
    container = visit.world.installation.container
    container.typing.note(visit.conversation, "Ana")
    expect(visit.frame.get_by_text("Ana is typing…")).to_be_visible()
    visit.shoot("typing")
    visit.reply("Hello, I'm Ana. See https://north.example.com/track, please.")
    expect(visit.frame.locator(".agent .bubble")).to_contain_text("Hello, I'm Ana.")
    expect(visit.frame.locator(".agent .note")).to_have_text("Ana")
    expect(visit.frame.locator(".agent a")).to_have_attribute(
        "href", "https://north.example.com/track"
    )
    visit.write("Thank you")
    expect(visit.frame.locator(".mine .bubble")).to_have_count(2)
    visit.shoot("live")
    assert visit.agent
    container.desk.hand_back(visit.conversation, actor_of(visit.agent))
    expect(visit.frame.locator("header p")).to_have_text("AI assistant")
    visit.write("And to islands?")
    expect(visit.frame.locator(".assistant .bubble")).to_have_count(3)
    container.desk.claim(visit.conversation, visit.agent)
    container.desk.resolve(visit.conversation, actor_of(visit.agent))
    expect(visit.frame.locator("header p")).to_have_text("Conversation closed")
    visit.frame.get_by_role("radio", name="4 of 5").check(force=True)
    visit.frame.get_by_placeholder("Anything to add?").fill("Quick help")
    visit.shoot("rating")
    visit.button("Send rating").click()
    expect(visit.frame.get_by_text("Thank you for your rating.")).to_be_visible()
    rating = container.ratings.find(visit.conversation)
    assert rating
    assert (rating.score, rating.comment, rating.served_by) == (4, "Quick help", "human")


def test_a_customer_ends_the_conversation_and_takes_it_up_again(visit: Visit) -> None:
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.button("More").click()
    visit.button("End conversation").click()
    visit.button("Yes, solved").click()
    expect(visit.frame.locator("header p")).to_have_text("Conversation closed")
    resolution = visit.conversation.resolution
    assert resolution
    assert (resolution.by, resolution.is_confirmed) == ("customer", True)
    visit.write("One more question")
    expect(visit.frame.locator("header p")).to_have_text("AI assistant")
    expect(visit.frame.locator(".assistant .bubble")).to_have_count(3)
    assert visit.conversation.reopened == 1


def test_the_transcript_is_downloaded(visit: Visit) -> None:
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.button("More").click()
    with visit.page.expect_download() as download:
        visit.button("Download transcript").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "Customer:\nHow long?" in text
    assert "AI assistant:\nDelivery takes" in text


def test_starting_again_leaves_the_conversation_behind(visit: Visit) -> None:
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    before = visit.conversation.id
    visit.button("More").click()
    visit.button("Start again").click()
    visit.expect_texts("Hello!")
    visit.write("Anew")
    visit.expect_texts("Hello!", "Anew", "Delivery takes")
    assert visit.conversation.id != before


def test_outside_the_hours_the_customer_leaves_contact_details(
    visit: Visit, installation: Installation
) -> None:
    installation.container.clients.update(NORTH, PROFILE | CLOSED)
    visit.open()
    visit.ask_for_person()
    expect(visit.frame.locator(".status")).to_contain_text("Our team is away right now.")
    expect(visit.frame.locator(".status")).to_contain_text("We are back")
    visit.button("Send details").click()
    expect(visit.frame.get_by_role("alert")).to_have_text(
        "Please enter an e-mail address or a phone number."
    )
    visit.frame.get_by_label("E-mail").fill("sam@")
    visit.button("Send details").click()
    expect(visit.frame.get_by_role("alert")).to_have_text("Please check the e-mail address.")
    visit.frame.get_by_label("Name").fill("Sam")
    visit.frame.get_by_label("E-mail").fill("sam@example.com")
    visit.shoot("outside-hours")
    visit.button("Send details").click()
    expect(visit.frame.get_by_text("We will reply here and to sam@example.com.")).to_be_visible()
    customer = visit.conversation.customer
    assert (customer.name, customer.email, customer.is_verified) == (
        "Sam",
        "sam@example.com",
        False,
    )


def test_the_conversation_goes_on_after_reload_and_in_another_tab_only(
    visit: Visit, customers: Customers
) -> None:
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.page.reload()
    visit.open().expect_texts("Hello!", "How long?", "Delivery takes")
    tab = customers.visit_again(visit.page.context).open()
    tab.expect_texts("Hello!", "How long?", "Delivery takes")
    tab.write("From the tab")
    visit.expect_texts("Hello!", "How long?", "Delivery", "From the tab", "Delivery")
    customers.visit().open().expect_texts("Hello!")


def test_what_came_while_the_panel_was_closed_is_counted(visit: Visit) -> None:
    visit.open()
    visit.ask_for_person()
    visit.claim()
    expect(visit.frame.locator("header p")).to_have_text("Ana is with you")
    visit.button("Close chat").click()
    visit.reply("Are you there?")
    badge = visit.page.locator("button[aria-expanded] span")
    expect(badge).to_have_text("1")
    visit.launcher.click()
    expect(badge).to_be_hidden()


def test_a_message_whose_answer_was_lost_on_the_way_is_there_once(
    visit: Visit, customers: Customers
) -> None:
    customers.expected.append("net::ERR_FAILED")
    visit.open()
    visit.write("First")
    visit.expect_texts("Hello!", "First", "Delivery takes")

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    visit.page.context.route("**/messages", lose_answer)
    visit.write("Second")
    visit.expect_texts("Hello!", "First", "Delivery", "Second", "Delivery")
    expect(visit.frame.locator(".fault")).to_have_count(0)
    visit.page.context.unroute("**/messages")
    visit.page.reload()
    visit.open().expect_texts("Hello!", "First", "Delivery", "Second", "Delivery")
    assert [text for author, text in visit.stored() if author == "customer"] == [
        "First",
        "Second",
    ]


def test_without_a_connection_the_text_waits_and_is_sent_later(
    visit: Visit, customers: Customers
) -> None:
    customers.expected.append("net::ERR_")
    visit.open()
    visit.write("First")
    visit.expect_texts("Hello!", "First", "Delivery takes")
    visit.page.context.set_offline(True)
    visit.write("Second")
    expect(visit.frame.locator(".message .fault")).to_contain_text("Not sent.")
    visit.shoot("not-sent")
    visit.page.context.set_offline(False)
    visit.page.reload()
    visit.open().expect_texts("Hello!", "First", "Delivery", "Second", "Delivery")
    assert [text for author, text in visit.stored() if author == "customer"] == [
        "First",
        "Second",
    ]


def test_a_restart_of_the_server_loses_and_doubles_nothing(
    visit: Visit, customers: Customers
) -> None:
    customers.expected += ["net::ERR_", "Failed to load resource"]
    visit.open()
    visit.ask_for_person()
    visit.claim()
    visit.reply("Before")
    expect(visit.frame.locator(".agent .bubble")).to_have_text(["Before"])
    visit.world.stop()
    visit.reply("Meanwhile")
    visit.write("Are you there?")
    expect(visit.frame.locator(".status")).to_contain_text("No connection.")
    visit.shoot("offline")
    visit.world.start()
    with suppress(PlaywrightTimeoutError):  # the widget itself tries again too, and may be faster
        visit.frame.locator(".status").get_by_role("button", name="Try again").click(timeout=2_000)
    expect(visit.frame.locator(".agent .bubble")).to_have_text(["Before", "Meanwhile"])
    expect(visit.frame.locator(".mine .bubble")).to_have_text(["Are you there?"])
    expect(visit.frame.locator(".mine .note")).to_have_count(0)
    visit.reply("After")
    expect(visit.frame.locator(".agent .bubble")).to_have_text(["Before", "Meanwhile", "After"])
    said = [text for author, text in visit.stored() if author != "system"]
    assert said == ["Before", "Meanwhile", "Are you there?", "After"]


def test_notes_between_agents_never_reach_the_customer(visit: Visit) -> None:
    visit.open()
    visit.ask_for_person()
    visit.claim()
    assert visit.agent
    desk = visit.world.installation.container.desk
    desk.add_note(visit.conversation, actor_of(visit.agent), "Difficult one")
    visit.reply("Hello")
    expect(visit.frame.locator(".agent .bubble")).to_have_text(["Hello"])
    expect(visit.frame.get_by_text("Difficult one")).to_have_count(0)


def test_a_reply_can_be_stopped_and_shown_later(visit: Visit, installation: Installation) -> None:
    from threading import Event

    may_answer = Event()
    answer = installation.answering.reply

    def wait_and_answer(question: Any) -> Any:
        may_answer.wait(20)
        return answer(question)

    installation.answering.reply = wait_and_answer
    visit.open()
    visit.write("How long?")
    visit.shoot("streaming")
    visit.button("Stop").click()
    may_answer.set()
    visit.button("Show the whole answer").click()
    visit.expect_texts("Hello!", "How long?", "Delivery takes 3 to 5 working days.")


def test_a_token_that_opens_nothing_any_more_begins_a_new_conversation(
    visit: Visit, customers: Customers
) -> None:
    customers.expected.append("404")
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    visit.page.evaluate(
        f"localStorage[{SLOT}] = JSON.stringify("
        f"{{ ...JSON.parse(localStorage[{SLOT}]), token: 'cnv_other' }})"
    )
    visit.page.reload()
    visit.open()
    expect(visit.frame.get_by_text("cannot be opened here any more")).to_be_visible()
    visit.expect_texts("Hello!")
    visit.write("Anew")
    visit.expect_texts("Hello!", "Anew", "Delivery takes")


def test_the_events_of_a_conversation_survive_gaps(visit: Visit) -> None:
    """A message may have a sequence behind one that customers never get."""
    visit.open()
    visit.write("How long?")
    visit.expect_texts("Hello!", "How long?", "Delivery takes")
    container = visit.world.installation.container
    note = MessageDraft(Author.AGENT, "hidden", NOW, audience=Audience.INTERNAL)
    told = MessageDraft(Author.SYSTEM, "Told by the system", NOW)
    container.conversations.accept(
        visit.conversation.id,
        RequestKey.of("system", "1", ""),
        lambda current: Step(current, (note, told)),
    )
    container.wakeups.wake(visit.conversation.id, visit.conversation.client_id)
    expect(visit.frame.get_by_text("Told by the system", exact=True)).to_be_visible()
    expect(visit.frame.get_by_text("hidden", exact=True)).to_have_count(0)
