"""What every group of parts is built from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assist.adapters.language import FastTextLanguages
from assist.adapters.sql.calibrations import SqlCalibrationStore
from assist.adapters.sql.clients import SqlClientDirectory, SqlKeyRing
from assist.adapters.sql.conversation_lists import SqlConversationLists
from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.jobs import SqlJobQueue
from assist.adapters.sql.outbox import SqlOutbox
from assist.adapters.sql.turns import SqlTurnLog
from assist.adapters.wakeups import InProcessWakeups
from assist.ports import (
    ClientDirectory,
    ConversationLists,
    ConversationStore,
    JobQueue,
    KeyRing,
    Outbox,
    TurnLog,
    Wakeups,
)
from assist.ports.language import LanguageDetector
from assist.services.clients import ClientService
from assist.services.keys import KeyService
from assist.services.policies import PolicyService

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assist.bootstrap.settings import Settings
    from assist.domain.policy import AnswerPolicy
    from assist.ports import Clock


class BaseParts:
    """Settings, clock, the database, and the stores that need nothing else."""

    settings: Settings
    policy: AnswerPolicy
    clock: Clock
    engine: Engine

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
    def policies(self) -> PolicyService:
        """The policy of each client."""
        return PolicyService(SqlCalibrationStore(self.engine), self.policy, self.clock)

    @cached_property
    def languages(self) -> LanguageDetector:
        """What tells the language of a text; its model is loaded at first use."""
        return FastTextLanguages()

    @cached_property
    def turns(self) -> TurnLog:
        """The log of turns."""
        return SqlTurnLog(self.engine)

    @cached_property
    def jobs(self) -> JobQueue:
        """The background work."""
        return SqlJobQueue(self.engine)

    @cached_property
    def conversations(self) -> ConversationStore:
        """Conversations and their messages."""
        return SqlConversationStore(self.engine, self.clock)

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
