"""What is known of a customer besides the words of the message that is to be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assist.domain.customer import Attribute
from assist.domain.mood import Mood


@dataclass(frozen=True)
class Situation:
    """A customer's state when a message arrives; written rules may ask for it.

    `failures` counts the questions in a row, up to now, that the assistant could not answer or
    whose answers were called unhelpful. `attributes` are the client's word only if `is_verified`.
    `was_asked_back` when the message answers a question of the assistant.
    """

    mood: Mood = Mood.NEUTRAL
    failures: int = 0
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    is_verified: bool = False
    was_asked_back: bool = False


NOTHING_KNOWN = Situation()
"""The situation of somebody of whom there is nothing but the message."""
