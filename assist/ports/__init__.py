"""What the assistant needs from outside; adapters implement these, fakes in tests too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from assist.domain.client import ClientProfile
from assist.domain.conversation import Conversation, ConversationId, Message, Move
from assist.domain.exchange import Event, EventId, Exchange, QueuePlace, RequestKey
from assist.domain.jobs import Job, JobId
from assist.domain.keys import ApiKey, ApiKeyId
from assist.domain.turn import Question, Turn, TurnId
from knowledge_base.models import Audience, ClientId, KnowledgeVersion
from knowledge_base.retrieval.retriever import Retrieved

Clock = Callable[[], datetime]
"""Returns the current time in UTC."""


class KnowledgeSearch(Protocol):
    """Searches a client's published knowledge."""

    def find_version(self, client_id: ClientId) -> KnowledgeVersion | None:
        """Return the version that answers now."""

    def search(
        self, version: KnowledgeVersion, question: Question, text: str, limit: int
    ) -> Retrieved:
        """Return passages that the question's audience may read and that hold on its day."""

    def closeness(self, version: KnowledgeVersion, question: Question, text: str) -> float:
        """Return the cosine of the passage nearest to a text; much cheaper than a search."""

    def best_internal_score(
        self, version: KnowledgeVersion, question: Question, text: str
    ) -> float:
        """Return the best fused score among internal passages: a number, never a text."""


class ClientDirectory(Protocol):
    """The clients that the BPO serves."""

    def add_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        """Add a client. Raises `ClientExistsError`."""

    def update_client(self, client_id: ClientId, profile: ClientProfile) -> None:
        """Replace a client's profile. Raises `ClientNotFoundError`."""

    def get_client(self, client_id: ClientId) -> ClientProfile:
        """Return a client's profile. Raises `ClientNotFoundError`."""

    def list_clients(self) -> list[tuple[ClientId, ClientProfile]]:
        """Return all clients by id."""


class KeyRing(Protocol):
    """API keys; only their digests are stored."""

    def add_key(self, key: ApiKey, digest: str) -> None:
        """Store a key under the digest of its secret."""

    def find_key(self, digest: str) -> ApiKey | None:
        """Return the key with that digest, revoked and expired ones too."""

    def list_keys(self, client_id: ClientId) -> list[ApiKey]:
        """Return a client's keys, newest first."""

    def revoke_key(self, client_id: ClientId, key_id: ApiKeyId, at: datetime) -> bool:
        """Revoke a client's key; say whether there was an active one."""


class TurnLog(Protocol):
    """The durable record of turns."""

    def add_turn(self, turn: Turn) -> None:
        """Store a turn; it is durable on return."""

    def find_turn(self, client_id: ClientId, turn_id: TurnId) -> Turn | None:
        """Return a client's turn."""


class JobQueue(Protocol):
    """Background work with a lease: a job whose worker dies is taken again by another one."""

    def add_job(self, job: Job) -> None:
        """Store a waiting job."""

    def find_job(self, client_id: ClientId, job_id: JobId) -> Job | None:
        """Return a client's job."""

    def list_jobs(self, client_id: ClientId, limit: int) -> Sequence[Job]:
        """Return a client's jobs, newest first."""

    def claim_job(self, now: datetime, lease_until: datetime) -> Job | None:
        """Take the oldest job that waits or whose lease ended; nobody else gets it."""

    def save_job(self, job: Job) -> bool:
        """Store progress or outcome; say whether the lease was still this worker's."""


class ConversationStore(Protocol):
    """Conversations and their messages; what is returned is durable."""

    def add_conversation(self, conversation: Conversation) -> None:
        """Store a new conversation."""

    def find_conversation(
        self, client_id: ClientId, conversation_id: ConversationId
    ) -> Conversation | None:
        """Return a client's conversation."""

    def accept(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        """Do a request once: one that came before with this key is returned as it stands.

        State, messages, their sequences, the key and the events are written together. Raises
        `ConversationNotFoundError`, `KeyReusedError`, and what `move` raises.
        """

    def complete(self, conversation_id: ConversationId, key: RequestKey, move: Move) -> Exchange:
        """Add the reply to an accepted request; one that has it already is returned unchanged."""

    def list_messages(
        self,
        conversation_id: ConversationId,
        after: int,
        limit: int,
        audience: Audience = Audience.PUBLIC,
    ) -> Sequence[Message]:
        """Return up to `limit` messages whose sequences follow `after`, in order.

        Notes are left out unless they are for the audience.
        """


class ConversationLists(Protocol):
    """The conversations that somebody has to look after."""

    def list_queued(
        self, client_id: ClientId, after: QueuePlace | None, limit: int
    ) -> Sequence[Conversation]:
        """Return a client's waiting conversations: the most urgent, then the longest waiting."""

    def list_unanswered(self) -> Sequence[Exchange]:
        """Return the requests of all clients that still await the assistant's reply."""

    def list_idle(self, client_id: ClientId, until: datetime, limit: int) -> Sequence[Conversation]:
        """Return a client's conversations that the assistant has, last changed until then.

        The longest unchanged come first; those that the assistant owes a reply are left out.
        """


class Outbox(Protocol):
    """Events written together with what they tell of, for delivery at least once."""

    def claim_events(self, now: datetime, until: datetime, limit: int) -> Sequence[Event]:
        """Take the oldest events that nobody else has; unacknowledged ones come again `until`."""

    def acknowledge(self, event_ids: Sequence[EventId]) -> None:
        """Forget delivered events."""


class Listener(Protocol):
    """Waits for news, within one event loop."""

    async def wait(self, timeout_s: float) -> bool:
        """Return after news or the timeout, and `False` when streams must end."""


class Wakeups(Protocol):
    """Hints that a conversation has news. One may get lost: listeners look again by themselves."""

    def wake(self, conversation_id: ConversationId, client_id: ClientId) -> None:
        """Wake the listeners of a conversation and of its client, from any thread."""

    def listen(self, conversation_id: ConversationId) -> AbstractContextManager[Listener]:
        """Listen to a conversation from now on, inside an event loop."""

    def listen_to_clients(
        self, client_ids: Collection[ClientId]
    ) -> AbstractContextManager[Listener]:
        """Listen to all conversations of some clients from now on, inside an event loop."""

    def close(self) -> None:
        """Tell all listeners, present and future, that streams must end."""
