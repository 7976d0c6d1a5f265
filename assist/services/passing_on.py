"""Passes a conversation on: to a colleague, a queue, the assistant or the client company."""

from __future__ import annotations

from assist.domain import desk_moves
from assist.domain.conversation import Author, Conversation, Escalation, MessageDraft, Step
from assist.domain.decision import HandoffTarget
from assist.domain.desk import GENERAL_QUEUE
from assist.domain.desk_moves import Actor, ToAgent, ToQueue, TransferTarget
from assist.domain.errors import ConversationStateError, NoContactError
from assist.domain.exchange import Exchange
from assist.domain.notices import joined_notice
from assist.domain.rules import Priority
from assist.services.moving import Moving
from knowledge_base.models import Audience


class PassingOn(Moving):
    """What an agent does who does not go on alone.

    The same `key` again does nothing more and returns what the first request led to.
    """

    def transfer(
        self,
        conversation: Conversation,
        actor: Actor,
        target: TransferTarget,
        note: str = "",
        *,
        key: str = "",
    ) -> Exchange:
        """Pass the conversation to a person or a queue, with a word for whoever takes it."""
        at = self._clock()
        queue = GENERAL_QUEUE
        phrases = self._phrases(conversation)
        notice = self._notice(phrases.transferred)
        match target:
            case ToAgent():
                notice = self._notice(joined_notice(phrases, target.name))
            case ToQueue():
                queue = target.queue or queue
        spare = self._handing_over.for_agent(
            conversation, desk_moves.TRANSFERRED, HandoffTarget(queue, Priority.NORMAL)
        )
        said = (*self._notes(actor, note), notice)
        return self.move(
            conversation,
            lambda current: desk_moves.transfer(current, actor, target, spare.handoff, said, at),
            self._request(actor, "transfer", key, target, note),
        )

    def hand_back(
        self, conversation: Conversation, actor: Actor, note: str = "", *, key: str = ""
    ) -> Exchange:
        """Return the conversation to the assistant and tell the customer."""
        at = self._clock()
        notice = self._notice(self._phrases(conversation).handed_back)
        said = (*self._notes(actor, note), notice)
        return self.move(
            conversation,
            lambda current: desk_moves.hand_back(current, actor, said, at),
            self._request(actor, "hand_back", key, note),
        )

    def escalate(
        self, conversation: Conversation, actor: Actor, note: str, *, key: str = ""
    ) -> Exchange:
        """Let the conversation wait for the client company; whoever reads the event tells it.

        Raises `NoContactError` when the client named nobody.
        """
        escalation = self._escalation(conversation)
        notice = self._notice(self._phrases(conversation).waiting_on_client)
        said = (*self._notes(actor, note), notice)
        return self.move(
            conversation,
            lambda current: desk_moves.escalate(current, actor, escalation, said),
            self._request(actor, "escalate", key, note),
        )

    def escalate_again(self, conversation: Conversation, question: str, asker: Actor) -> Exchange:
        """Ask the client company what it was not told before; the customer knows already.

        Raises `NoContactError`, and `ConversationStateError` also for what has changed since the
        conversation was read.
        """
        escalation = self._escalation(conversation)
        sent = MessageDraft(
            Author.SYSTEM,
            "The question is sent to the client company again.",
            escalation.since,
            audience=Audience.INTERNAL,
        )
        said = (sent, *self._notes(asker, question))

        def move(current: Conversation) -> Step:
            if current.revision != conversation.revision:
                raise ConversationStateError(
                    f"the conversation {conversation.id!r} has just changed; look at it, then "
                    "send the question again"
                )
            return desk_moves.escalate(current, Actor(None, ""), escalation, said)

        return self.move(conversation, move)

    def _escalation(self, conversation: Conversation) -> Escalation:
        contact = self._clients.get(conversation.client_id).escalation
        if not contact.can_be_reached:
            raise NoContactError(
                f"the client {conversation.client_id!r} named nobody to escalate to; put an "
                "`escalation` with an `email` or a `webhook_url` into its profile"
            )
        return Escalation(self._clock(), contact.email or contact.webhook_url)
