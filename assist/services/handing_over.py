"""Prepares a handoff before it happens: its deadline, its packet, and what the customer is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assist.domain.client import ClientProfile
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationId,
    Handoff,
    Message,
    MessageDraft,
)
from assist.domain.decision import HandoffTarget
from assist.domain.desk import GENERAL_QUEUE, expected_wait_s
from assist.domain.moves import ASKED_FOR_PERSON, ASSISTANT_FAILED, REOPENED, Handover, Reopening
from assist.domain.notices import waiting_notice
from assist.domain.packet import HandoffPacket
from assist.domain.packing import build_packet, situation_of
from assist.domain.rules import Priority
from assist.domain.situation import Situation
from assist.domain.tried import recent_turn_ids, unsettled
from assist.domain.turn import Turn
from assist.ports import Clock, ConversationStore, TurnLog
from assist.ports.desk import QueueFigures
from assist.services.clients import ClientService
from knowledge_base.models import Audience, ClientId

PACKED_MESSAGES = 100
"""How many of the newest messages an agent's packet is made of."""

PAST_WAITS = 50
"""How many of a queue's newest handoffs tell how long one waits there."""

_logger = logging.getLogger(__name__)

FindUnhelpful = Callable[[ConversationId], Collection[int]]
"""Returns the sequences of the replies that a customer called unhelpful."""

_GENERAL = HandoffTarget(GENERAL_QUEUE, Priority.NORMAL)


@dataclass(frozen=True)
class Place:
    """Where a waiting customer stands: from 1, and the seconds to go if they can be foretold."""

    number: int
    expected_wait_s: int | None


class HandingOverService:
    """Builds what moves store; it reads, and writes nothing."""

    def __init__(
        self,
        store: ConversationStore,
        turns: TurnLog,
        figures: QueueFigures,
        clients: ClientService,
        clock: Clock,
        *,
        find_unhelpful: FindUnhelpful = lambda _: (),
    ) -> None:
        self._find_unhelpful = find_unhelpful
        self._store = store
        self._turns = turns
        self._figures = figures
        self._clients = clients
        self._clock = clock

    def situation(self, conversation: Conversation, messages: Sequence[Message]) -> Situation:
        """Tell the situation in which the last of the messages arrives; rules may ask for it."""
        has_replies = any(each.author is Author.ASSISTANT for each in messages)
        unhelpful = self._find_unhelpful(conversation.id) if has_replies else ()
        return situation_of(
            messages,
            find_turns(self._turns, conversation, unsettled(messages, unhelpful)),
            attributes=conversation.customer.attributes,
            is_verified=conversation.customer.is_verified,
            unhelpful=unhelpful,
        )

    def for_turn(self, conversation: Conversation, turn: Turn) -> Handover | None:
        """Prepare the handoff that a turn decided on, if it did; its reply announces it."""
        if turn.handoff is None:
            return None
        return self._prepare(conversation, turn.reason, turn.handoff, "", turn)

    def for_customer(self, conversation: Conversation) -> Handover:
        """Prepare the handoff that the customer asks for."""
        phrase = self._clients.get(conversation.client_id).phrases.handoff
        return self._prepare(conversation, ASKED_FOR_PERSON, _GENERAL, phrase)

    def for_failure(self, conversation: Conversation) -> Handover:
        """Prepare the handoff of a message that could not be answered."""
        phrase = self._clients.get(conversation.client_id).phrases.failed
        return self._prepare(conversation, ASSISTANT_FAILED, _GENERAL, phrase)

    def for_agent(self, conversation: Conversation, reason: str, target: HandoffTarget) -> Handover:
        """Prepare the handoff of a conversation that an agent passes on without having one."""
        return self._prepare(conversation, reason, target, "")

    def for_return(self, conversation: Conversation) -> Reopening:
        """Prepare for a customer who writes after the end."""
        profile = self._clients.get(conversation.client_id)
        before = conversation.handoff
        target = HandoffTarget(before.queue if before else GENERAL_QUEUE, Priority.HIGH)
        handover = self._prepare(conversation, REOPENED, target, profile.phrases.reopened)
        return Reopening(timedelta(hours=profile.reopen_hours), handover)

    def find_place(self, client_id: ClientId, handoff: Handoff) -> Place:
        """Tell where a handoff stands in its queue now."""
        ahead = self._figures.count_ahead(client_id, handoff)
        waits = self._figures.list_waits_s(client_id, handoff.queue, PAST_WAITS)
        return Place(ahead + 1, expected_wait_s(waits, ahead + 1))

    def _prepare(
        self,
        conversation: Conversation,
        reason: str,
        target: HandoffTarget,
        phrase: str,
        turn: Turn | None = None,
    ) -> Handover:
        """Prepare a handoff that begins now; the customer reads the phrase, then how long."""
        at = self._clock()
        profile = self._clients.get(conversation.client_id)
        handoff = Handoff(
            reason=reason,
            queue=target.queue,
            priority=target.priority,
            queued_at=at,
            skill=target.skill,
            deadline_at=_deadline(profile, target.priority, at),
            is_after_hours=not profile.hours.is_open(at),
            packet=self._pack(conversation, profile, reason, turn),
        )
        place = self.find_place(conversation.client_id, handoff)
        waiting = waiting_notice(
            profile, conversation.customer, at, place.number, place.expected_wait_s
        )
        notice = MessageDraft(Author.SYSTEM, f"{phrase} {waiting}".strip(), at)
        return Handover(handoff, (notice,))

    def _pack(
        self, conversation: Conversation, profile: ClientProfile, reason: str, turn: Turn | None
    ) -> HandoffPacket:
        messages = newest_messages(self._store, conversation, PACKED_MESSAGES)
        turns = find_turns(self._turns, conversation, messages)
        try:
            return build_packet(
                messages,
                [*turns, turn] if turn else turns,
                profile,
                reason=reason,
                language=conversation.language,
            )
        except Exception:  # a customer gets a person also when the packing has a fault
            _logger.exception("the packet of %s could not be made", conversation.id)
            return HandoffPacket(reason, reason)


def newest_messages(
    store: ConversationStore, conversation: Conversation, limit: int
) -> Sequence[Message]:
    """Return a conversation's newest messages for customers, in order.

    The conversation may have grown since it was read: a few more are asked for.
    """
    before = max(0, conversation.last_sequence - limit)
    return store.list_messages(conversation.id, before, limit * 2, Audience.PUBLIC)


def find_turns(log: TurnLog, conversation: Conversation, messages: Sequence[Message]) -> list[Turn]:
    """Return the turns of the assistant's newest messages, as far as they are recorded."""
    turn_ids = recent_turn_ids(messages)
    found = (log.find_turn(conversation.client_id, turn_id) for turn_id in turn_ids)
    return [turn for turn in found if turn is not None]


def _deadline(profile: ClientProfile, priority: Priority, at: datetime) -> datetime:
    """Return when the first reply is due: the clock runs only while people answer."""
    return profile.hours.add_open_seconds(at, profile.service_levels.seconds(priority))
