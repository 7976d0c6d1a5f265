"""The parts that search the published knowledge; they open the embedded stores at first use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assist.adapters.knowledge_search import KnowledgeBaseSearch
from assist.adapters.no_turn_log import NoTurnLog
from assist.bootstrap.writing_parts import WritingParts
from assist.domain.calibration import ClientPolicy
from assist.domain.errors import SettingsError
from assist.ports import KnowledgeSearch
from assist.services.answering import AnsweringService
from knowledge_base.factory import KnowledgeBase, build_knowledge_base, open_embedder
from knowledge_base.models import KnowledgeBaseError
from knowledge_base.retrieval.fusion import FusionWeights

if TYPE_CHECKING:
    from contextlib import ExitStack

    from assist.adapters.home_lock import HomeLock
    from assist.bootstrap.settings import Settings
    from assist.domain.policy import AnswerPolicy
    from knowledge_base.ports import Embedder, PublicationStore


class KnowledgeParts(WritingParts):
    """The parts that search the published knowledge and answer from it."""

    home_lock: HomeLock
    _embedder: Embedder | None
    _lock_wait_s: float
    _closing: ExitStack

    @cached_property
    def publications(self) -> PublicationStore:
        """Which knowledge versions exist and answer; plain SQL, without the embedded stores."""
        from knowledge_base.adapters.sql.publications import SqlPublicationStore

        return SqlPublicationStore(self.engine)

    @cached_property
    def knowledge_base(self) -> KnowledgeBase:
        """The knowledge base on the embedded stores."""
        from knowledge_base.adapters.bm25_index import Bm25Index
        from knowledge_base.adapters.chroma_index import EmbeddedChromaIndex

        self.home_lock.acquire(wait_s=self._lock_wait_s)
        settings = self.settings
        vectors = EmbeddedChromaIndex(settings.home / "chroma")
        self._closing.callback(vectors.close)
        return build_knowledge_base(
            self.engine,
            self._embedder or _open_model(settings),
            vectors,
            Bm25Index(settings.home / "lexical"),
            FusionWeights(self.policy.lexical_weight, self.policy.words_weight),
        )

    @cached_property
    def search(self) -> KnowledgeSearch:
        """Search in the published knowledge."""
        return KnowledgeBaseSearch(self.knowledge_base)

    @cached_property
    def answering(self) -> AnsweringService:
        """Answers to questions."""
        return AnsweringService(
            self.clients, self.search, self.turns, self.policies.find, self.clock, self.writing
        )

    def answering_with(self, policy: AnswerPolicy) -> AnsweringService:
        """Return what answers by this policy for every client and records nothing: to measure."""
        fixed = ClientPolicy(policy)
        return AnsweringService(self.clients, self.search, NoTurnLog(), lambda _: fixed, self.clock)


def _open_model(settings: Settings) -> Embedder:
    try:
        return open_embedder(settings.model, settings.model_cache, settings.threads)
    except KnowledgeBaseError as error:
        raise SettingsError(f"ASSIST_MODEL: {error}") from error
    except OSError as error:
        raise SettingsError(
            f"the model cannot be read or exported ({error}); make the folder of "
            "ASSIST_MODEL_CACHE writable, or set another one"
        ) from error
