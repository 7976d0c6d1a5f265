"""Sums conversations up for agents."""

from __future__ import annotations

from assist.domain.conversation import Conversation
from assist.domain.summary import summarise
from assist.ports import ConversationStore, TurnLog
from assist.services.handing_over import find_turns, newest_messages

READ_MESSAGES = 200


class SummarisingService:
    """Reads a conversation and says in a few lines how it stands."""

    def __init__(self, conversations: ConversationStore, turns: TurnLog) -> None:
        self._conversations = conversations
        self._turns = turns

    def summarise(self, conversation: Conversation) -> str:
        """Return the labelled lines, with the outcome once the conversation is resolved."""
        messages = newest_messages(self._conversations, conversation, READ_MESSAGES)
        turns = find_turns(self._turns, conversation, messages)
        ended = conversation.resolution
        outcome = " ".join(filter(None, (ended.disposition, ended.note))) if ended else ""
        return summarise(messages, turns, language=conversation.language, outcome=outcome)
