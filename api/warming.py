"""Opens what an answer needs before the first question comes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.dates import today
from assist.domain.turn import Question, Turn, TurnId
from assist.services.answering import AnsweringService
from knowledge_base.models import Audience, ClientId, KnowledgeBaseError

if TYPE_CHECKING:
    from assist.bootstrap import Container

_MESSAGES = ("What should I know before I order?",)

_logger = logging.getLogger(__name__)


class _NoLog:
    """A `TurnLog` that keeps nothing: nobody asked the first question."""

    def add_turn(self, turn: Turn) -> None:
        """Drop the turn."""

    def find_turn(self, client_id: ClientId, turn_id: TurnId) -> Turn | None:
        """Find nothing."""
        del client_id, turn_id
        return None


def warm_up(container: Container, client_ids: Iterable[ClientId]) -> None:
    """Answer a customer for each client: the first answer takes two seconds, the next 25 ms.

    Lost indexes are repaired on the way. A client whose knowledge cannot be searched is logged
    and left; the others are served.
    """
    answering = AnsweringService(
        container.clients, container.search, _NoLog(), container.policy, container.clock
    )
    for client_id in client_ids:
        on = today(container, client_id)
        try:
            answering.converse(Question(client_id, _MESSAGES, Audience.PUBLIC, on))
        except KnowledgeBaseError:
            _logger.exception("the knowledge of %s cannot be searched", client_id)
