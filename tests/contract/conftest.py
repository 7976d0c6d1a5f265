"""Fixtures of the contract suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes import ACME, ZENITH

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def populated(engine: Engine) -> Engine:
    """Add two clients to the database."""
    from assist.adapters.sql.clients import SqlClientDirectory
    from assist.domain.client import ClientProfile

    for client_id in (ZENITH, ACME):
        SqlClientDirectory(engine).add_client(client_id, ClientProfile(name=client_id.title()))
    return engine
