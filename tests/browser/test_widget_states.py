"""Every state of the widget: widths, both themes, accessibility, and a picture of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assist.services.desk import actor_of
from tests.api.installation import NORTH, Installation
from tests.browser.widget_visit import Customers, Visit
from tests.browser.widget_world import CLOSED, PROFILE

pytestmark = pytest.mark.browser

STATES: dict[str, Callable[[Visit], None]] = {}


def state(show: Callable[[Visit], None]) -> Callable[[Visit], None]:
    STATES[show.__name__] = show
    return show


@state
def new(visit: Visit) -> None:
    expect(visit.frame.locator(".chip")).to_have_count(2)


@state
def answered(visit: Visit) -> None:
    visit.write("How long does it take to deliver a large lamp to me?")
    visit.button("Source 1: Standard delivery").click()
    expect(visit.button("Yes").first).to_be_visible()


@state
def unsure(visit: Visit) -> None:
    visit.write("Where is my teapot?")
    expect(visit.frame.locator(".message").get_by_role("button")).to_be_visible()


@state
def waiting(visit: Visit) -> None:
    answered(visit)
    visit.ask_for_person()
    expect(visit.frame.locator(".status")).to_contain_text("next in line")


@state
def with_agent(visit: Visit) -> None:
    waiting(visit)
    visit.claim()
    visit.reply("Hello, I'm Ana. I have your question here: one moment, please.")
    expect(visit.frame.locator(".agent .bubble")).to_be_visible()
    visit.write("Thank you, Ana!")
    expect(visit.frame.locator(".mine .bubble")).to_have_count(2)


@state
def outside(visit: Visit) -> None:
    visit.world.installation.container.clients.update(NORTH, PROFILE | CLOSED)
    visit.ask_for_person()
    expect(visit.button("Send details")).to_be_visible()


@state
def closed(visit: Visit) -> None:
    with_agent(visit)
    assert visit.agent
    visit.world.installation.container.desk.resolve(visit.conversation, actor_of(visit.agent))
    visit.frame.get_by_role("radio", name="5 of 5").check(force=True)


@state
def menu(visit: Visit) -> None:
    answered(visit)
    visit.button("More").click()
    expect(visit.button("Start again")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)], ids=["phone", "desk"])
def test_every_state_fits_and_is_accessible(
    customers: Customers, installation: Installation, width: int, height: int, dark: bool
) -> None:
    scheme = "dark" if dark else "light"
    for name, show in STATES.items():
        installation.container.clients.update(NORTH, PROFILE)
        visit = customers.visit(width=width, height=height, color_scheme=scheme).open()
        show(visit)
        visit.page.wait_for_timeout(250)
        visit.shoot(f"{name}-{width}-{scheme}")
        frame = visit.page.frames[1]
        overflow = "document.documentElement.scrollWidth - innerWidth"
        assert frame.evaluate(overflow) <= 0, name
        results = Axe().run(visit.page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
        visit.page.context.close()
