"""Browser windows of one size and scheme, and the pictures that are taken of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page

from scripts.screenshots.stage import Stage

FOLDER = Path("build/screenshots")
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
SCHEMES = ("light", "dark")
MORNING = 10
"""The hour that the browser's clock shows, whenever the pictures are taken."""
SETTLED_MS = 300


@dataclass(frozen=True)
class Camera:
    """What is photographed, and how."""

    stage: Stage
    browser: Browser
    size: str
    scheme: str

    @property
    def is_phone(self) -> bool:
        """Whether the window is narrow."""
        return self.size == "phone"

    @contextmanager
    def window(self, user: str = "") -> Iterator[Page]:
        """Open a window; with a name, that of one of the demo's people who has signed in."""
        width, height = SIZES[self.size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if self.scheme == "dark" else "light",
            timezone_id=zone_of_morning(),
            locale="en-GB",
            reduced_motion="reduce",
        )
        if user:
            secret = self.stage.session_of(user)
            cookie = {"name": "assist_session", "value": secret, "url": self.stage.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        yield context.new_page()
        context.close()

    def shoot(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Take a picture of what is in sight, or of the whole page."""
        page.mouse.move(0, 0)
        page.wait_for_timeout(SETTLED_MS)
        path = FOLDER / f"{name}-{self.size}-{self.scheme}.png"
        page.screenshot(path=path, full_page=whole)


def zone_of_morning() -> str:
    """Return a time zone in which it is morning now."""
    ahead = (MORNING - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"
