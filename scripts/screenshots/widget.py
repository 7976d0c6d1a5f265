"""The widget on a client's website, from the first look to the rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import FrameLocator, Page, expect

from assist.domain.conversation import Conversation
from assist.domain.customer import UNKNOWN_CUSTOMER
from knowledge_base.models import ClientId
from scripts.screenshots.camera import Camera, zone_of_morning

CLIENT = ClientId("larkspur")
DELIVERY = "How long does delivery take?"
UNKNOWN = "Do you sell lamps with a built-in camera?"
LATE = "My order LH-204817 was due on Tuesday and it still has not arrived."
_STORED = "JSON.parse(localStorage[Object.keys(localStorage).find(k => k.startsWith('bpo-'))]).id"


@dataclass(frozen=True)
class Visit:
    """A customer on the client's website."""

    camera: Camera
    page: Page

    @property
    def frame(self) -> FrameLocator:
        """What the widget shows."""
        return self.page.frame_locator("iframe")

    @property
    def conversation(self) -> Conversation:
        """The customer's conversation."""
        return self.camera.stage.find(CLIENT, self.page.evaluate(_STORED))

    def open(self) -> None:
        """Go to the website and open the widget."""
        self.page.goto(f"{self.camera.stage.url}/demo/{CLIENT}")
        self.page.locator("button[aria-expanded]").click()
        self.frame.locator("body[data-ready]").wait_for()

    def write(self, text: str) -> None:
        """Send a message."""
        self.frame.locator(".composer textarea").fill(text)
        self.frame.locator(".composer textarea").press("Enter")

    def press(self, name: str) -> None:
        """Press a button of the widget."""
        self.frame.get_by_role("button", name=name).first.click()

    def expect_state(self, words: str) -> None:
        """Wait until the header says who has the conversation."""
        expect(self.frame.locator("header p")).to_have_text(words)

    def shoot(self, name: str) -> None:
        """Take a picture."""
        self.camera.shoot(self.page, f"widget-{name}")


def show_widget(camera: Camera) -> None:
    """Take pictures of every state."""
    for scene in (_show_whole_story, _show_limits, _show_out_of_hours):
        with camera.window() as page:
            visit = Visit(camera, page)
            scene(visit)


def _show_whole_story(visit: Visit) -> None:
    stage = visit.camera.stage
    ana = stage.user("ana")
    ahead = stage.ask_for_person(stage.begin(CLIENT, UNKNOWN_CUSTOMER, DELIVERY))
    visit.page.goto(f"{stage.url}/demo/{CLIENT}")
    visit.page.locator("button[aria-expanded]").wait_for()
    visit.shoot("1-launcher")
    visit.open()
    visit.shoot("2-new")
    visit.write(DELIVERY)
    visit.frame.get_by_role("button", name="Yes", exact=True).wait_for()
    visit.shoot("3-answered")
    visit.press("Source 1")
    visit.shoot("4-source")
    visit.write(LATE)
    visit.frame.locator(".assistant").nth(2).wait_for()
    visit.press("Talk to a person")
    visit.expect_state("Waiting for a person")
    visit.shoot("5-in-line")
    _serve(visit)
    stage.resolve(stage.read(ahead), ana, "no reply")


def _serve(visit: Visit) -> None:
    """Let Ana help until the customer rates her."""
    stage = visit.camera.stage
    ana = stage.user("ana")
    stage.claim(visit.conversation, ana)
    visit.expect_state("Ana is with you")
    text = "Hello, I'm Ana. I have read everything above, so you needn't repeat it."
    stage.reply(visit.conversation, ana, text)
    visit.frame.locator(".agent .bubble").first.wait_for()
    visit.write("Thank you! Can you see where the parcel is?")
    stage.container.typing.note(visit.conversation, "Ana")
    visit.frame.get_by_text("Ana is typing").wait_for()
    visit.shoot("6-with-agent")
    stage.reply(visit.conversation, ana, "It is with the carrier and comes tomorrow before noon.")
    visit.frame.locator(".agent .bubble").nth(1).wait_for()
    stage.resolve(visit.conversation, ana, "answered")
    visit.expect_state("Conversation closed")
    visit.frame.get_by_role("radio", name="5 of 5").check(force=True)
    visit.frame.get_by_placeholder("Anything to add?").fill("Ana was quick and kind.")
    visit.shoot("7-rating")
    visit.press("Send rating")
    visit.frame.get_by_text("Thank you for your rating.").wait_for()
    visit.shoot("8-rated")


def _show_limits(visit: Visit) -> None:
    """Show what happens without an answer, in the menu and without a connection."""
    visit.open()
    visit.write(UNKNOWN)
    visit.frame.locator(".message").get_by_role("button", name="Talk to a person").wait_for()
    visit.shoot("unsure")
    visit.press("More")
    visit.shoot("menu")
    visit.page.keyboard.press("Escape")
    visit.page.context.set_offline(True)
    visit.write("Are you still there?")
    visit.frame.get_by_text("Not sent.").wait_for()
    visit.shoot("not-sent")


def _show_out_of_hours(visit: Visit) -> None:
    """Show the hours in which nobody is there."""
    opening = f"{datetime.now(UTC) + timedelta(days=2):%A}".lower()
    hours = {"time_zone": zone_of_morning(), "weekly": {opening: "08:00-18:00"}}
    visit.camera.stage.set_hours(CLIENT, hours)
    visit.open()
    visit.write(LATE)
    visit.frame.locator(".assistant").nth(1).wait_for()
    visit.frame.locator(".composer .person").click()
    visit.frame.get_by_label("E-mail").fill("helen@mail.example")
    visit.shoot("out-of-hours")
    stage = visit.camera.stage
    stage.resolve(visit.conversation, stage.user("lee"), "no reply")
    stage.set_hours(CLIENT, {})
