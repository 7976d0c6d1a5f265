"""Which day a question is about when it names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from assist.bootstrap import Container
    from knowledge_base.models import ClientId


def today(container: Container, client_id: ClientId) -> date:
    """Return the client's own day."""
    return container.clients.get(client_id).hours.day_of(container.clock())
