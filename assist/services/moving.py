"""How a request changes a conversation, and what is said along with it."""

from __future__ import annotations

from uuid import uuid4

from assist.domain.client import Phrases
from assist.domain.conversation import Author, Conversation, MessageDraft, Move
from assist.domain.desk_moves import Actor
from assist.domain.exchange import Exchange, RequestKey
from assist.domain.notices import joined_notice
from assist.ports import Clock, ConversationStore, Wakeups
from assist.services.clients import ClientService
from assist.services.handing_over import HandingOverService
from knowledge_base.models import Audience


class Moving:
    """What all services that move conversations share."""

    def __init__(
        self,
        store: ConversationStore,
        clients: ClientService,
        handing_over: HandingOverService,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clients = clients
        self._handing_over = handing_over
        self._wakeups = wakeups
        self._clock = clock

    def move(
        self, conversation: Conversation, move: Move, key: RequestKey | None = None
    ) -> Exchange:
        """Do a request and wake who looks on; one without a key is always a new one."""
        key = key or RequestKey.of(Author.SYSTEM, uuid4().hex, "")
        exchange = self._store.accept(conversation.id, key, move)
        self._wakeups.wake(conversation.id, conversation.client_id)
        return exchange

    def _request(self, actor: Actor, action: str, key: str, *content: object) -> RequestKey | None:
        """Name what an agent asks for; without a key every request is a new one."""
        return RequestKey.of(f"{action}:{actor.user_id or ''}", key, repr(content)) if key else None

    def _phrases(self, conversation: Conversation) -> Phrases:
        return self._clients.get(conversation.client_id).phrases

    def _joined(self, conversation: Conversation, actor: Actor) -> MessageDraft:
        return self._notice(joined_notice(self._phrases(conversation), actor.name))

    def _notice(self, text: str) -> MessageDraft:
        return MessageDraft(Author.SYSTEM, text, self._clock())

    def _notes(self, actor: Actor, text: str) -> tuple[MessageDraft, ...]:
        return (self._note(actor, text),) if text else ()

    def _note(self, actor: Actor, text: str) -> MessageDraft:
        return MessageDraft(
            Author.AGENT,
            text,
            self._clock(),
            author_id=actor.user_id,
            author_name=actor.name,
            audience=Audience.INTERNAL,
        )
