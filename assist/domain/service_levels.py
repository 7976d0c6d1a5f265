"""How soon a person answers first, by the priority of a handoff."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assist.domain.rules import Priority

Seconds = Annotated[int, Field(ge=1, le=30 * 86_400)]

DISPOSITIONS = ("answered", "action taken", "escalated", "duplicate", "no reply", "spam")


class ServiceLevels(BaseModel):
    """Seconds to the first reply; they count only while the client's people answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urgent: Seconds = 60
    high: Seconds = 300
    normal: Seconds = 900

    def seconds(self, priority: Priority) -> int:
        """Return the level of a priority."""
        levels = {
            Priority.URGENT: self.urgent,
            Priority.HIGH: self.high,
            Priority.NORMAL: self.normal,
        }
        return levels[priority]
