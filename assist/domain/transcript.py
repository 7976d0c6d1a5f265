"""A conversation as a plain text that its customer can keep."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from assist.domain.client import ClientProfile
from assist.domain.conversation import Author, Conversation, Message

_NAMES = {
    "en": ("Customer", "AI assistant"),
    "es": ("Cliente", "Asistente de IA"),
    "fr": ("Client", "Assistant IA"),
    "de": ("Kunde", "KI-Assistent"),
    "pt": ("Cliente", "Assistente de IA"),
}


def write_transcript(
    profile: ClientProfile, conversation: Conversation, messages: Sequence[Message]
) -> str:
    """Write the messages with their authors and times in the client's time zone."""
    zone = ZoneInfo(profile.hours.time_zone)
    started = conversation.created_at.astimezone(zone)
    head = f"{profile.name}\n{started:%Y-%m-%d %H:%M} ({profile.hours.time_zone})\n"
    return "\n".join([head, *(_entry(profile, conversation, each, zone) for each in messages)])


def _entry(
    profile: ClientProfile, conversation: Conversation, message: Message, zone: ZoneInfo
) -> str:
    at = message.created_at.astimezone(zone)
    author = _author(profile, conversation, message)
    return f"[{at:%Y-%m-%d %H:%M}] {author}:\n{message.text}\n"


def _author(profile: ClientProfile, conversation: Conversation, message: Message) -> str:
    customer, assistant = _NAMES.get(conversation.language[:2], _NAMES["en"])
    match message.author:
        case Author.CUSTOMER:
            return conversation.customer.name or customer
        case Author.ASSISTANT:
            return assistant
        case Author.AGENT:
            return message.author_name or profile.name
        case _:
            return profile.name
