"""The agents' console on a busy morning with three clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from assist.domain.conversation import Conversation
from assist.domain.customer import UNKNOWN_CUSTOMER, Customer
from knowledge_base.models import ClientId
from scripts.screenshots.camera import Camera
from scripts.screenshots.stage import Stage

LARKSPUR, TIDEWELL, HAZELBROOK = map(ClientId, ("larkspur", "tidewell", "hazelbrook"))
HELEN = Customer("Helen Marsh", "helen@mail.example")
PRIYA = Customer(
    "Priya Nair",
    "priya@mail.example",
    external_id="C-55310",
    is_verified=True,
    attributes={"vip": True},
)
MARCUS = Customer("Marcus Hall", "marcus@mail.example", external_id="T-20418", is_verified=True)
ORDER = (
    "My order LH-204817 was due on Tuesday and it still has not arrived. "
    "I paid £64 for the lamp and nobody tells me anything."
)


def show_console(camera: Camera) -> None:
    """Take pictures of the queue, a conversation and all that helps with it."""
    stage = camera.stage
    opened = _with_ana(stage)
    played = [opened, *_in_line(stage), *_of_others(stage)]
    with camera.window("ana") as page:
        page.goto(f"{stage.url}/console")
        expect(page.locator("#queue-list a.row").first).to_be_visible()
        camera.shoot(page, "console-1-queue")
        page.locator("#queue-list a.row").filter(has_text="Helen Marsh").click()
        _show_conversation(camera, page)
        _show_library(camera, page)
        _show_dialogs(camera, page)
    for conversation in played:
        stage.resolve(conversation, stage.user("lee"), "answered")


def _with_ana(stage: Stage) -> Conversation:
    """Let Ana have a conversation in which the customer has just written."""
    ana = stage.user("ana")
    stage.clock.moment = datetime.now(UTC) - timedelta(minutes=9)
    conversation = stage.begin(LARKSPUR, HELEN, "How long does delivery take?", ORDER)
    conversation = stage.ask_for_person(conversation)
    stage.clock.pass_by(35)
    stage.claim(conversation, ana)
    stage.clock.pass_by(25)
    stage.reply(
        conversation,
        ana,
        "Hello Helen, I'm Ana. I'm sorry about the wait: let me look at the scans.",
    )
    stage.clock.pass_by(60)
    stage.say(conversation, "Can you trace my parcel? There has been no scan for two days.")
    stage.clock.moment = None
    return conversation


def _in_line(stage: Stage) -> Sequence[Conversation]:
    """Let customers wait, one of them for too long."""
    waiting = [
        (75, TIDEWELL, MARCUS, "Someone swapped my SIM and I have no signal since this morning!"),
        (110, LARKSPUR, PRIYA, "The crew scratched my floor when they brought the Aldwick sofa."),
        (
            268,
            LARKSPUR,
            UNKNOWN_CUSTOMER,
            "I waited in all day and nobody turned up. Really annoyed!",
        ),
        (200, HAZELBROOK, UNKNOWN_CUSTOMER, "Can I speak to a person about my appointment?"),
    ]
    made = []
    for seconds, client_id, customer, text in waiting:
        stage.clock.moment = datetime.now(UTC) - timedelta(seconds=seconds)
        made.append(stage.begin(client_id, customer, text))
    stage.clock.moment = None
    return made


def _of_others(stage: Stage) -> Sequence[Conversation]:
    """Let Ben have a conversation, and the assistant another one."""
    ben = stage.user("ben")
    stage.clock.moment = datetime.now(UTC) - timedelta(minutes=6)
    with_ben = stage.ask_for_person(
        stage.begin(LARKSPUR, Customer("Tom Weller"), "How do I descale the Pennine kettle?")
    )
    stage.claim(with_ben, ben)
    stage.reply(with_ben, ben, "Hello Tom, Ben here. Which kettle do you have?")
    alone = stage.begin(TIDEWELL, UNKNOWN_CUSTOMER, "What does the Bay plan include?")
    stage.clock.moment = None
    return [with_ben, alone]


def _show_conversation(camera: Camera, page: Page) -> None:
    expect(page.locator("#suggestion")).to_have_attribute("data-state", "ready")
    camera.shoot(page, "console-2-conversation")
    if camera.is_phone:
        page.get_by_role("button", name="Assist", exact=True).click()
        camera.shoot(page, "console-3-assist")
    page.get_by_role("button", name="Insert", exact=True).click()
    warning = page.get_by_role("dialog")
    if warning.count():
        camera.shoot(page, "console-3-internal-warning")
        warning.get_by_role("button", name="Insert anyway").click()
    expect(page.locator("#draft")).not_to_have_value("")
    camera.shoot(page, "console-4-inserted")
    page.locator("#draft").fill("Thank you for choosing Tidewell!")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#above-composer").get_by_role("alert")).to_be_visible()
    camera.shoot(page, "console-5-wrong-client-stopped")
    page.locator("#draft").fill("")


def _show_library(camera: Camera, page: Page) -> None:
    if camera.is_phone:
        page.get_by_role("button", name="Assist", exact=True).click()
    page.get_by_role("tab", name="Canned").click()
    page.locator("#canned-list .card").first.wait_for()
    camera.shoot(page, "console-6-canned")
    page.get_by_role("tab", name="Knowledge").click()
    page.get_by_label("Search the client's knowledge").fill("missing parcel")
    page.locator("#knowledge-list .card").first.wait_for()
    camera.shoot(page, "console-7-knowledge")
    page.get_by_role("tab", name="Overview").click()


def _show_dialogs(camera: Camera, page: Page) -> None:
    if camera.is_phone:
        page.get_by_role("button", name="Conversation", exact=True).click()
    for number, name in enumerate(("Transfer", "Escalate", "Resolve"), start=8):
        page.get_by_role("button", name=name, exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        camera.shoot(page, f"console-{number}-{name.lower()}")
        dialog.get_by_role("button", name="Cancel").click()
