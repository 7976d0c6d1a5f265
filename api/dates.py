"""Which day a question is about when it names none."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date

    from assist.bootstrap import Container
    from knowledge_base.models import ClientId


def today(container: Container, client_id: ClientId) -> date:
    """Return the client's own day: near midnight the server's may be another one."""
    zone = ZoneInfo(container.clients.get(client_id).hours.time_zone)
    return container.clock().astimezone(zone).date()
