"""Fixtures of the API tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.installation import Installation, browse, open_installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def http(installation: Installation) -> TestClient:
    return browse(installation)


@pytest.fixture
def demo_http(installation: Installation) -> TestClient:
    return browse(installation, demo=True)
