"""Brings to Chatwoot what the assistant says, and when people are needed or not any more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from assist.domain import chatwoot
from assist.domain.chatwoot import ChatwootDesk, ChatwootLink
from assist.domain.contact_mail import facts_text
from assist.domain.conversation import (
    Author,
    Conversation,
    ConversationState,
    Message,
)
from assist.domain.deliveries import Answer, Delivery, Target, TargetKind
from assist.domain.exchange import Event, EventKind
from assist.domain.packet import HandoffPacket
from assist.ports import ConversationStore
from assist.ports.webhooks import Call, ChatwootDesks, ChatwootLinks, HttpSender
from assist.services.notifying import find_message
from assist.services.noting import NotingService
from knowledge_base.models import Audience

_DONE = Answer()


class Part(StrEnum):
    """The calls that one event may need; notes come before the status, so that agents see them."""

    MESSAGE = "message"
    NOTE = "note"
    STATUS = "status"


class ChatwootCourier:
    """The `Router` and `Courier` of conversations that are held at Chatwoot."""

    def __init__(
        self,
        desks: ChatwootDesks,
        links: ChatwootLinks,
        conversations: ConversationStore,
        sender: HttpSender,
        notes: NotingService,
    ) -> None:
        self._desks = desks
        self._links = links
        self._conversations = conversations
        self._sender = sender
        self._notes = notes

    def targets(self, event: Event) -> Sequence[Target]:
        """Return the calls that an event needs."""
        parts = _PARTS.get(event.kind, ())
        link = self._links.find_link_of(event.conversation_id) if parts else None
        if link is None:
            return []
        return [Target(TargetKind.CHATWOOT, link.desk_key, part) for part in parts]

    def send(self, delivery: Delivery) -> Answer:
        """Call Chatwoot, unless it knows already or has moved on."""
        event = delivery.event
        link = self._links.find_link_of(event.conversation_id)
        desk = self._desks.find_desk(delivery.target.id)
        conversation = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if link is None or desk is None or conversation is None:
            return _DONE
        if delivery.target.part == Part.MESSAGE:
            return self._send_message(desk, link, event)
        if delivery.target.part == Part.NOTE:
            return self._send_note(desk, link, conversation)
        return self._send_status(desk, link, event)

    def give_up(self, delivery: Delivery) -> None:
        """Leave a note for agents that the customer at Chatwoot did not get it."""
        self._notes.note_dead(
            delivery,
            f"Chatwoot could not be told of this ({delivery.error}). "
            "The customer may have no answer: look after the conversation there.",
        )

    def _send_message(self, desk: ChatwootDesk, link: ChatwootLink, event: Event) -> Answer:
        message = find_message(self._conversations, event)
        if message is None or not _is_ours(message, event):
            return _DONE
        return self._post(desk, link, _message(message))

    def _send_note(
        self, desk: ChatwootDesk, link: ChatwootLink, conversation: Conversation
    ) -> Answer:
        text = packet_text(conversation)
        return self._post(desk, link, _note(text)) if text else _DONE

    def _send_status(self, desk: ChatwootDesk, link: ChatwootLink, event: Event) -> Answer:
        status = _STATUSES[event.state]
        if status == link.remote_status:
            return _DONE
        answer = self._post(desk, link, {"status": status}, "toggle_status")
        if answer.is_success:
            self._links.save_link(replace(link, remote_status=status))
        return answer

    def _post(
        self,
        desk: ChatwootDesk,
        link: ChatwootLink,
        body: Mapping[str, Any],
        action: str = "messages",
    ) -> Answer:
        path = f"/api/v1/accounts/{desk.account_id}/conversations/{link.remote_id}/{action}"
        headers = {"api_access_token": desk.api_token}
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._sender.call(Call(desk.base_url + path, content, headers))


def packet_text(conversation: Conversation) -> str:
    """Return what the agents of Chatwoot need to know; empty without a handoff."""
    handoff = conversation.handoff
    if handoff is None:
        return ""
    packet = handoff.packet or HandoffPacket(handoff.reason, "")
    reason = packet.reason_text or handoff.reason
    blocks = [
        f"**Handed over by the assistant:** {reason} (priority: {handoff.priority})",
        f"**Wants:** {packet.wants}" if packet.wants else "",
        facts_text(packet.facts),
        packet.summary,
        f"**Suggested reply:** {packet.suggested_reply}" if packet.suggested_reply else "",
    ]
    return "\n\n".join(block for block in blocks if block)


_PARTS: Mapping[EventKind, tuple[Part, ...]] = {
    EventKind.MESSAGE_ADDED: (Part.MESSAGE,),
    EventKind.HANDED_OFF: (Part.NOTE,),
    EventKind.STATE_CHANGED: (Part.STATUS,),
}

_STATUSES = {
    ConversationState.ASSISTANT: chatwoot.PENDING,
    ConversationState.QUEUED: chatwoot.OPEN,
    ConversationState.WITH_AGENT: chatwoot.OPEN,
    ConversationState.WAITING_ON_CLIENT: chatwoot.OPEN,
    ConversationState.RESOLVED: chatwoot.RESOLVED,
}


def _is_ours(message: Message, event: Event) -> bool:
    """Say whether Chatwoot lacks a message: what its own people wrote has no user of ours."""
    if message.audience is Audience.INTERNAL:
        return False
    if message.author is Author.AGENT:
        return message.author_id is not None
    is_notice = message.author is Author.SYSTEM and event.state is not ConversationState.RESOLVED
    return message.author is Author.ASSISTANT or is_notice


def _message(message: Message) -> dict[str, Any]:
    """Return a message for the customer, with the addresses of its sources."""
    cited = {each.source_url: each.title for each in message.citations if each.source_url}
    sources = [f"- [{title}]({url})" for url, title in cited.items()]
    content = "\n\n".join([message.text, "\n".join(sources)]) if sources else message.text
    return {"content": content, "message_type": "outgoing", "private": False}


def _note(text: str) -> dict[str, Any]:
    return {"content": text, "message_type": "outgoing", "private": True}
