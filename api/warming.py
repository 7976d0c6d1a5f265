"""Opens what an answer needs before the first question comes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.dates import today
from assist.domain.general_rules import general_rules
from assist.domain.mood import mood_phrases
from assist.domain.phrases import compile_phrases
from assist.domain.turn import Question
from knowledge_base.models import Audience, ClientId, KnowledgeBaseError

if TYPE_CHECKING:
    from assist.bootstrap import Container

_MESSAGES = ("What should I know before I order?",)

_logger = logging.getLogger(__name__)


def warm_up(container: Container, client_ids: Iterable[ClientId]) -> None:
    """Warm every client that can be; one whose knowledge cannot be searched is logged and left.

    Raises what concerns all clients: that the stores or the model cannot be opened.
    """
    _ = container.search
    container.languages.detect(_MESSAGES[0])
    if container.writing:
        container.writing.open()
    for client_id in client_ids:
        try:
            warm_client(container, client_id)
        except KnowledgeBaseError as error:
            _logger.warning("client %s gets no answers: %s", client_id, error)
        except Exception:
            _logger.warning("client %s could not be warmed up", client_id, exc_info=True)


def warm_client(container: Container, client_id: ClientId) -> None:
    """Answer a customer: the first answer takes a second, the next 25 ms.

    Lost indexes are repaired on the way. Raises `KnowledgeBaseError` when the knowledge cannot be
    searched.
    """
    answering = container.answering_with(container.policies.find(client_id).policy)
    on = today(container, client_id)
    answering.converse(Question(client_id, _MESSAGES, Audience.PUBLIC, on))


def warm_rules() -> None:
    """Compile the general rules, which takes half a second that no start has to wait for."""
    for rule in general_rules():
        compile_phrases(rule.any_of + rule.unless)
    compile_phrases(mood_phrases())
