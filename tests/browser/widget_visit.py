"""A customer who looks at a page with the widget, and what may be seen of them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from assist.domain.conversation import Conversation, ConversationId
from assist.domain.people import Role, User
from assist.services.desk import actor_of
from tests.api.installation import NORTH
from tests.browser.widget_world import SCREENSHOTS, World

STARTER = "How long does delivery take?"
SLOT = "Object.keys(localStorage).find(name => name.startsWith('bpo-assist:'))"


@dataclass
class Visit:
    """A customer's page with the widget, and the agent who may help."""

    page: Page
    world: World
    agent: User | None = None

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def launcher(self) -> Any:
        return self.page.locator("button[aria-expanded]")

    def open(self) -> Visit:
        self.launcher.click()
        self.frame.locator("body[data-ready]").wait_for()
        return self

    def write(self, text: str) -> None:
        self.frame.locator(".composer textarea").fill(text)
        self.frame.locator(".composer textarea").press("Enter")

    def button(self, name: str) -> Any:
        return self.frame.get_by_role("button", name=name)

    def ask_for_person(self) -> None:
        self.frame.locator(".composer .person").click()
        expect(self.frame.locator("header p")).to_have_text("Waiting for a person")

    def expect_texts(self, *texts: str) -> None:
        """Expect bubbles that hold these texts, in order, and no others."""
        expect(self.frame.locator(".bubble")).to_contain_text(list(texts), use_inner_text=True)
        expect(self.frame.locator(".bubble")).to_have_count(len(texts))

    @property
    def conversation(self) -> Conversation:
        stored = self.page.evaluate(f"JSON.parse(localStorage[{SLOT}])")
        container = self.world.installation.container
        found = container.conversations.find_conversation(NORTH, ConversationId(stored["id"]))
        assert found is not None
        return found

    def stored(self) -> list[tuple[str, str]]:
        """Return what the service has of the conversation."""
        container = self.world.installation.container
        found = container.conversations.list_messages(self.conversation.id, 0, 100)
        return [(message.author, message.text) for message in found]

    def claim(self) -> None:
        known = {user.name: user for user in self.world.installation.container.people.list_all()}
        self.agent = known.get("Ana") or self.world.installation.add_user(Role.AGENT, name="Ana")
        self.world.installation.container.desk.claim(self.conversation, self.agent)

    def reply(self, text: str) -> None:
        assert self.agent
        actor = actor_of(self.agent)
        desk = self.world.installation.container.desk
        desk.reply(self.conversation, actor, text, f"reply {text}")

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"widget-{name}.png")


@dataclass
class Customers:
    """Opens pages that must not complain: no error, no violation of a policy."""

    browser: Browser
    world: World
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def visit(
        self, address: str = "", *, width: int = 1000, height: int = 760, **options: Any
    ) -> Visit:
        viewport = {"width": width, "height": height}
        context = self.browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        self.contexts.append(context)
        return self.visit_again(context, address)

    def visit_again(self, context: BrowserContext, address: str = "") -> Visit:
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address or self.world.page())
        return Visit(page, self.world)

    def unexpected(self) -> list[str]:
        known = self.expected
        return [text for text in self.complaints if not any(part in text for part in known)]
