"""The `KnowledgeSearch` port on the knowledge base; it repairs lost indexes at first use."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from assist.domain.turn import Question
from knowledge_base.factory import KnowledgeBase
from knowledge_base.models import Audience, ClientId, KnowledgeVersion, Reading, VersionNumber
from knowledge_base.retrieval.retriever import Query, Retrieved

READ_QUESTIONS = 256
"""Questions whose readings are kept: one message is searched several times within its turn."""


class KnowledgeBaseSearch:
    """Searches the indexes that the question's audience may read."""

    def __init__(self, knowledge_base: KnowledgeBase) -> None:
        self._knowledge_base = knowledge_base
        self._read = lru_cache(READ_QUESTIONS)(knowledge_base.retriever.read)
        self._checked: set[tuple[ClientId, VersionNumber]] = set()
        self._lock = Lock()

    def find_version(self, client_id: ClientId) -> KnowledgeVersion | None:
        """Return the published version with its indexes in place."""
        version = self._knowledge_base.retriever.find_version(client_id)
        if version and (client_id, version.number) not in self._checked:
            with self._lock:
                self._knowledge_base.publisher.repair(version)
                self._checked.add((client_id, version.number))
        return version

    def search(
        self, version: KnowledgeVersion, question: Question, text: str, limit: int
    ) -> Retrieved:
        """Search public knowledge, and internal knowledge too for an agent."""
        return self._retrieve(version, Query(text, _readable(question), question.on, limit))

    def closeness(self, version: KnowledgeVersion, question: Question, text: str) -> float:
        """Compare a text as a whole with what the asker may read."""
        retriever = self._knowledge_base.retriever
        query = retriever.respell(version, Query(text, _readable(question), question.on))
        return retriever.closeness(version, query, self._read(query.text))

    def best_internal_score(
        self, version: KnowledgeVersion, question: Question, text: str
    ) -> float:
        """Search internal knowledge for a number that helps to decide."""
        found = self._retrieve(version, Query(text, (Audience.INTERNAL,), question.on, limit=3))
        return found.passages[0].score if found.passages else 0.0

    def _retrieve(self, version: KnowledgeVersion, query: Query) -> Retrieved:
        query = self._knowledge_base.retriever.respell(version, query)
        reading: Reading = self._read(query.text)
        return self._knowledge_base.retriever.retrieve(version, query, reading)


def _readable(question: Question) -> tuple[Audience, ...]:
    if question.audience is Audience.PUBLIC:
        return (Audience.PUBLIC,)
    return (Audience.PUBLIC, Audience.INTERNAL)
