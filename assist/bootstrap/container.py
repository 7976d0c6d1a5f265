"""Composes the parts; what is heavy or exclusive is opened at first use."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from assist.adapters.home_lock import HomeLock, prepare_home
from assist.adapters.knowledge_search import KnowledgeBaseSearch
from assist.adapters.sql.clients import SqlClientDirectory, SqlKeyRing
from assist.adapters.sql.conversation_lists import SqlConversationLists
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.jobs import SqlJobQueue
from assist.adapters.sql.outbox import SqlOutbox
from assist.adapters.sql.schema import migrate
from assist.adapters.sql.turns import SqlTurnLog
from assist.adapters.wakeups import InProcessWakeups
from assist.bootstrap.settings import Settings
from assist.domain.errors import SettingsError
from assist.domain.policy import AnswerPolicy
from assist.ports import (
    ClientDirectory,
    Clock,
    ConversationLists,
    ConversationStore,
    JobQueue,
    KeyRing,
    KnowledgeSearch,
    Outbox,
    TurnLog,
    Wakeups,
)
from assist.services.answering import AnsweringService
from assist.services.clients import ClientService
from assist.services.conversing import ConversingService
from assist.services.desk import DeskService
from assist.services.following import FollowingService
from assist.services.keys import KeyService
from knowledge_base.adapters.sql.engine import open_engine
from knowledge_base.factory import KnowledgeBase, build_knowledge_base, open_embedder
from knowledge_base.models import KnowledgeBaseError
from knowledge_base.retrieval.fusion import FusionWeights

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge_base.ports import Embedder, PublicationStore


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Container:
    """The assembled product of one process.

    SQL is open at once. The embedded stores belong to one process: `knowledge_base` takes the
    home's lock at first use and raises `HomeInUseError` when another process has it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        policy: AnswerPolicy,
        clock: Clock,
        embedder: Embedder | None,
        lock_wait_s: float,
    ) -> None:
        self.settings = settings
        self.policy = policy
        self.clock = clock
        self._embedder = embedder
        self._lock_wait_s = lock_wait_s
        prepare_home(settings.home)
        self.home_lock = HomeLock(settings.home)
        self._closing = ExitStack()
        self.engine = _open_database(settings)
        self._closing.callback(self.engine.dispose)
        self._closing.callback(self.home_lock.release)
        migrate(self.engine)

    @cached_property
    def clients(self) -> ClientService:
        """Clients by id, with their profiles checked."""
        directory: ClientDirectory = SqlClientDirectory(self.engine)
        return ClientService(directory)

    @cached_property
    def keys(self) -> KeyService:
        """API keys."""
        ring: KeyRing = SqlKeyRing(self.engine)
        return KeyService(ring, self.clock)

    @cached_property
    def turns(self) -> TurnLog:
        """The log of turns."""
        return SqlTurnLog(self.engine)

    @cached_property
    def jobs(self) -> JobQueue:
        """The background work."""
        return SqlJobQueue(self.engine)

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
            FusionWeights(self.policy.lexical_weight),
        )

    @cached_property
    def search(self) -> KnowledgeSearch:
        """Search in the published knowledge."""
        return KnowledgeBaseSearch(self.knowledge_base)

    @cached_property
    def answering(self) -> AnsweringService:
        """Answers to questions."""
        return AnsweringService(self.clients, self.search, self.turns, self.policy, self.clock)

    @cached_property
    def conversations(self) -> ConversationStore:
        """Conversations and their messages."""
        return SqlConversationStore(self.engine)

    @cached_property
    def conversation_lists(self) -> ConversationLists:
        """The conversations that somebody has to look after."""
        return SqlConversationLists(self.engine)

    @cached_property
    def outbox(self) -> Outbox:
        """The events of conversations, for others."""
        return SqlOutbox(self.engine)

    @cached_property
    def wakeups(self) -> Wakeups:
        """Hints for the live streams of this process."""
        return InProcessWakeups()

    @cached_property
    def conversing(self) -> ConversingService:
        """Customers' messages and the assistant's replies."""
        return ConversingService(
            self.conversations,
            self.conversation_lists,
            self.answering,
            self.clients,
            self.wakeups,
            self.clock,
        )

    @cached_property
    def desk(self) -> DeskService:
        """What customers and agents do with conversations."""
        return DeskService(self.conversations, self.clients, self.wakeups, self.clock)

    @cached_property
    def following(self) -> FollowingService:
        """Live streams of conversations."""
        return FollowingService(self.conversations, self.wakeups)

    def close(self) -> None:
        """Close the stores, then release the lock and the database."""
        self._closing.close()


def _open_database(settings: Settings) -> Engine:
    try:
        return open_engine(settings.database)
    except KnowledgeBaseError as error:
        raise SettingsError(f"ASSIST_DATABASE_URL: {error}") from error


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


def build_container(
    settings: Settings,
    *,
    policy: AnswerPolicy | None = None,
    clock: Clock = utc_now,
    embedder: Embedder | None = None,
    lock_wait_s: float = 0,
) -> Container:
    """Compose the product; tests and evaluations replace parts by argument.

    Raises `SettingsError` for settings that cannot work together.
    """
    if settings.workers > 1:
        raise SettingsError(
            f"ASSIST_WORKERS={settings.workers}, but the embedded vector store belongs to one "
            "process: two silently corrupt it; set ASSIST_WORKERS=1"
        )
    return Container(
        settings,
        policy=policy or AnswerPolicy(),
        clock=clock,
        embedder=embedder,
        lock_wait_s=lock_wait_s,
    )
