"""A served desk, and consoles that must not complain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.installation import Installation
from tests.browser.console_desk import Console, Desk, open_desk


@pytest.fixture
def desk(installation: Installation) -> Iterator[Desk]:
    opened = open_desk(installation)
    yield opened
    opened.site.stop()


@pytest.fixture
def console(chromium: Browser, desk: Desk) -> Iterator[Console]:
    opened = Console(chromium, desk)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.unexpected() == []
