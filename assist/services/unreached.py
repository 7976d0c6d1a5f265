"""What becomes of an escalation that did not arrive: agents get it back, and may send it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Message,
    MessageDraft,
    Step,
)
from assist.domain.decision import HandoffTarget
from assist.domain.deliveries import Delivery, DeliveryState, TargetKind
from assist.domain.desk import GENERAL_QUEUE
from assist.domain.desk_moves import Actor, client_not_reached
from assist.domain.errors import WebhookStateError
from assist.domain.exchange import Event, RequestKey
from assist.domain.people import UserId
from assist.domain.rules import Priority
from assist.ports import Clock, ConversationStore
from assist.ports.webhooks import DeliveryArchive
from assist.services.desk import DeskService
from assist.services.handing_over import HandingOverService
from assist.services.notifying import find_message
from assist.services.noting import NotingService
from knowledge_base.models import Audience

CLIENT_NOT_REACHED = "client_not_reached"
LOOKED_THROUGH = 200
"""How many messages after an escalation are read to see whether people have gone on since."""


class UnreachedService:
    """Escalations whose deliveries are dead."""

    def __init__(
        self,
        conversations: ConversationStore,
        archive: DeliveryArchive,
        notes: NotingService,
        desk: DeskService,
        handing_over: HandingOverService,
        clock: Clock,
        *,
        is_agent_gone: Callable[[UserId], bool] = lambda _: False,
    ) -> None:
        self._conversations = conversations
        self._archive = archive
        self._notes = notes
        self._desk = desk
        self._handing_over = handing_over
        self._clock = clock
        self._is_agent_gone = is_agent_gone

    def is_awaited(self, conversation: Conversation, event: Event) -> bool:
        """Say whether the conversation waits for the answer to the escalation of this event."""
        escalation = conversation.escalation
        said = find_message(self._conversations, event)
        return escalation is not None and said is not None and said.created_at >= escalation.since

    def give_up(self, delivery: Delivery) -> None:
        """Tell the agents, and give them the conversation back when no other way is left."""
        is_mail = delivery.target.kind is TargetKind.CONTACT_MAIL
        way = "e-mail" if is_mail else "webhook"
        failure = f"The client company could not be reached by {way} ({delivery.error})."
        if self._has_other_way(delivery):
            self._notes.note_dead(delivery, f"{failure} It is told in another way too.")
            return
        event = delivery.event
        found = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if found is not None:
            self._give_back(found, event, failure)

    def send_again(self, delivery: Delivery) -> None:
        """Ask the question of a dead delivery anew, unless the client company is asked already.

        Links of the first attempts stay closed. Raises `WebhookStateError` when people have gone on
        since, `ConversationStateError` and `NoContactError`.
        """
        event = delivery.event
        found = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if found is None or found.state is ConversationState.WAITING_ON_CLIENT:
            return
        since = self._messages(found, event.sequence, LOOKED_THROUGH)
        if any(each.author in {Author.AGENT, Author.CLIENT} for each in since):
            raise WebhookStateError(
                f"people have gone on with the conversation {found.id!r} since; escalate it there "
                "if the client company is still to be asked"
            )
        question = self._question(found, event)
        asker = Actor(question.author_id, question.author_name) if question else Actor(None, "")
        self._desk.escalate_again(found, question.text if question else "", asker)

    def _has_other_way(self, delivery: Delivery) -> bool:
        return any(
            each.target.kind.is_contact
            and each.id != delivery.id
            and each.state is not DeliveryState.DEAD
            for each in self._archive.list_of_event(delivery.event)
        )

    def _give_back(self, conversation: Conversation, event: Event, failure: str) -> None:
        """Return the conversation once; what waits no more, or for another answer, stays."""
        advice = "The conversation is back: escalate it again, or reach the client another way."
        note = MessageDraft(
            Author.SYSTEM, f"{failure} {advice}", self._clock(), audience=Audience.INTERNAL
        )
        target = HandoffTarget(GENERAL_QUEUE, Priority.HIGH)
        spare = self._handing_over.for_agent(conversation, CLIENT_NOT_REACHED, target).handoff
        awaited = conversation.escalation if self.is_awaited(conversation, event) else None

        def move(current: Conversation) -> Step:
            if awaited is None or current.escalation != awaited:
                return Step(current)
            is_gone = current.assignee is not None and self._is_agent_gone(current.assignee)
            return client_not_reached(current, note, spare, is_agent_gone=is_gone)

        key = RequestKey.of(Author.SYSTEM, f"not-reached-{event.id}", "")
        self._desk.move(conversation, move, key)

    def _question(self, conversation: Conversation, event: Event) -> Message | None:
        """Return the agent's note, which stands at or right before the end of what was said."""
        last = self._messages(conversation, max(0, event.sequence - 2), 2)
        asked = [
            each
            for each in last
            if each.author is Author.AGENT and each.audience is Audience.INTERNAL
        ]
        return asked[-1] if asked else None

    def _messages(self, conversation: Conversation, after: int, limit: int) -> Sequence[Message]:
        return self._conversations.list_messages(conversation.id, after, limit, Audience.INTERNAL)
