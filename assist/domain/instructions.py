"""Recognises text in an article that speaks to a machine and not to a reader.

An article may have been tampered with. Patterns find common forms of such orders; they are no
proof, and what they miss is still only a published sentence.
"""

from __future__ import annotations

import re

from assist.domain.plain_text import plain_text

_ORDERS = re.compile(
    r"""\b(?:ignor|disregard|overrid|forget|bypass|olvid|oubli|vergiss|esque[c\u00e7])\w*\b[^.!?\n]{0,40}
        \b(?:instruct|rule|prompt|guideline|above|previous|earlier|sentence|regla|consigne|regel
          |regra|instruc|anweisung)\w*
    |\b(?:system|developer|operator|administrator)\ (?:prompt|message|mode|note|override)s?\b
    |\b(?:maintenance|debug|developer|admin|unrestricted)\ mode\b
    |\blanguage\ models?\b|\bLLMs?\b|\bfor\ the\ model\b
    |\b(?:to|an?|the|dear|all)\ (?:ai|a\.i\.)\b|\bai\ (?:agent|assistant|system|model)s?\b
    |\bassistant\ (?:must|should|shall|will)\b|\bas\ (?:an?|your|the)\ administrator\b
    |\b(?:pretend|role-?play|new\ instructions?)\b
    |\b(?:tell|ask|inform|convince)\ (?:the\ |every\ |all\ )?(?:customer|user|visitor)s?\b
    |\b(?:answer|reply|respond)\ (?:every|all|any|only|in\ one|with|as)\b
    |\b(?:mark|close|end|resolve)\ (?:this|the)\ (?:conversation|chat)\b
    |\bthe\ (?:customer|user)\ is\ (?:an?\ |now\ )?(?:admin\w*|verified|owner|staff|agent)\b
    |(?:^|[.!?]|\n)\W*(?:system|assistant|developer|user|human|ai)\s*:\s
    |<\||\|>|\[/?inst\]|<<\s*/?(?:end|sys|passage)|<!--
    |</?(?:system|passage|context|instructions?|assistant|user)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def gives_orders(text: str) -> bool:
    """Say whether a text tells an assistant what to do."""
    return _ORDERS.search(plain_text(text)) is not None
